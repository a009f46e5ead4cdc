// Intent: what docs/event-loops.md says the learned loop gets wrong, it gets
// wrong in just this way: a change for the better is to change the page too.

// The last round of a loop that waits through a helper is decided by nobody.
// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t last > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=LAST < %t.log
// LAST-NOT: in in_last_round
// LAST: step: end

// A second descriptor, waited for in a helper, looks like a callback's.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t second 2>&1 | FileCheck %s --check-prefix=SECOND
// SECOND: blocking-call: epoll_wait on event loop thread
// SECOND: #1 {{.*}} in wait_for_second
// SECOND: step: end

// A callback that waits in rounds of its own is a loop after a while.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t rounds 2>&1 | FileCheck %s --check-prefix=ROUNDS
// ROUNDS: #1 {{.*}} in wait_in_rounds
// ROUNDS: step: end
// ROUNDS: {{^}} 15 {{.*}} epoll_wait wait_in_rounds
// The loop around it goes on as if nothing had been.
// ROUNDS: {{^}} 1 {{.*}} usleep after_rounds

// Who runs a loop again and again is taken for a loop.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t again 2>&1 | FileCheck %s --check-prefix=AGAIN
// AGAIN: #1 {{.*}} in between_runs
// AGAIN: step: end

// A handler pushed in a callback that is cancelled.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t cancel 2>&1 | FileCheck %s --check-prefix=CANCEL
// CANCEL: in be_cancelled
// CANCEL: step: end

#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>

#include "Inputs/loop.h"

BLOCKING(in_last_round)
BLOCKING(after_rounds)
BLOCKING(between_runs)

static const char *mode;
static int second_epoll;

static int is_mode(const char *name) { return strcmp(mode, name) == 0; }

NOINLINE static int wait_for_events(void) {
  struct epoll_event event;
  loop_wake();
  int count = epoll_wait(loop_epoll, &event, 1, -1);
  loop_drain();
  return count;
}

NOINLINE static void wait_for_second(void) {
  struct epoll_event event;
  epoll_wait(second_epoll, &event, 1, 1);
  calls++;
}

NOINLINE static void wait_in_rounds(void) {
  struct epoll_event event;
  for (int round = 0; round < 20 * loop_rounds; round++)
    epoll_wait(second_epoll, &event, 1, 1);
  calls++;
}

static void clean_up(void *unused) {
  (void)unused;
  usleep(1);
}

NOINLINE static void be_cancelled(void) {
  pthread_cleanup_push(clean_up, NULL);
  pthread_cancel(pthread_self());
  pthread_testcancel();
  pthread_cleanup_pop(0);
}

NOINLINE static void run_with_helper(void) {
  for (int round = 0; round < loop_rounds; round++) {
    wait_for_events();
    if (round == loop_rounds - 1)
      in_last_round();
  }
  calls++;
}

// Its wait is its own: all that it calls is inside at once.
NOINLINE static void run_loop(void) {
  struct epoll_event event;
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    epoll_wait(loop_epoll, &event, 1, -1);
    loop_drain();
    if (is_mode("second"))
      wait_for_second();
    if (is_mode("rounds") && round == loop_rounds - 2) {
      wait_in_rounds();
      after_rounds();
    }
    if (is_mode("cancel"))
      be_cancelled();
  }
  calls++;
}

NOINLINE static void run_again_and_again(void) {
  for (int run = 0; run < loop_rounds; run++) {
    run_loop();
    between_runs();
  }
  calls++;
}

static void *run_thread(void *unused) {
  run_loop();
  return unused;
}

int main(int argc, char **argv) {
  pthread_t thread;
  mode = argc > 1 ? argv[1] : "";
  loop_make();
  second_epoll = epoll_create1(EPOLL_CLOEXEC);
  if (is_mode("cancel")) {
    if (pthread_create(&thread, NULL, run_thread, NULL) ||
        pthread_join(thread, NULL))
      return 1;
  } else if (is_mode("last")) {
    run_with_helper();
  } else if (is_mode("again")) {
    run_again_and_again();
  } else {
    run_loop();
  }
  STEP("end");
  return 0;
}
