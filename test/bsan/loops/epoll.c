// Intent: a program without hooks that loops on epoll is understood: start-up
// may block, callbacks may not, nor what the loop itself does between waits,
// and what comes after the loop may.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: loop
// CHECK-DAG: blocking-call: usleep on event loop thread T0 "epoll.c.tmp" (learned, {{run_loop|main}})
// CHECK-DAG: #1 {{.*}} in in_callback
// CHECK-DAG: #1 {{.*}} in in_deep_callback
// CHECK-DAG: #1 {{.*}} in in_timer
// CHECK-DAG: in run_loop{{.*}}epoll.c
// CHECK: step: end
// SILENT-NOT: in at_start
// SILENT-NOT: in after_loop
// SILENT-NOT: in after_loop_deep

// With the first report the program ends.
// RUN: %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=FATAL
// FATAL: step: loop
// FATAL: ERROR: BlockSanitizer: blocking-call: usleep
// FATAL: The thread entered the loop here:
// FATAL: SUMMARY: BlockSanitizer: blocking-call
// FATAL-NOT: step: end

// RUN: %env_bsan_opts=auto_loop=0 %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=OFF
// OFF-NOT: BlockSanitizer
// OFF: step: end

// RUN: %env_bsan_opts=verbosity=1:halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=VERBOSE
// VERBOSE: BlockSanitizer: started, {{[0-9]+}} functions intercepted, loops by hooks, adapters and their wait: epoll
// VERBOSE: BlockSanitizer: thread T0 "epoll.c.tmp" is a loop thread: it waits on fd {{[0-9]+}} in {{.*}} (learned,

#include "Inputs/loop.h"

BLOCKING(at_start)
BLOCKING(in_callback)
BLOCKING(in_deep_callback)
BLOCKING(in_timer)
BLOCKING(after_loop)
BLOCKING(after_loop_deep)

NOINLINE static void go_deeper(int depth, void (*callback)(void)) {
  volatile char frame[512];
  frame[0] = (char)depth;
  if (depth)
    go_deeper(depth - 1, callback);
  else
    callback();
  calls += frame[0];
}

NOINLINE static void dispatch(void) {
  loop_drain();
  in_callback();
  go_deeper(8, in_deep_callback);
  calls++;
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    int count = epoll_wait(loop_epoll, events, 8, 1000);
    for (int i = 0; i < count; i++)
      dispatch();
    in_timer();
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
  go_deeper(0, after_loop_deep);
  go_deeper(30, after_loop_deep);
  STEP("end");
  return 0;
}
