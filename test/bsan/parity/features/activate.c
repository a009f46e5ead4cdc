// Intent: activate() and deactivate() of blockbuster: nothing is reported
// before, everything between, nothing after; and again.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=enabled=0:halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK-NOT: BlockSanitizer
// CHECK: activated
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK: #1 {{.*}} in between
// CHECK: deactivated
// CHECK-NOT: BlockSanitizer
// CHECK: activated again
// CHECK: #1 {{.*}} in again
// CHECK: end

#include "Inputs/caller.h"

CALLER(before, usleep(1))
CALLER(between, usleep(1))
CALLER(after, usleep(1))
CALLER(again, usleep(1))

int main(void) {
  __bsan_enter_loop();
  before();
  __bsan_activate();
  SAY("activated");
  between();
  __bsan_deactivate();
  SAY("deactivated");
  after();
  __bsan_activate();
  SAY("activated again");
  again();
  __bsan_leave_loop();
  SAY("end");
  return 0;
}
