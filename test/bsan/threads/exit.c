// Intent: a thread may end inside its loop, by return, pthread_exit and with
// destructors of thread-local data that block; the next thread starts outside.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: returned
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(1)
// CHECK: step: exited
// CHECK: step: next thread: 0
// CHECK-NOT: blocking-call:
// CHECK: step: main thread
// CHECK: blocking-call: usleep on event loop thread T0
// CHECK-NEXT: usleep(4)
// CHECK: step: exit in a callback
// CHECK-NOT: blocking-call:
// CHECK: step: at exit

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STEP(name) fputs("step: " name "\n", stderr)

static void *return_inside(void *unused) {
  __bsan_enter_loop();
  return unused;
}

static void *exit_inside(void *unused) {
  __bsan_enter_loop();
  usleep(1);
  pthread_exit(unused);
}

static void *run_next(void *unused) {
  fprintf(stderr, "step: next thread: %d\n", __bsan_in_loop());
  usleep(2);
  return unused;
}

static void run(void *(*body)(void *)) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, NULL))
    abort();
  pthread_join(thread, NULL);
}

// Shutdown is no callback, though exit was called in one.
static void at_exit(void) {
  usleep(5);
  STEP("at exit");
}

int main(void) {
  atexit(at_exit);
  run(return_inside);
  STEP("returned");
  run(exit_inside);
  STEP("exited");
  run(run_next);
  STEP("main thread");
  __bsan_enter_loop();
  usleep(4);
  STEP("exit in a callback");
  exit(0);
}
