// Intent: a child of vfork that closes the epoll descriptor, as those that close
// everything before they exec do, does not end its parent's loop.

// RUN: %bsan_cc -Wno-deprecated-declarations %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: vforked
// CHECK: #1 {{.*}} in after_vfork
// CHECK: step: end

#define _GNU_SOURCE
#include <sys/wait.h>

#include "Inputs/loop.h"

BLOCKING(after_vfork)

// In a function of its own: its frame is not used by the parent afterwards.
NOINLINE static pid_t start_child(void) {
  pid_t child = vfork();
  if (child == 0) {
    close(loop_epoll);
    _exit(0);
  }
  return child;
}

NOINLINE static void callback(void) {
  loop_drain();
  waitpid(start_child(), NULL, 0);
  STEP("vforked");
  after_vfork();
  calls++;
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  loop_wake();
  if (epoll_wait(loop_epoll, events, 8, 1000) == 1)
    callback();
  calls++;
}

int main(void) {
  setvbuf(stderr, NULL, _IONBF, 0);
  loop_make();
  run_loop();
  STEP("end");
  return 0;
}
