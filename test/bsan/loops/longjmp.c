// Intent: a longjmp out of a callback to the loop changes nothing, one out of the
// loop ends it; so does one from a signal handler out of the loop's wait.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: to the loop
// CHECK: #1 {{.*}} in after_jump
// CHECK: step: out of it
// CHECK: step: again
// CHECK: #1 {{.*}} in in_second_loop
// CHECK: step: out of the wait
// CHECK: step: once more
// CHECK: #1 {{.*}} in in_third_loop
// CHECK: step: end
// SILENT-NOT: in out_of_loop

#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>

#include "Inputs/loop.h"

BLOCKING(after_jump)
BLOCKING(out_of_loop)
BLOCKING(in_second_loop)
BLOCKING(in_third_loop)

static jmp_buf to_loop, to_main;
static sigjmp_buf out_of_wait;

// From so deep that what is called afterwards lies where the loop was.
NOINLINE static void jump_from(int depth, jmp_buf *target) {
  volatile char frame[256];
  frame[0] = (char)depth;
  if (depth)
    jump_from(depth - 1, target);
  else
    longjmp(*target, 1);
  calls += frame[0];
}

NOINLINE static void block_at(int depth) {
  volatile char frame[256];
  frame[0] = (char)depth;
  if (depth)
    block_at(depth - 1);
  else
    out_of_loop();
  calls += frame[0];
}

static void jump(void) {
  static int jumps;
  if (jumps++ == 0)
    jump_from(4, &to_loop);
  after_jump();
  jump_from(4, &to_main);
}

NOINLINE static void run_loop(void (*callback)(void)) {
  struct epoll_event event;
  for (volatile int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (epoll_wait(loop_epoll, &event, 1, -1) == 1) {
      loop_drain();
      if (setjmp(to_loop) == 0)
        callback();
    }
  }
  calls++;
}

static void handle(int signal) {
  (void)signal;
  siglongjmp(out_of_wait, 1);
}

// The signal is delivered in the wait and nowhere else.
NOINLINE static void wait_and_be_left(void) {
  struct epoll_event event;
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  raise(SIGUSR1);
  epoll_pwait(loop_epoll, &event, 1, -1, &old);
  calls++;
}

static void block_at_depths(void) {
  block_at(0);
  block_at(5);
  block_at(20);
}

int main(void) {
  signal(SIGUSR1, handle);
  loop_make();
  STEP("to the loop");
  if (setjmp(to_main) == 0)
    run_loop(jump);
  STEP("out of it");
  block_at_depths();
  STEP("again");
  run_loop(in_second_loop);
  block_at_depths();
  STEP("out of the wait");
  if (sigsetjmp(out_of_wait, 1) == 0)
    wait_and_be_left();
  block_at_depths();
  STEP("once more");
  run_loop(in_third_loop);
  block_at_depths();
  STEP("end");
  return 0;
}
