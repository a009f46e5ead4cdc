// Intent: libev's loop is known by ev_run: timer, I/O, signal, async, idle, prepare
// and check callbacks are inside, its wait and its collect interval (ev_sleep) are
// not; ev_sleep in a callback is a sleep; a nested run keeps the outer one inside;
// outside of a run nothing is reported; a second loop on another thread is its own.

// REQUIRES: libev
// RUN: %bsan_cc %s -o %t -lev -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 10
// RUN: FileCheck %s --check-prefix=QUIET < %t.log
// RUN: env LIBEV_FLAGS=2 BSAN_OPTIONS=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.poll 2>&1
// RUN: FileCheck %s < %t.poll
// RUN: grep "^SUMMARY" %t.poll | count 10
// RUN: env LIBEV_FLAGS=1 BSAN_OPTIONS=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.select 2>&1
// RUN: FileCheck %s < %t.select
// RUN: grep "^SUMMARY" %t.select | count 10

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (libev, ev_run)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in ev_run
// CHECK-NEXT: #1 {{.*}} in run_all {{.*}}libev.c
// CHECK-DAG: in on_io (usleep)
// CHECK-DAG: in on_signal (usleep)
// CHECK-DAG: in on_async (usleep)
// CHECK-DAG: in on_idle (usleep)
// CHECK-DAG: in on_check (usleep)
// CHECK-DAG: in on_nested (usleep)
// CHECK-DAG: in on_timer (usleep)
// CHECK-DAG: in on_timer (ev_sleep)
// CHECK: on event loop thread T1 "{{.*}}" (libev, ev_run)
// CHECK: in on_second_loop (usleep)
// CHECK: BlockSanitizer: 10 blocking sites
// CHECK-NOT: nanosleep
// CHECK-DAG: Loop "ev_run" on thread T0
// CHECK-DAG: Loop "ev_run" on thread T1
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <ev.h>
#include <signal.h>

#include "Inputs/block.h"

static ev_timer timer, nested_timer;
static ev_io input;
static ev_signal signals;
static ev_async async;
static ev_idle idle;
static ev_prepare prepare;
static ev_check check;

NOINLINE static void on_nested(EV_P_ ev_timer *w, int events) {
  (void)events;
  BLOCK();
  ev_timer_stop(EV_A_ w);
}

NOINLINE static void on_timer(EV_P_ ev_timer *w, int events) {
  struct ev_loop *nested = ev_loop_new(0);
  (void)events;
  ev_timer_init(&nested_timer, on_nested, 0.001, 0.);
  ev_timer_start(nested, &nested_timer);
  ev_run(nested, 0);
  ev_loop_destroy(nested);
  BLOCK();  // Still inside the outer run.
  ev_sleep(0.0001);
  ev_sleep(0.);
  ev_timer_stop(EV_A_ w);
  ev_break(EV_A_ EVBREAK_ALL);
}

NOINLINE static void on_async(EV_P_ ev_async *w, int events) {
  (void)events;
  BLOCK();
  ev_async_stop(EV_A_ w);
  ev_idle_start(EV_A_ & idle);
}

NOINLINE static void on_signal(EV_P_ ev_signal *w, int events) {
  (void)events;
  BLOCK();
  ev_signal_stop(EV_A_ w);
  ev_async_send(EV_A_ & async);
}

NOINLINE static void on_io(EV_P_ ev_io *w, int events) {
  (void)events;
  BLOCK();
  ev_io_stop(EV_A_ w);
  raise(SIGUSR1);
}

NOINLINE static void on_idle(EV_P_ ev_idle *w, int events) {
  (void)events;
  BLOCK();
  ev_idle_stop(EV_A_ w);
  ev_timer_init(&timer, on_timer, 0.02, 0.);
  ev_timer_start(EV_A_ & timer);
}

NOINLINE static void on_prepare(EV_P_ ev_prepare *w, int events) {
  (void)events;
  BLOCK();
  ev_prepare_stop(EV_A_ w);
}

NOINLINE static void on_check(EV_P_ ev_check *w, int events) {
  (void)events;
  BLOCK();
  ev_check_stop(EV_A_ w);
}

NOINLINE static void run_all(void) {
  struct ev_loop *loop = ev_default_loop(0);
  int fds[2];
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  must(loop != NULL, "ev_default_loop");
  ev_set_io_collect_interval(EV_A_ 0.001);
  ev_io_init(&input, on_io, fds[0], EV_READ);
  ev_io_start(EV_A_ & input);
  ev_signal_init(&signals, on_signal, SIGUSR1);
  ev_signal_start(EV_A_ & signals);
  ev_async_init(&async, on_async);
  ev_async_start(EV_A_ & async);
  ev_idle_init(&idle, on_idle);
  ev_prepare_init(&prepare, on_prepare);
  ev_prepare_start(EV_A_ & prepare);
  ev_check_init(&check, on_check);
  ev_check_start(EV_A_ & check);
  ev_run(EV_A_ 0);
}

NOINLINE static void on_second_loop(EV_P_ ev_timer *w, int events) {
  (void)events;
  BLOCK();
  ev_timer_stop(EV_A_ w);
}

static void *second_loop(void *unused) {
  struct ev_loop *second = ev_loop_new(0);
  ev_timer second_timer;
  ev_timer_init(&second_timer, on_second_loop, 0.001, 0.);
  ev_timer_start(second, &second_timer);
  ev_run(second, 0);
  ev_loop_destroy(second);
  return unused;
}

NOINLINE static void quiet_before(void) { BLOCK(); }
NOINLINE static void quiet_after(void) { BLOCK(); }

int main(void) {
  quiet_before();
  run_all();
  quiet_after();
  ev_sleep(0.0001);
  run_thread(second_loop, NULL);
  quiet_after();
  return 0;
}
