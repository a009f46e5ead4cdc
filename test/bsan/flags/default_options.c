// Intent: __bsan_default_options() of the program comes before BSAN_OPTIONS,
// with the same syntax; mistakes in it name it.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 7 %run %t 2>&1 | FileCheck %s
// CHECK: WARNING: __bsan_default_options(): 'maybe' is no value for enabled: keeping true
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK: end
// RUN: %env_bsan_opts=exitcode=8 %exits 8 %run %t
// RUN: %env_bsan_opts=halt_on_error=1 %exits 7 %run %t 2>&1 | FileCheck %s --check-prefix=HALT
// HALT: ERROR: BlockSanitizer: blocking-call: usleep
// HALT-NOT: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

const char *__bsan_default_options(void) {
  return "halt_on_error=0:report_thread=0:exitcode=7:enabled=maybe";
}

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
