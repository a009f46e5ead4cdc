// Intent: a loop that waits at two places, one without a timeout while there is
// work, is one loop: neither wait makes the other forgotten, and what is called
// beside both of them is inside.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t lines > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t helpers > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t steps > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: loop
// CHECK-DAG: #1 {{.*}} in in_callback
// CHECK-DAG: #1 {{.*}} in beside_waits
// CHECK: step: end
// SILENT-NOT: blocking-call: epoll_wait
// SILENT-NOT: in before_loop
// SILENT-NOT: in after_loop

// The first call that only the next wait could decide was let through; the
// program ends at the wait that decided it.
// RUN: %exits 44 %run %t late 2>&1 | FileCheck %s --check-prefix=FATAL
// FATAL: step: loop
// FATAL-NEXT: step: beside
// FATAL: ERROR: BlockSanitizer: blocking-call: usleep
// FATAL: #1 {{.*}} in beside_waits
// FATAL-NOT: step: beside

#include <string.h>

#include "Inputs/loop.h"

BLOCKING(before_loop)
BLOCKING(in_callback)
BLOCKING(beside_waits)
BLOCKING(after_loop)

NOINLINE static void dispatch(int count) {
  while (count--) {
    loop_drain();
    in_callback();
  }
  calls++;
}

// Twice the one, twice the other, then in turns.
static int has_work(int round) { return round < 4 ? round < 2 : round % 2; }

static volatile int more_rounds = 8;

NOINLINE static void run_with_lines(void) {
  struct epoll_event events[8];
  for (int round = 0; round < more_rounds; round++) {
    int count;
    loop_wake();
    if (has_work(round))
      count = epoll_wait(loop_epoll, events, 8, 0);
    else
      count = epoll_wait(loop_epoll, events, 8, -1);
    dispatch(count);
    if (round == 3 || round == 6)
      beside_waits();
  }
  calls++;
}

NOINLINE static int look_for_events(struct epoll_event *events) {
  int count = epoll_wait(loop_epoll, events, 8, 0);
  calls++;
  return count;
}

NOINLINE static int wait_for_events(struct epoll_event *events) {
  int count = epoll_wait(loop_epoll, events, 8, -1);
  calls += 2;
  return count;
}

NOINLINE static void run_with_helpers(void) {
  struct epoll_event events[8];
  for (int round = 0; round < more_rounds; round++) {
    loop_wake();
    int count =
        has_work(round) ? look_for_events(events) : wait_for_events(events);
    STEP("beside");
    beside_waits();
    dispatch(count);
  }
  calls++;
}

// Both in every round, each in a function that also dispatches.
NOINLINE static void look_and_dispatch(void) {
  struct epoll_event events[8];
  dispatch(look_for_events(events));
  calls++;
}

NOINLINE static void wait_and_dispatch(void) {
  struct epoll_event events[8];
  loop_wake();
  dispatch(wait_for_events(events));
  calls += 2;
}

NOINLINE static void run_with_steps(void) {
  for (int round = 0; round < more_rounds; round++) {
    look_and_dispatch();
    wait_and_dispatch();
    beside_waits();
  }
  calls++;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  loop_make();
  before_loop();
  STEP("loop");
  if (strcmp(mode, "lines") == 0)
    run_with_lines();
  else if (strcmp(mode, "steps") == 0)
    run_with_steps();
  else
    run_with_helpers();
  after_loop();
  STEP("end");
  return 0;
}
