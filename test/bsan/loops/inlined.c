// Intent: a loop function that the compiler put into main is a loop in main.
// What main does behind it is silent when the wait is in a helper and nothing in
// the loop blocks, and taken for a callback otherwise.

// RUN: %bsan_cc -O2 %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: loop
// CHECK: blocking-call: usleep on event loop thread T0 "inlined.c.tmp" (learned, run_loop)
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: behind it
// CHECK: #1 {{.*}} in still_open
// CHECK: step: closed
// CHECK-NOT: blocking-call:
// CHECK: step: end

// RUN: %exits 0 %run %t correct 2>&1 | FileCheck %s --check-prefix=CORRECT
// CORRECT-NOT: BlockSanitizer
// CORRECT: step: end

#include "Inputs/loop.h"

BLOCKING(in_callback)
BLOCKING(still_open)
BLOCKING(closed)

NOINLINE static int wait_for_events(struct epoll_event *events) {
  int count = epoll_wait(loop_epoll, events, 8, -1);
  calls++;
  return count;
}

__attribute__((always_inline)) static inline void run_loop(int blocks) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (wait_for_events(events) != 1)
      continue;
    loop_drain();
    if (blocks)
      in_callback();
  }
}

int main(int argc, char **argv) {
  (void)argv;
  loop_make();
  STEP("loop");
  run_loop(argc == 1);
  STEP("behind it");
  still_open();
  close(loop_epoll);
  STEP("closed");
  closed();
  STEP("end");
  return 0;
}
