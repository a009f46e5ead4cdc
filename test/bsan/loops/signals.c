// Intent: a signal handler that interrupts a callback is inside, one that
// interrupts the loop's wait is not; on the thread's stack and on an alternate
// one, and whatever it waits for itself.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t alternate > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: in a callback
// CHECK: #1 {{.*}} in in_handler
// CHECK: in callback
// CHECK: step: handled
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: in the wait
// CHECK-NEXT: step: handled
// CHECK-NEXT: step: interrupted
// CHECK-NEXT: =====
// CHECK: #1 {{.*}} in after_interrupt
// CHECK: step: a wait in the wait
// CHECK-NEXT: step: handled
// CHECK-NEXT: step: interrupted
// CHECK: step: end
// CHECK: Loop "run_loop" on thread T0 "signals.c.tmp": 4 iterations
// SILENT-NOT: in in_handler_of_wait
// SILENT-NOT: in after_loop

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>

#include "Inputs/loop.h"

BLOCKING(in_handler)
BLOCKING(in_handler_of_wait)
BLOCKING(in_callback)
BLOCKING(after_interrupt)
BLOCKING(after_loop)

static volatile int is_waiting, waits_in_handler;

static void handle(int signal) {
  struct epoll_event event;
  (void)signal;
  if (waits_in_handler)
    epoll_wait(loop_epoll, &event, 1, 1);
  if (is_waiting)
    in_handler_of_wait();
  else
    in_handler();
  STEP("handled");
}

// The signal is delivered in the wait and nowhere else.
NOINLINE static void wait_and_be_interrupted(const sigset_t *waiting_mask) {
  struct epoll_event event;
  raise(SIGUSR1);
  is_waiting = 1;
  if (epoll_pwait(loop_epoll, &event, 1, -1, waiting_mask) != -1 ||
      errno != EINTR)
    abort();
  is_waiting = 0;
  STEP("interrupted");
}

NOINLINE static void callback(void) {
  STEP("in a callback");
  raise(SIGUSR1);
  in_callback();
}

NOINLINE static void run_loop(void) {
  struct epoll_event event;
  sigset_t set, old;
  loop_wake();
  for (int round = 0; round < 2; round++)
    if (epoll_wait(loop_epoll, &event, 1, -1) == 1 && round)
      callback();
  loop_drain();
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  STEP("in the wait");
  wait_and_be_interrupted(&old);
  after_interrupt();
  STEP("a wait in the wait");
  waits_in_handler = 1;
  wait_and_be_interrupted(&old);
  calls++;
}

int main(int argc, char **argv) {
  static char stack[256 * 1024];
  struct sigaction action = {.sa_handler = handle};
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
  (void)argv;
  if (argc > 1) {
    sigaltstack(&alternate, NULL);
    action.sa_flags = SA_ONSTACK;
  }
  sigaction(SIGUSR1, &action, NULL);
  loop_make();
  run_loop();
  after_loop();
  STEP("end");
  return 0;
}
