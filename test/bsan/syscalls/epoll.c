// Intent: a loop that waits by syscall(2), as old libuv and Rust's mio did, is
// learned as one that waits by libc's function.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: not grep "in at_start\|in after_loop" %t.log
// CHECK: step: loop
// CHECK: blocking-call: usleep on event loop thread T0 "epoll.c.tmp" (learned, {{run_loop|main}})
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: end
// RUN: %env_bsan_opts=auto_loop=0 %exits 0 %run %t

#define _GNU_SOURCE
#include <sys/syscall.h>

#include "../loops/Inputs/loop.h"

BLOCKING(at_start)
BLOCKING(in_callback)
BLOCKING(after_loop)

NOINLINE static void dispatch(void) {
  loop_drain();
  in_callback();
  calls++;
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    long count = syscall(SYS_epoll_pwait, loop_epoll, events, 8, 1000, NULL, 8);
    for (long i = 0; i < count; i++)
      dispatch();
  }
  calls++;
}

int main(void) {
  loop_make();
  at_start();
  STEP("loop");
  run_loop();
  STEP("after");
  after_loop();
  STEP("end");
  return 0;
}
