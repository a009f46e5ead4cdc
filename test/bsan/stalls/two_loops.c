// Intent: two loops that stall at once are both told, and a learned loop's callback
// is; in the child of a fork a watchdog of its own tells of its loop, and not of
// what its parent was doing.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=exitcode=0:halt_on_error=0:stall_ms=200:log_path=%t.log %run %t
// RUN: cat %t.log.* | FileCheck %s
// CHECK-DAG: stall: callback on event loop thread T{{[0-9]}} "first" (hooks, one) has run
// CHECK-DAG: stall: callback on event loop thread T{{[0-9]}} "second" (learned, serve) has run
// CHECK-DAG: SUMMARY: BlockSanitizer: stall {{.*}} in compute_while (running)
// CHECK-DAG: SUMMARY: BlockSanitizer: stall {{.*}} in on_event (read)
// CHECK-DAG: stall ended after {{.*}} "first" (hooks, one)
// CHECK-DAG: stall ended after {{.*}} "second" (learned, serve)
// CHECK-DAG: stall: callback on event loop thread T0 "child" (hooks, of the child)
// CHECK-DAG: stall ended after {{.*}} "child" (hooks, of the child)
// RUN: cat %t.log.* | grep -c "stall ended" | FileCheck %s --check-prefix=ENDS
// ENDS: {{^}}3{{$}}

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>
#include <sys/epoll.h>
#include <sys/wait.h>

static volatile int is_waiting = 1;
static int ends[2];

static void *run_first(void *unused) {
  pthread_setname_np(pthread_self(), "first");
  __bsan_enter_loop_named("one");
  compute_while(&is_waiting);
  __bsan_leave_loop();
  return unused;
}

__attribute__((noinline)) static void on_event(void) {
  char byte;
  if (read(ends[0], &byte, 1) != 1)
    abort();
}

__attribute__((noinline)) static void serve(int loop) {
  struct epoll_event event;
  for (int i = 0; i < 3; i++) {
    epoll_wait(loop, &event, 1, 0);
    if (i == 1)
      on_event();
  }
}

static void *run_second(void *unused) {
  pthread_setname_np(pthread_self(), "second");
  serve(epoll_create1(0));
  return unused;
}

static void *watch_child(void *unused) {
  wait_for_log("SUMMARY: BlockSanitizer: stall", 1);
  is_waiting = 0;
  return unused;
}

static void run_child(void) {
  pthread_t thread;
  pthread_setname_np(pthread_self(), "child");
  if (pthread_create(&thread, NULL, watch_child, NULL))
    abort();
  __bsan_enter_loop_named("of the child");
  compute_while(&is_waiting);
  __bsan_leave_loop();
  pthread_join(thread, NULL);
}

int main(void) {
  pthread_t first, second;
  int status;
  if (pipe(ends) || pthread_create(&first, NULL, run_first, NULL) ||
      pthread_create(&second, NULL, run_second, NULL))
    return 1;
  wait_for_log("SUMMARY: BlockSanitizer: stall", 2);
  pid_t child = fork();
  if (child == 0) {
    run_child();
    exit(0);
  }
  if (waitpid(child, &status, 0) != child || status != 0)
    return 2;
  is_waiting = 0;
  if (write(ends[1], "x", 1) != 1)
    return 3;
  pthread_join(first, NULL);
  pthread_join(second, NULL);
  return 0;
}
