// Intent: an epoll descriptor that is closed and whose number is used again is
// another loop's; closing a duplicate of it ends nothing.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: first
// CHECK: #1 {{.*}} in in_first
// CHECK: step: reused
// CHECK: #1 {{.*}} in in_second
// CHECK: step: duplicate
// CHECK: #1 {{.*}} in after_close_of_duplicate
// CHECK: step: end
// SILENT-NOT: blocking-call: epoll_wait
// SILENT-NOT: in between_loops

#include "Inputs/loop.h"

BLOCKING(in_first)
BLOCKING(in_second)
BLOCKING(between_loops)
BLOCKING(after_close_of_duplicate)

NOINLINE static int wait_for_events(void) {
  struct epoll_event events[8];
  loop_wake();
  int count = epoll_wait(loop_epoll, events, 8, -1);
  loop_drain();
  return count;
}

NOINLINE static void run_loop(void (*callback)(void)) {
  for (int round = 0; round < loop_rounds; round++)
    if (wait_for_events() == 1)
      callback();
  calls++;
}

NOINLINE static void close_duplicate(void) {
  close(dup(loop_epoll));
  after_close_of_duplicate();
}

// One activation runs both: only the descriptor ends the loop.
NOINLINE static void run_twice(void) {
  STEP("first");
  run_loop(in_first);
  int number = loop_epoll;
  close(loop_event);
  close(loop_epoll);
  between_loops();
  loop_make();
  if (loop_event == number || loop_epoll == number)
    STEP("reused");
  between_loops();
  run_loop(in_second);
  calls++;
}

int main(void) {
  loop_make();
  run_twice();
  between_loops();
  STEP("duplicate");
  run_loop(close_duplicate);
  between_loops();
  STEP("end");
  return 0;
}
