// Intent: numbers that do not fit a flag are refused like words are, instead of
// becoming others.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=min_block_us=99999999999999999999:exitcode=4294967296 %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK-DAG: BlockSanitizer: WARNING: BSAN_OPTIONS: '99999999999999999999' is no value for min_block_us: keeping 1000
// CHECK-DAG: BlockSanitizer: WARNING: BSAN_OPTIONS: '4294967296' is no value for exitcode: keeping 44
// CHECK: ERROR: BlockSanitizer: blocking-call: usleep

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  return 5;
}
