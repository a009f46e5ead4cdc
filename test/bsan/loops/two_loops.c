// Intent: a thread that runs two loops in turns is in a loop in both: what is
// called by either, or beside them, is inside.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: loops
// CHECK-DAG: #1 {{.*}} in in_first
// CHECK-DAG: #1 {{.*}} in in_second
// CHECK-DAG: #1 {{.*}} in beside_loops
// CHECK: step: end
// CHECK: Loop "{{.*}}" on thread T0 "two_loops.c.tmp": 12 iterations
// SILENT-NOT: blocking-call: epoll_wait
// SILENT-NOT: in after_loops

// What was learned is told once for each.
// RUN: %env_bsan_opts=verbosity=1:halt_on_error=0:exitcode=0 %run %t 2>&1 | grep -c "is a loop thread" | FileCheck %s --check-prefix=TOLD
// TOLD: {{^}}2{{$}}

#include "Inputs/loop.h"

BLOCKING(in_first)
BLOCKING(in_second)
BLOCKING(beside_loops)
BLOCKING(after_loops)

static int other_epoll;

NOINLINE static void step_first(void) {
  struct epoll_event event;
  if (epoll_wait(loop_epoll, &event, 1, 1) == 1)
    in_first();
  calls++;
}

NOINLINE static void step_second(void) {
  struct epoll_event event;
  if (epoll_wait(other_epoll, &event, 1, 1) == 1)
    in_second();
  calls += 2;
}

NOINLINE static void run_both(void) {
  for (int round = 0; round < 2 * loop_rounds; round++) {
    step_first();
    step_second();
    beside_loops();
  }
  calls++;
}

int main(void) {
  struct epoll_event event = {.events = EPOLLIN};
  loop_make();
  other_epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ctl(other_epoll, EPOLL_CTL_ADD, loop_event, &event))
    return 1;
  loop_wake();
  STEP("loops");
  run_both();
  after_loops();
  STEP("end");
  return 0;
}
