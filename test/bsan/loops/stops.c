// Intent: a thread stops being a loop thread: when the loop's function has
// returned, when the thread exits or is cancelled; what its cleanup handlers and
// destructors do then is not a callback's.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: returns
// CHECK: #1 {{.*}} in in_loop_returns
// CHECK: step: ends
// CHECK: #1 {{.*}} in in_loop_ends
// CHECK: step: exits
// CHECK: #1 {{.*}} in in_loop_exits
// CHECK: step: cancelled
// CHECK: #1 {{.*}} in in_loop_cancelled
// CHECK: step: end
// SILENT-NOT: in after_loop
// SILENT-NOT: in destructor

#define _GNU_SOURCE
#include <pthread.h>

#include "Inputs/loop.h"

BLOCKING(in_loop_returns)
BLOCKING(in_loop_ends)
BLOCKING(in_loop_exits)
BLOCKING(in_loop_cancelled)
BLOCKING(after_loop)

static pthread_key_t key;

static void destructor(void *unused) {
  (void)unused;
  usleep(1);
}

static void cleanup(void *unused) {
  (void)unused;
  after_loop();
}

static void ignore(void) { calls++; }

// With a handler that is as deep as a callback.
NOINLINE static void leave(void) {
  pthread_cleanup_push(cleanup, NULL);
  pthread_exit(NULL);
  pthread_cleanup_pop(0);
}

static void cancel_self(void) { pthread_cancel(pthread_self()); }

// At the end LAST is called; then it waits once more.
NOINLINE static void run_loop(void (*callback)(void), void (*last)(void)) {
  struct epoll_event events[8];
  for (int round = 0; round <= loop_rounds; round++) {
    loop_wake();
    if (epoll_wait(loop_epoll, events, 8, -1) != 1)
      continue;
    loop_drain();
    if (round < loop_rounds - 1)
      callback();
    else
      last();
  }
  calls++;
}

static void *returns(void *unused) {
  pthread_setspecific(key, &key);
  run_loop(in_loop_returns, ignore);
  after_loop();
  return unused;
}

NOINLINE static void call_loop(void) {
  run_loop(in_loop_ends, ignore);
  after_loop();
}

// The loop's function was called by one that has returned as well.
static void *ends(void *unused) {
  pthread_setspecific(key, &key);
  call_loop();
  after_loop();
  call_loop();
  after_loop();
  return unused;
}

static void *exits(void *unused) {
  pthread_setspecific(key, &key);
  pthread_cleanup_push(cleanup, NULL);
  run_loop(in_loop_exits, leave);
  pthread_cleanup_pop(0);
  return unused;
}

// The wait is where it is cancelled.
static void *is_cancelled(void *unused) {
  pthread_setspecific(key, &key);
  pthread_cleanup_push(cleanup, NULL);
  run_loop(in_loop_cancelled, cancel_self);
  pthread_cleanup_pop(0);
  return unused;
}

static void run(void *(*function)(void *)) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, function, NULL) ||
      pthread_join(thread, NULL))
    abort();
}

int main(void) {
  loop_make();
  if (pthread_key_create(&key, destructor))
    return 1;
  STEP("returns");
  run(returns);
  STEP("ends");
  run(ends);
  STEP("exits");
  run(exits);
  STEP("cancelled");
  run(is_cancelled);
  STEP("end");
  return 0;
}
