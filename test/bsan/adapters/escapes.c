// Intent: a loop that a callback leaves with longjmp is over, in the function that
// ran it and below; the next run is one again; a fork's child starts outside;
// hooks in callbacks take over; auto_loop=0 leaves libraries alone, and
// auto_loop=adapters is enough for them.

// REQUIRES: libuv
// RUN: %bsan_cc %s -o %t %libuv_flags -luv -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 4
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:auto_loop=adapters %exits 0 %run %t >%t.adapters 2>&1
// RUN: FileCheck %s < %t.adapters
// RUN: grep "^SUMMARY" %t.adapters | count 4
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:auto_loop=0 %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=OFF

// CHECK: in on_first (usleep)
// CHECK: in on_second (usleep)
// CHECK: in on_parent (usleep)
// CHECK: (hooks, own)
// CHECK: in on_hooks (usleep)
// OFF: in on_hooks (usleep)
// OFF-NOT: SUMMARY

#include <setjmp.h>
#include <sys/wait.h>
#include <uv.h>

#include <sanitizer/bsan_interface.h>

#include "Inputs/block.h"

static uv_loop_t loop;
static uv_timer_t timer;
static jmp_buf out;

NOINLINE static void quiet_below(void) { BLOCK(); }

NOINLINE static void on_first(uv_timer_t *handle) {
  (void)handle;
  BLOCK();
  longjmp(out, 1);
}

NOINLINE static void on_second(uv_timer_t *handle) {
  (void)handle;
  BLOCK();
}

NOINLINE static void on_parent(void) { BLOCK(); }

NOINLINE static void on_fork(uv_timer_t *handle) {
  int status;
  (void)handle;
  pid_t child = fork();
  if (child == 0) {
    quiet_below();
    _exit(0);
  }
  on_parent();
  __bsan_disable();
  must(waitpid(child, &status, 0) == child && !status, "the child");
  __bsan_enable();
}

NOINLINE static void on_hooks(uv_timer_t *handle) {
  (void)handle;
  __bsan_enter_loop_named("own");
  BLOCK();
  __bsan_leave_loop();
  quiet_below();
}

NOINLINE static void run(uv_timer_cb callback) {
  must(!uv_loop_init(&loop), "uv_loop_init");
  uv_timer_init(&loop, &timer);
  uv_timer_start(&timer, callback, 1, 0);
  if (!setjmp(out))
    uv_run(&loop, UV_RUN_DEFAULT);
  BLOCK();  // In the function that ran it: silent.
  quiet_below();
}

int main(void) {
  run(on_first);
  run(on_second);
  run(on_fork);
  run(on_hooks);
  return 0;
}
