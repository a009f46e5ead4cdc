// Intent: callbacks on coroutines are callbacks, also when they go on in a later
// round; a coroutine may make the loop's wait itself, and its stack may be gone
// afterwards.  What runs when the loop is over may block, on whatever stack.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: callbacks
// CHECK: #1 {{.*}} in at_first
// CHECK: #1 {{.*}} in when_resumed
// CHECK: step: after the loop
// CHECK: step: waits
// CHECK: #1 {{.*}} in between_waits
// CHECK: #1 {{.*}} in scheduling
// CHECK: step: gone
// CHECK: step: own stack
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: end
// SILENT-NOT: in after_loop
// SILENT-NOT: in of_main

// The same on a thread, whose stack is one mapping among others.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t thread > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log

#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "Inputs/loop.h"

enum { STACK_SIZE = 256 * 1024 };

BLOCKING(at_first)
BLOCKING(when_resumed)
BLOCKING(after_loop)
BLOCKING(between_waits)
BLOCKING(scheduling)
BLOCKING(in_callback)
BLOCKING(of_main)

static ucontext_t caller, coroutine;
static void *stack;

static void make_coroutine(void (*function)(void)) {
  stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED || getcontext(&coroutine))
    abort();
  coroutine.uc_stack.ss_sp = stack;
  coroutine.uc_stack.ss_size = STACK_SIZE;
  coroutine.uc_link = &caller;
  makecontext(&coroutine, function, 0);
}

static void resume(void) { swapcontext(&caller, &coroutine); }
static void yield(void) { swapcontext(&coroutine, &caller); }

//--- Callbacks on a coroutine ----------------------------------------------//

static void run_callbacks(void) {
  at_first();
  yield();
  when_resumed();
  yield();
  after_loop();
}

NOINLINE static int wait_for_events(void) {
  struct epoll_event event;
  loop_wake();
  int count = epoll_wait(loop_epoll, &event, 1, -1);
  calls++;
  return count;
}

NOINLINE static void run_loop(void (*callback)(void)) {
  for (int round = 0; round < loop_rounds; round++) {
    if (wait_for_events() == 1)
      loop_drain();
    if (round < loop_rounds - 1)
      callback();
  }
  calls++;
}

//--- Waits on a coroutine --------------------------------------------------//

static void wait_on_coroutine(void) {
  for (int round = 0; round < loop_rounds; round++) {
    if (wait_for_events() == 1)
      loop_drain();
    between_waits();
    yield();
  }
}

NOINLINE static void schedule(void) {
  for (int round = 0; round < loop_rounds; round++) {
    resume();
    if (round < loop_rounds - 1)
      scheduling();
  }
  resume();
  calls++;
}

static void *run(void *unused) {
  loop_make();
  make_coroutine(run_callbacks);
  STEP("callbacks");
  run_loop(resume);
  STEP("after the loop");
  resume();
  of_main();
  munmap(stack, STACK_SIZE);
  close(loop_epoll);

  loop_make();
  make_coroutine(wait_on_coroutine);
  STEP("waits");
  schedule();
  of_main();
  munmap(stack, STACK_SIZE);
  STEP("gone");
  of_main();

  STEP("own stack");
  run_loop(in_callback);
  of_main();
  STEP("end");
  return unused;
}

int main(int argc, char **argv) {
  pthread_t thread;
  (void)argv;
  if (argc == 1)
    run(NULL);
  else if (pthread_create(&thread, NULL, run, NULL) ||
           pthread_join(thread, NULL))
    return 1;
  return 0;
}
