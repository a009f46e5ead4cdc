// Intent: a loop whose wait sits in helpers of varying depth is one loop.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: recursion
// CHECK: #1 {{.*}} in after_recursion
// CHECK: #2 {{.*}} in run_with_recursion
// CHECK: step: wrappers
// CHECK: #1 {{.*}} in after_wrappers
// CHECK: #2 {{.*}} in run_with_wrappers
// CHECK: step: end
// CHECK: Loop "{{.*}}" on thread T0 "varying.c.tmp": 40 iterations
// SILENT-NOT: blocking-call: epoll_wait
// SILENT-NOT: in between_loops
// SILENT-NOT: in after_loops

#include "Inputs/loop.h"

BLOCKING(after_recursion)
BLOCKING(between_loops)
BLOCKING(after_wrappers)
BLOCKING(after_loops)

static volatile int more_rounds = 20;

NOINLINE static void wait_at(int depth) {
  struct epoll_event event;
  volatile char frame[256];
  frame[0] = (char)depth;
  if (depth)
    wait_at(depth - 1);
  else
    epoll_wait(loop_epoll, &event, 1, -1);
  calls += frame[0];
}

NOINLINE static void run_with_recursion(void) {
  for (int round = 0; round < more_rounds; round++) {
    loop_wake();
    wait_at(round * 7 % 12);
    loop_drain();
    after_recursion();
  }
  calls++;
}

NOINLINE static void wait_small(void) {
  struct epoll_event event;
  epoll_wait(loop_epoll, &event, 1, -1);
  calls++;
}

NOINLINE static void wait_large(void) {
  struct epoll_event events[64];
  epoll_wait(loop_epoll, events, 64, -1);
  calls += 2;
}

NOINLINE static void wait_wrapped(void) {
  volatile char frame[512];
  frame[0] = 1;
  wait_small();
  calls += frame[0];
}

NOINLINE static void run_with_wrappers(void) {
  // Called by one instruction: to the loop all three look alike.
  static void (*volatile waits[])(void) = {wait_small, wait_large,
                                           wait_wrapped};
  for (int round = 0; round < more_rounds; round++) {
    loop_wake();
    waits[round % 3]();
    loop_drain();
    after_wrappers();
  }
  calls++;
}

int main(void) {
  loop_make();
  STEP("recursion");
  run_with_recursion();
  between_loops();
  STEP("wrappers");
  run_with_wrappers();
  after_loops();
  STEP("end");
  return 0;
}
