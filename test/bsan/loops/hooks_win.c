// Intent: a thread that calls the hooks is governed by them alone: its waits
// teach nothing, and outside of the hooks nothing is reported.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: blocking-call: usleep on event loop thread T0 "hooks_win.c.tmp" (hooks, my loop)
// CHECK: #1 {{.*}} in in_callback
// SILENT-NOT: in outside_hooks

#include <sanitizer/bsan_interface.h>

#include "Inputs/loop.h"

BLOCKING(in_callback)
BLOCKING(outside_hooks)

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    int count = epoll_wait(loop_epoll, events, 8, 1000);
    __bsan_enter_loop_named("my loop");
    if (count == 1) {
      loop_drain();
      if (round)
        in_callback();
    }
    __bsan_leave_loop();
    outside_hooks();
  }
  calls++;
}

int main(void) {
  __bsan_enter_loop_named("my loop");
  __bsan_leave_loop();
  loop_make();
  run_loop();
  outside_hooks();
  return 0;
}
