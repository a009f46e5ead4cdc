// Intent: the watchdog's signal is none of the program's: a program that handles,
// blocks or ignores all of them sees none, and one that is sent by others does what
// it does without a handler.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %run %t handled
// RUN: cat %t.log.* | FileCheck %s --check-prefix=NONE
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %run %t blocked
// RUN: cat %t.log.* | FileCheck %s --check-prefix=NONE
// NONE: it runs
// NONE-NEXT: its stack is not known
// NONE: stall ended after

// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=suppress_equal_stacks=0:symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %run %t free handled
// RUN: cat %t.log.* | FileCheck %s --check-prefix=LATE
// LATE: it runs
// LATE-NEXT: #0
// LATE: stall ended after
// LATE: it runs
// LATE-NEXT: its stack is not known
// LATE: stall ended after

// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %exits 192 %run %t free kill

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>
#include <signal.h>

static volatile int is_waiting;
static int stalls;

static void *watch(void *unused) {
  wait_for_log("it runs", ++stalls);
  is_waiting = 0;
  return unused;
}

static void stall(void) {
  pthread_t thread;
  sigset_t all, before;
  sigfillset(&all);
  is_waiting = 1;
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (pthread_create(&thread, NULL, watch, NULL))
    abort();
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  __bsan_enter_loop();
  compute_while(&is_waiting);
  __bsan_leave_loop();
  pthread_join(thread, NULL);
}

static void handle(int number) {
  (void)number;
  _exit(3);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    sigset_t all;
    sigfillset(&all);
    if (strcmp(argv[i], "kill") == 0)
      kill(getpid(), SIGRTMAX);
    if (strcmp(argv[i], "blocked") == 0)
      pthread_sigmask(SIG_SETMASK, &all, NULL);
    for (int number = SIGRTMIN;
         strcmp(argv[i], "handled") == 0 && number <= SIGRTMAX; number++)
      signal(number, handle);
    stall();
  }
  return 0;
}
