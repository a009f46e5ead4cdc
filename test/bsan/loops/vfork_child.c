// Intent: what a vfork's child does is not its parent's: closing its descriptors
// does not end the parent's loop, and its calls are not kept for the parent.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: closed in the child
// CHECK: #1 {{.*}} in in_parent
// CHECK: step: end
// SILENT-NOT: blocking-call: access

#define _GNU_SOURCE
#include <sys/wait.h>

#include "Inputs/loop.h"

BLOCKING(in_parent)

NOINLINE static int wait_for_events(struct epoll_event *events) {
  int count = epoll_wait(loop_epoll, events, 8, -1);
  calls++;
  return count;
}

NOINLINE static void spawn(void) {
  int status;
  pid_t child = vfork();
  if (child == 0) {
    access("/etc/passwd", R_OK);
    close(loop_epoll);
    _exit(0);
  }
  while (waitpid(child, &status, WNOHANG) == 0)
    ;
  STEP("closed in the child");
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (wait_for_events(events) == 1) {
      loop_drain();
      if (round == loop_rounds - 2) {
        spawn();
        in_parent();
      }
    }
  }
  calls++;
}

int main(void) {
  loop_make();
  run_loop();
  STEP("end");
  return 0;
}
