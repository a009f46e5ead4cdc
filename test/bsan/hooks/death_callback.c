// Intent: the death callback runs once, before the process ends, may print and
// block, and NULL takes it away.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %run %t set 2>&1 | FileCheck %s --check-prefix=SET
// SET: ERROR: BlockSanitizer: blocking-call: usleep
// SET: ABORTING
// SET-NEXT: last words
// SET-NOT: {{.}}
// RUN: %exits 44 %run %t unset 2>&1 | FileCheck %s --check-prefix=UNSET
// UNSET-NOT: last words
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t set 2>&1 | FileCheck %s --check-prefix=UNSET

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void die(void) {
  usleep(2);
  fputs("last words\n", stderr);
}

int main(int argc, char **argv) {
  __bsan_set_death_callback(die);
  if (argc > 1 && strcmp(argv[1], "unset") == 0)
    __bsan_set_death_callback(NULL);
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  return 0;
}
