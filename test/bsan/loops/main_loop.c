// Intent: a loop in main itself is a loop like others; after it, main calls as
// deep as the loop did, and no stack tells the two apart: what blocks there is
// the loop's last callback's, until the epoll descriptor is closed.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: after the loop
// CHECK: #1 {{.*}} in still_open
// CHECK: step: closed
// CHECK-NOT: blocking-call:
// CHECK: step: end

#include "Inputs/loop.h"

BLOCKING(in_callback)
BLOCKING(still_open)
BLOCKING(closed)

int main(void) {
  struct epoll_event events[8];
  loop_make();
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (epoll_wait(loop_epoll, events, 8, 1000) == 1) {
      loop_drain();
      in_callback();
    }
  }
  STEP("after the loop");
  still_open();
  close(loop_epoll);
  STEP("closed");
  closed();
  STEP("end");
  return 0;
}
