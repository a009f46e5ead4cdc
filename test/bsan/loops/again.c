// Intent: a loop that ended and is run again, from the same place or another,
// is a loop again; what the program does in between is its own business.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: first
// CHECK: #1 {{.*}} in in_first
// CHECK: step: between
// CHECK: step: second
// CHECK: #1 {{.*}} in in_second
// CHECK: step: other place
// CHECK: #1 {{.*}} in in_third
// CHECK: step: end
// SILENT-NOT: in between

#include "Inputs/loop.h"

BLOCKING(in_first)
BLOCKING(in_second)
BLOCKING(in_third)
BLOCKING(between)

NOINLINE static void run_loop(void (*callback)(void)) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (epoll_wait(loop_epoll, events, 8, 1000) == 1) {
      loop_drain();
      callback();
    }
  }
  calls++;
}

NOINLINE static void run_from_elsewhere(void (*callback)(void)) {
  volatile char frame[1024];
  frame[0] = 1;
  run_loop(callback);
  calls += frame[0];
}

int main(void) {
  loop_make();
  STEP("first");
  run_loop(in_first);
  STEP("between");
  between();
  STEP("second");
  run_loop(in_second);
  between();
  STEP("other place");
  run_from_elsewhere(in_third);
  between();
  STEP("end");
  return 0;
}
