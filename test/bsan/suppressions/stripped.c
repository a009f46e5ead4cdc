// Intent: in a stripped program the module stands for the file.  Functions that it
// exports still have names, static ones have none; a file of debug information
// beside the program brings all of them back.

// REQUIRES: strip, objcopy
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %bsan_cc -rdynamic %s -o %t.dir/whole
// RUN: cp %t.dir/whole %t.dir/server && strip %t.dir/server
// RUN: %exits 44 %run %t.dir/server 2>&1 | FileCheck %s --check-prefix=STATIC
// STATIC: #1 {{.*}} ({{.*}}/server+0x
// RUN: %exits 44 %run %t.dir/server exported 2>&1 | FileCheck %s --check-prefix=EXPORTED
// EXPORTED: #1 {{.*}} in log_line ({{.*}}/server+0x

// RUN: printf 'blocking:stripped.c:log_line' > %t.supp
// RUN: %env_bsan_opts=halt_on_error=0:suppressions=%t.supp %exits 44 %run %t.dir/server exported 2>&1 | FileCheck %s --check-prefix=MODULE
// MODULE: Suppression never used: blocking:stripped.c:log_line (did you mean 'blocking:server:log_line'?)

// RUN: %python %S/Inputs/check_match.py %s %t.dir %run %t.dir/server exported
// ACCEPTED: blocking:server:log_line
// ACCEPTED: usleep:server:log_*
// ACCEPTED: blocking:log_line
// ACCEPTED: blocking:server:*
// REPORTED: blocking:server:write_line
// REPORTED: blocking:stripped.c:*

// RUN: printf 'blocking:*:write_line\n' > %t.supp
// RUN: %env_bsan_opts=suppressions=%t.supp %exits 44 %run %t.dir/server 2>/dev/null
// RUN: printf 'usleep:server:*\n' > %t.supp
// RUN: %env_bsan_opts=suppressions=%t.supp %exits 0 %run %t.dir/server 2>/dev/null

// RUN: objcopy --only-keep-debug %t.dir/whole %t.dir/server.debug
// RUN: cd %t.dir && objcopy --add-gnu-debuglink=server.debug server
// RUN: printf 'blocking:stripped.c:write_line\n' > %t.supp
// RUN: %env_bsan_opts=suppressions=%t.supp %exits 0 %run %t.dir/server 2>/dev/null
// RUN: %env_bsan_opts=suppressions=%t.supp %exits 44 %run %t.dir/server exported 2>/dev/null

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls;

void log_line(void);

__attribute__((noinline)) void log_line(void) {
  usleep(1);
  calls++;
}

__attribute__((noinline)) static void write_line(void) {
  usleep(2);
  calls++;
}

int main(int argc, char **argv) {
  (void)argv;
  __bsan_enter_loop();
  if (argc > 1)
    log_line();
  else
    write_line();
  __bsan_leave_loop();
  return 0;
}
