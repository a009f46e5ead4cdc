// Intent: the child of a loop's callback is outside of the loop, and learns its
// own when it runs one.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: child
// CHECK: blocking-call: usleep on event loop thread T0
// CHECK: #1 {{.*}} in in_loop_of_child
// CHECK: step: child ended
// CHECK: #1 {{.*}} in in_loop_of_parent
// CHECK: step: end
// SILENT-NOT: in after_fork

#include <sys/wait.h>

#include "Inputs/loop.h"

BLOCKING(after_fork)
BLOCKING(in_loop_of_child)
BLOCKING(in_loop_of_parent)

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

static void run_child(void) {
  STEP("child");
  after_fork();
  loop_make();
  run_loop(in_loop_of_child);
  exit(0);
}

// To wait for the child is a finding of its own, but not this test's.
NOINLINE static void fork_once(void) {
  static int has_forked;
  if (has_forked++) {
    in_loop_of_parent();
    return;
  }
  pid_t child = fork();
  if (child == 0)
    run_child();
  waitpid(child, NULL, 0);
  STEP("child ended");
}

int main(void) {
  setvbuf(stderr, NULL, _IONBF, 0);
  loop_make();
  run_loop(fork_once);
  STEP("end");
  return 0;
}
