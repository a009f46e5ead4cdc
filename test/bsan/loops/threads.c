// Intent: only the threads that loop are loop threads: a pool that waits for
// work in a condition variable may block, and each loop is named.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: blocking-call: usleep on event loop thread T{{[0-9]+}} "looper" (learned, run_looper)
// CHECK: Loop "run_looper" on thread T{{[0-9]+}} "looper": 3 iterations
// SILENT-NOT: in in_worker
// SILENT-NOT: in in_main

#define _GNU_SOURCE
#include <pthread.h>

#include "Inputs/loop.h"

BLOCKING(in_worker)
BLOCKING(in_main)
BLOCKING(in_looper)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int has_work;

static void *run_worker(void *unused) {
  pthread_mutex_lock(&mutex);
  while (!has_work)
    pthread_cond_wait(&condition, &mutex);
  pthread_mutex_unlock(&mutex);
  in_worker();
  return unused;
}

static void *run_looper(void *unused) {
  struct epoll_event events[8];
  pthread_setname_np(pthread_self(), "looper");
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (epoll_wait(loop_epoll, events, 8, 1000) == 1) {
      loop_drain();
      in_looper();
    }
  }
  return unused;
}

int main(void) {
  pthread_t worker, looper;
  loop_make();
  if (pthread_create(&worker, NULL, run_worker, NULL) ||
      pthread_create(&looper, NULL, run_looper, NULL))
    return 1;
  pthread_join(looper, NULL);
  in_main();
  pthread_mutex_lock(&mutex);
  has_work = 1;
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
  pthread_join(worker, NULL);
  return 0;
}
