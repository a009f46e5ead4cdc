// Intent: loop_threads= and ignore_threads= choose the loop threads that are
// checked by the names they have when a stretch of callbacks begins; the others
// run their loops in silence, and the statistics say so.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// ALL-DAG: blocking-call: usleep on event loop thread T{{[0-9]+}} "io-1"
// ALL-DAG: blocking-call: usleep on event loop thread T{{[0-9]+}} "io-2"
// ALL-DAG: in in_early{{$| }}
// ALL-DAG: in in_late{{$| }}

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1:loop_threads=ui,io-2 %run %t >%t.log 2>&1
// RUN: FileCheck %s --check-prefix=SOME < %t.log
// RUN: FileCheck %s --check-prefix=NOT < %t.log
// SOME: blocking-call: usleep on event loop thread T{{[0-9]+}} "io-2"
// SOME: BlockSanitizer: 1 blocking site, 1 call,
// SOME-DAG: on thread T{{[0-9]+}} "io-1" (not checked): 2 iterations
// SOME-DAG: on thread T{{[0-9]+}} "io-2": 2 iterations
// NOT-NOT: "io-1" (learned
// NOT-NOT: in in_early

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:ignore_threads=io-2 %run %t 2>&1 | FileCheck %s --check-prefix=IGNORE
// IGNORE-NOT: "io-2" (
// IGNORE: blocking-call: usleep on event loop thread T{{[0-9]+}} "io-1"
// IGNORE-NOT: "io-2" (

// RUN: %env_bsan_opts="ignore_threads=io-*,new*" %exits 0 %run %t 2>&1 | count 0
// RUN: %env_bsan_opts=loop_threads=ui %exits 0 %run %t 2>&1 | count 0

// RUN: %env_bsan_opts=loop_threads=connection-worker %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=LONG
// LONG: WARNING: loop_threads: no thread can be named 'connection-worker'

#define _GNU_SOURCE
#include <pthread.h>

#include "Inputs/loop.h"

BLOCKING(in_first)
BLOCKING(in_early)
BLOCKING(in_late)

static void run_round(void (*callback)(void)) {
  struct epoll_event events[8];
  loop_wake();
  if (epoll_wait(loop_epoll, events, 8, 1000) == 1) {
    loop_drain();
    callback();
    __asm__ volatile("" : : : "memory"); // No tail call.
  }
}

static void run_loop(void (*first)(void), void (*second)(void)) {
  for (int round = 0; round < 2; round++)
    run_round(round ? second : first);
}

static void *run_first(void *unused) {
  pthread_setname_np(pthread_self(), "io-1");
  run_loop(in_first, in_first);
  return unused;
}

// Named by its first callback, as programs do that name their threads late.
static void early(void) {
  in_early();
  pthread_setname_np(pthread_self(), "io-2");
}

static void *run_second(void *unused) {
  pthread_setname_np(pthread_self(), "new-io");
  run_loop(early, in_late);
  return unused;
}

int main(void) {
  void *(*const loops[])(void *) = {run_first, run_second};
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    loop_make();
    if (pthread_create(&thread, NULL, loops[i], NULL))
      return 1;
    pthread_join(thread, NULL);
  }
  return 0;
}
