// Intent: who waits with epoll for one reply is taken for a loop until its
// function has returned, which is wrong and documented; not longer than that,
// and not because it is done again elsewhere.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: one
// CHECK: #1 {{.*}} in after_wait
// CHECK: #2 {{.*}} in ask_and_use
// CHECK: step: helpers
// CHECK-NOT: blocking-call:
// CHECK: step: in a row
// CHECK: #1 {{.*}} in use_again
// CHECK: step: closed
// CHECK-NOT: blocking-call:
// CHECK: step: end
// SILENT-NOT: in after_asking

#include "Inputs/loop.h"

BLOCKING(after_wait)
BLOCKING(after_asking)
BLOCKING(use)
BLOCKING(use_again)

NOINLINE static void ask_and_use(void) {
  struct epoll_event event;
  epoll_wait(loop_epoll, &event, 1, 0);
  after_wait();
  calls++;
}

NOINLINE static void ask(void) {
  struct epoll_event event;
  epoll_wait(loop_epoll, &event, 1, 0);
  calls++;
}

NOINLINE static void request(void (*use_reply)(void)) {
  ask();
  use_reply();
  calls++;
}

int main(void) {
  loop_make();
  STEP("one");
  ask_and_use();
  after_asking();
  STEP("helpers");
  request(use);
  after_asking();
  request(use);
  after_asking();
  STEP("in a row");  // Nobody can tell this from a loop.
  for (int i = 0; i < loop_rounds; i++)
    request(use_again);
  close(loop_epoll);
  STEP("closed");
  use_again();
  STEP("end");
  return 0;
}
