// Intent: 44 when anything was reported and the program ended by itself, unless
// exitcode says otherwise; the program's own status when nothing was.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %run %t block 5
// RUN: %env_bsan_opts=exitcode=7 %exits 7 %run %t block 5
// RUN: %env_bsan_opts=halt_on_error=0 %exits 44 %run %t block 0
// RUN: %env_bsan_opts=halt_on_error=0 %exits 44 %run %t block 5
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=7 %exits 7 %run %t block 5
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 5 %run %t block 5
// RUN: %exits 5 %run %t quiet 5
// RUN: %exits 0 %run %t quiet 0
// RUN: %env_bsan_opts=halt_on_error=0 %exits 5 %run %t quiet 5

// What the program printed is not lost.
// RUN: %env_bsan_opts=halt_on_error=0 %exits 44 %run %t block 5 2>/dev/null | FileCheck %s
// CHECK: buffered

// A suppressed finding is none.
// RUN: echo "sleep:*:main" > %t.supp
// RUN: %env_bsan_opts=halt_on_error=0:suppressions=%t.supp %exits 5 %run %t block 5

// A crash stays a crash, and _exit keeps its status.
// RUN: %env_bsan_opts=halt_on_error=0 %exits 134 %run %t block abort
// RUN: %env_bsan_opts=halt_on_error=0 %exits 9 %run %t block _exit
// RUN: %env_bsan_opts=abort_on_error=1 %exits 134 %run %t block 5

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 3)
    return 1;
  __bsan_enter_loop();
  if (strcmp(argv[1], "block") == 0)
    usleep(1);
  __bsan_leave_loop();
  printf("buffered\n");
  if (strcmp(argv[2], "abort") == 0)
    abort();
  if (strcmp(argv[2], "_exit") == 0)
    _exit(9);
  return atoi(argv[2]);
}
