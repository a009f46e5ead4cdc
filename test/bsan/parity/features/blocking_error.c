// Intent: BlockingError: the call is not made, the program is told, and ends
// with a status that fails a test; where that is not wanted the call is made,
// and the program goes on.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir && cd %t.dir
// RUN: %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: ERROR: BlockSanitizer: blocking-call: mkdir on event loop thread
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}} in makes_folder (mkdir)
// CHECK: told
// CHECK-NOT: went on
// RUN: not test -d folder
// RUN: %env_bsan_opts=halt_on_error=0 %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=SOFT
// SOFT: WARNING: BlockSanitizer: blocking-call: mkdir
// SOFT-NOT: told
// SOFT: went on
// RUN: test -d folder

#include "Inputs/caller.h"

CALLER(makes_folder, mkdir("folder", 0700))

static void tell(void) { SAY("told"); }

int main(void) {
  __bsan_set_death_callback(tell);
  __bsan_enter_loop();
  makes_folder();
  SAY("went on");
  __bsan_leave_loop();
  return 0;
}
