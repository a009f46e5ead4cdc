// Intent: how deep the stack is does not matter: a loop below more frames than
// are looked at, callbacks below as many again, and a stack that has grown by
// megabytes since the loop was learned; nor does whose memory the stack is.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t thread > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: loop
// CHECK-DAG: #1 {{.*}} in in_deep_callback
// CHECK-DAG: #1 {{.*}} in beside_wait
// CHECK-DAG: #1 {{.*}} in in_large_frame
// CHECK: step: end
// SILENT-NOT: in after_loop

#define _GNU_SOURCE
#include <pthread.h>

#include "Inputs/loop.h"

enum { DEPTH = 100, STACK_SIZE = 8 << 20 };

BLOCKING(in_deep_callback)
BLOCKING(beside_wait)
BLOCKING(in_large_frame)
BLOCKING(after_loop)

NOINLINE static void call_deep(int depth, void (*function)(void)) {
  volatile char frame[64];
  frame[0] = (char)depth;
  if (depth)
    call_deep(depth - 1, function);
  else
    function();
  calls += frame[0];
}

NOINLINE static void grow(void) {
  volatile char frame[4 << 20];
  for (size_t i = 0; i < sizeof(frame); i += 4096)
    frame[i] = 1;
  in_large_frame();
  calls += frame[0];
}

NOINLINE static int wait_for_events(void) {
  struct epoll_event event;
  loop_wake();
  int count = epoll_wait(loop_epoll, &event, 1, -1);
  loop_drain();
  return count;
}

static void run_loop(void) {
  for (int round = 0; round < loop_rounds; round++) {
    if (wait_for_events() != 1)
      abort();
    call_deep(DEPTH, in_deep_callback);
    beside_wait();
    grow();
  }
  calls++;
}

static void *run(void *unused) {
  STEP("loop");
  call_deep(DEPTH, run_loop);
  after_loop();
  call_deep(DEPTH + 20, after_loop);
  STEP("end");
  return unused;
}

int main(int argc, char **argv) {
  pthread_t thread;
  pthread_attr_t attr;
  (void)argv;
  loop_make();
  if (argc == 1) {
    run(NULL);
    return 0;
  }
  // In the heap, with other data above and below.
  char *memory = malloc(3 * (size_t)STACK_SIZE);
  if (pthread_attr_init(&attr) ||
      pthread_attr_setstack(&attr, memory + STACK_SIZE, STACK_SIZE) ||
      pthread_create(&thread, &attr, run, NULL) || pthread_join(thread, NULL))
    return 1;
  free(memory);
  return 0;
}
