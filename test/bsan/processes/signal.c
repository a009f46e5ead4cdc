// Intent: a signal handler that interrupts a callback is in the loop, one that
// interrupts the program outside of it is not; the hooks keep errno, and
// disable works in handlers.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: step: outside
// CHECK-NOT: blocking-call:
// CHECK: step: inside
// CHECK: blocking-call: usleep
// CHECK: #1 {{.*}} in handle
// CHECK: step: alternate stack
// CHECK: blocking-call: nanosleep
// CHECK: #1 {{.*}} in handle_elsewhere
// CHECK: step: disabled in the handler
// CHECK-NOT: blocking-call:
// CHECK: step: end 4

#define _GNU_SOURCE
#include <errno.h>
#include <sanitizer/bsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define STEP(name) fputs("step: " name "\n", stderr)

static volatile int calls;

static void handle(int number) {
  (void)number;
  usleep(1);
  calls++;
}

static void handle_elsewhere(int number) {
  struct timespec moment = {0, 1000};
  (void)number;
  nanosleep(&moment, NULL);
  calls++;
}

static void handle_quietly(int number) {
  (void)number;
  __bsan_disable();
  usleep(2);
  __bsan_enable();
  calls++;
}

int main(void) {
  stack_t stack = {.ss_size = 1 << 18};
  struct sigaction action = {.sa_handler = handle_elsewhere,
                             .sa_flags = SA_ONSTACK};
  stack.ss_sp = malloc(stack.ss_size);
  signal(SIGUSR1, handle);
  sigaltstack(&stack, NULL);
  sigaction(SIGUSR2, &action, NULL);
  signal(SIGHUP, handle_quietly);
  STEP("outside");
  raise(SIGUSR1);
  errno = 77;
  __bsan_enter_loop();
  if (errno != 77)
    return 1;
  STEP("inside");
  raise(SIGUSR1);
  STEP("alternate stack");
  raise(SIGUSR2);
  STEP("disabled in the handler");
  raise(SIGHUP);
  errno = 77;
  __bsan_leave_loop();
  if (errno != 77)
    return 2;
  fprintf(stderr, "step: end %d\n", calls);
  return 0;
}
