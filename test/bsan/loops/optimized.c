// Intent: code without frame pointers, with tail calls, and without unwind tables
// is understood as far as it can be: callbacks are inside, and so is what the
// loop calls beside its wait.  Without tables only depth tells when it is over,
// and two loops with one helper are one.

// RUN: %bsan_cc -O2 -fomit-frame-pointer %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log

// RUN: %bsan_cc -O2 -fomit-frame-pointer -fno-asynchronous-unwind-tables -fno-unwind-tables %s -o %t.bare
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t.bare once > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=BARE < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: tail calls
// CHECK-DAG: in by_tail_call
// CHECK-DAG: in beside_wait
// CHECK: step: by a pointer
// CHECK: in by_pointer
// CHECK: step: end
// SILENT-NOT: in after_loop
// BARE: step: tail calls
// BARE-DAG: in by_tail_call
// BARE-DAG: in beside_wait
// BARE: step: end

#include "Inputs/loop.h"

BLOCKING(by_tail_call)
BLOCKING(beside_wait)
BLOCKING(by_pointer)
BLOCKING(after_loop)

// The last thing that it does is the call: it becomes a jump.
NOINLINE static int wait_last(struct epoll_event *events) {
  calls++;
  return epoll_wait(loop_epoll, events, 8, -1);
}

NOINLINE static void dispatch(int count) {
  loop_drain();
  calls += count;
  by_tail_call();
}

// Replaced by dispatch() when that is called.
NOINLINE static void iterate(void) {
  struct epoll_event events[8];
  loop_wake();
  int count = wait_last(events);
  calls++;
  dispatch(count);
}

NOINLINE static void run_tail_calls(void) {
  for (int round = 0; round < loop_rounds; round++) {
    iterate();
    beside_wait();
  }
  calls++;
}

// The wait and the callbacks are called by one instruction.
NOINLINE static void run_pointers(void) {
  static void (*volatile tasks[])(void) = {iterate, by_pointer, by_pointer};
  for (int round = 0; round < 3 * loop_rounds; round++)
    tasks[round % 3]();
  calls++;
}

int main(int argc, char **argv) {
  (void)argv;
  loop_make();
  STEP("tail calls");
  run_tail_calls();
  after_loop();
  if (argc == 1) {
    STEP("by a pointer");
    run_pointers();
    after_loop();
  }
  STEP("end");
  return 0;
}
