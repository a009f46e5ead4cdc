// Intent: 64 loop threads at once, started and ended again and again, each find
// their calls; equal stacks are counted together and nothing is lost.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:symbolize=0:print_stats_on_exit=1 %exits 44 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T{{[0-9]+}} "worker" (hooks, worker loop)
// CHECK-NOT: WARNING: BlockSanitizer
// CHECK: BlockSanitizer: 1 blocking site, 2,560 calls,
// CHECK: Loop "worker loop" on thread T{{[0-9]+}} "worker": {{[0-9,]+}} iterations

#define _GNU_SOURCE
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <unistd.h>

enum { THREADS = 64, CALLS = 10, TIMES = 4 };

static volatile int calls = CALLS;

static void *run(void *unused) {
  pthread_setname_np(pthread_self(), "worker");
  for (int i = 0; i < calls; i++) {
    __bsan_enter_loop_named("worker loop");
    usleep(1);
    __bsan_leave_loop();
  }
  return unused;
}

int main(void) {
  pthread_t threads[THREADS];
  for (int time = 0; time < TIMES; time++) {
    for (int i = 0; i < THREADS; i++)
      if (pthread_create(&threads[i], NULL, run, NULL))
        return 1;
    for (int i = 0; i < THREADS; i++)
      pthread_join(threads[i], NULL);
  }
  return 0;
}
