// Intent: the executable's own calls are seen, however it was linked.

// REQUIRES: sqlite3
// RUN: %bsan_cc -Wall -Werror %s -o %t.lazy -Wl,-z,lazy,-z,norelro -lsqlite3
// RUN: %exits 44 %run %t.lazy 2>&1 | FileCheck %s
// RUN: %bsan_cc -Wall -Werror %s -o %t.now -Wl,-z,relro,-z,now -lsqlite3
// RUN: %exits 44 %run %t.now 2>&1 | FileCheck %s
// RUN: %bsan_cc -Wall -Werror -fno-plt %s -o %t.no_plt -Wl,-z,relro -lsqlite3
// RUN: %exits 44 %run %t.no_plt 2>&1 | FileCheck %s
// In an executable with fixed addresses the linker takes weak hooks away.
// RUN: %if !preload %{ %bsan_cc -Wall -Werror -fno-pie -no-pie %s -o %t.no_pie -lsqlite3 %}
// RUN: %if !preload %{ %exits 44 %run %t.no_pie 2>&1 | FileCheck %s %}
// RUN: %exits 44 env LD_BIND_NOW=1 %run %t.lazy 2>&1 | FileCheck %s
// By a pointer, which is compared as a program may do.
// RUN: %exits 44 %run %t.lazy pointer 2>&1 | FileCheck %s
// CHECK: ERROR: BlockSanitizer: blocking-call: sqlite3_exec on event loop thread T0
// CHECK: #0 {{.*}} in sqlite3_exec (
// CHECK-NEXT: #1 {{.*}} in main {{.*}}executable.c

#include <sanitizer/bsan_interface.h>
#include <sqlite3.h>
#include <stdio.h>

typedef int (*execute)(sqlite3 *, const char *,
                       int (*)(void *, int, char **, char **), void *, char **);

int main(int argc, char **argv) {
  sqlite3 *db;
  volatile execute pointer = sqlite3_exec;
  (void)argv;
  if (sqlite3_open(":memory:", &db) || pointer != sqlite3_exec)
    return 1;
  __bsan_enter_loop();
  int status = argc > 1 ? pointer(db, "CREATE TABLE t (x)", 0, 0, 0)
                        : sqlite3_exec(db, "CREATE TABLE t (x)", 0, 0, 0);
  __bsan_leave_loop();
  fprintf(stderr, "returned %d\n", status);
  return 0;
}
