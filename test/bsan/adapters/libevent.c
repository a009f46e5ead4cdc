// Intent: libevent's loop is known by event_base_loop and event_base_dispatch:
// timer, I/O, signal, deferred (active) and cheap low-priority callbacks are inside,
// its wait is not; a nested run keeps the outer one inside; outside of a run nothing
// is reported; a second base on another thread is its own; so with each backend.

// REQUIRES: libevent
// RUN: %bsan_cc %s -o %t %libevent_flags -levent -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 7
// RUN: FileCheck %s --check-prefix=QUIET < %t.log
// RUN: env EVENT_NOEPOLL=1 BSAN_OPTIONS=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.poll 2>&1
// RUN: FileCheck %s < %t.poll
// RUN: grep "^SUMMARY" %t.poll | count 7
// RUN: env EVENT_NOEPOLL=1 EVENT_NOPOLL=1 BSAN_OPTIONS=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.select 2>&1
// RUN: FileCheck %s < %t.select
// RUN: grep "^SUMMARY" %t.select | count 7

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (libevent, event_base_dispatch)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in event_base_dispatch
// CHECK-NEXT: #1 {{.*}} in run_all {{.*}}libevent.c
// CHECK-DAG: in on_io (usleep)
// CHECK-DAG: in on_signal (usleep)
// CHECK-DAG: in on_active (usleep)
// CHECK-DAG: in on_nested (usleep)
// CHECK-DAG: in on_timer (usleep)
// CHECK-DAG: in on_once (usleep)
// CHECK: on event loop thread T1 "{{.*}}" (libevent, event_base_loop)
// CHECK: in on_second_loop (usleep)
// CHECK: BlockSanitizer: 7 blocking sites
// CHECK-DAG: Loop "event_base_dispatch" on thread T0
// CHECK-DAG: Loop "event_base_loop" on thread T1
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <event2/event.h>
#include <signal.h>

#include "Inputs/block.h"

static struct event_base *base;
static struct event *active, *signals;

NOINLINE static void on_nested(evutil_socket_t fd, short what, void *arg) {
  (void)fd;
  (void)what;
  (void)arg;
  BLOCK();
}

NOINLINE static void run_nested(void) {
  struct event_base *nested = event_base_new();
  struct timeval soon = {0, 1000};
  event_base_once(nested, -1, EV_TIMEOUT, on_nested, NULL, &soon);
  event_base_dispatch(nested);
  event_base_free(nested);
}

NOINLINE static void on_timer(evutil_socket_t fd, short what, void *arg) {
  (void)fd;
  (void)what;
  (void)arg;
  run_nested();
  BLOCK();  // Still inside the outer run.
  event_del(signals);
  event_base_loopexit(base, NULL);
}

NOINLINE static void on_active(evutil_socket_t fd, short what, void *arg) {
  struct timeval soon = {0, 20000};
  (void)fd;
  (void)what;
  (void)arg;
  BLOCK();
  event_base_once(base, -1, EV_TIMEOUT, on_timer, NULL, &soon);
}

NOINLINE static void on_signal(evutil_socket_t number, short what, void *arg) {
  (void)number;
  (void)what;
  (void)arg;
  BLOCK();
  event_active(active, 0, 0);
}

NOINLINE static void on_io(evutil_socket_t fd, short what, void *arg) {
  (void)fd;
  (void)what;
  (void)arg;
  BLOCK();
  raise(SIGUSR1);
}

NOINLINE static void on_once(evutil_socket_t fd, short what, void *arg) {
  (void)fd;
  (void)what;
  (void)arg;
  BLOCK();
}

NOINLINE static void run_all(void) {
  int fds[2];
  struct timeval now = {0, 0};
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  base = event_base_new();
  must(base != NULL, "event_base_new");
  active = event_new(base, -1, 0, on_active, NULL);
  signals = evsignal_new(base, SIGUSR1, on_signal, NULL);
  event_add(signals, NULL);
  event_base_once(base, -1, EV_TIMEOUT, on_once, NULL, &now);
  event_base_once(base, fds[0], EV_READ, on_io, NULL, NULL);
  event_base_dispatch(base);
}

NOINLINE static void on_second_loop(evutil_socket_t fd, short what, void *arg) {
  (void)fd;
  (void)what;
  (void)arg;
  BLOCK();
}

static void *second_loop(void *unused) {
  struct event_base *second = event_base_new();
  struct timeval soon = {0, 1000};
  event_base_once(second, -1, EV_TIMEOUT, on_second_loop, NULL, &soon);
  event_base_loop(second, EVLOOP_ONCE);
  event_base_free(second);
  return unused;
}

NOINLINE static void *quiet_work(void *unused) {
  BLOCK();
  return unused;
}

NOINLINE static void quiet_before(void) { BLOCK(); }
NOINLINE static void quiet_after(void) { BLOCK(); }

NOINLINE static void on_worker(evutil_socket_t fd, short what, void *arg) {
  (void)fd;
  (void)what;
  must(!pthread_create(arg, NULL, quiet_work, NULL), "pthread_create");
  event_base_loopbreak(base);
}

int main(void) {
  struct timeval now = {0, 0};
  pthread_t worker;
  quiet_before();
  run_all();
  quiet_after();
  run_thread(second_loop, NULL);
  quiet_after();
  event_base_once(base, -1, EV_TIMEOUT, on_worker, &worker, &now);
  event_base_dispatch(base);
  must(!pthread_join(worker, NULL), "pthread_join");
  event_free(active);
  event_free(signals);
  event_base_free(base);
  return 0;
}
