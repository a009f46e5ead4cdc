// Intent: a loop that waits through a helper, and whose callbacks and timers run
// in functions beside it, is the loop: all of it is inside.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: loop
// CHECK-DAG: blocking-call: usleep on event loop thread T0 "helper.c.tmp" (learned, run_loop)
// CHECK-DAG: #1 {{.*}} in in_callback
// CHECK-DAG: #1 {{.*}} in in_timer
// CHECK: step: end
// SILENT-NOT: in after_loop

#include "Inputs/loop.h"

BLOCKING(in_callback)
BLOCKING(in_timer)
BLOCKING(after_loop)

NOINLINE static int wait_for_events(struct epoll_event *events) {
  int count = epoll_wait(loop_epoll, events, 8, 1000);
  calls++;
  return count;
}

NOINLINE static void run_events(int count) {
  while (count--) {
    loop_drain();
    in_callback();
  }
  calls++;
}

NOINLINE static void run_timers(void) {
  in_timer();
  calls++;
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    run_events(wait_for_events(events));
    run_timers();
  }
  calls++;
}

int main(void) {
  loop_make();
  STEP("loop");
  run_loop();
  after_loop();
  STEP("end");
  return 0;
}
