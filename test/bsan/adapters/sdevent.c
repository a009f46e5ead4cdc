// Intent: sd-event's loop is known by sd_event_loop and sd_event_run: timer, I/O,
// signal, deferred, post and exit callbacks are inside, its wait is not; a nested run
// keeps the outer one inside; a foreign loop that embeds an event (prepare, wait,
// dispatch) is inside in the first and the last; outside of a run nothing is
// reported; a second loop on another thread is its own.

// REQUIRES: libsystemd
// RUN: %bsan_cc %s -o %t %libsystemd_flags -lsystemd -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 9
// RUN: FileCheck %s --check-prefix=QUIET < %t.log

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (sd-event, sd_event_loop)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in sd_event_loop
// CHECK-NEXT: #1 {{.*}} in run_all {{.*}}sdevent.c
// CHECK-DAG: in on_io (usleep)
// CHECK-DAG: in on_signal (usleep)
// CHECK-DAG: in on_defer (usleep)
// CHECK-DAG: in on_nested (usleep)
// CHECK-DAG: in on_timer (usleep)
// CHECK-DAG: in on_exit_loop (usleep)
// CHECK: (sd-event, sd_event_{{(prepare|dispatch)}})
// CHECK-DAG: in on_prepare (usleep)
// CHECK-DAG: in on_embedded (usleep)
// CHECK: on event loop thread T1 "{{.*}}" (sd-event, sd_event_run)
// CHECK: in on_second_loop (usleep)
// CHECK: BlockSanitizer: 9 blocking sites
// CHECK-DAG: on thread T0
// CHECK-DAG: Loop "sd_event_run" on thread T1
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <signal.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>
#include <time.h>

#include "Inputs/block.h"

static sd_event *loop;

static void add_timer(sd_event *event, uint64_t us,
                      sd_event_time_handler_t handler, void *arg) {
  uint64_t now;
  sd_event_now(event, CLOCK_MONOTONIC, &now);
  must(sd_event_add_time(event, NULL, CLOCK_MONOTONIC, now + us, 1, handler,
                         arg) >= 0,
       "sd_event_add_time");
}

NOINLINE static int on_nested(sd_event_source *s, uint64_t us, void *nested) {
  (void)s;
  (void)us;
  BLOCK();
  return sd_event_exit(nested, 0);
}

NOINLINE static void run_nested(void) {
  sd_event *nested;
  must(sd_event_new(&nested) >= 0, "sd_event_new");
  add_timer(nested, 1000, on_nested, nested);
  sd_event_loop(nested);
  sd_event_unref(nested);
}

NOINLINE static int on_timer(sd_event_source *s, uint64_t us, void *unused) {
  (void)s;
  (void)us;
  (void)unused;
  run_nested();
  BLOCK();  // Still inside the outer run.
  return sd_event_exit(loop, 0);
}

NOINLINE static int on_exit_loop(sd_event_source *s, void *unused) {
  (void)s;
  (void)unused;
  BLOCK();
  return 0;
}

NOINLINE static int on_signal(sd_event_source *s,
                              const struct signalfd_siginfo *info,
                              void *unused) {
  (void)s;
  (void)info;
  (void)unused;
  BLOCK();
  add_timer(loop, 20000, on_timer, NULL);
  return 0;
}

NOINLINE static int on_io(sd_event_source *s, int fd, uint32_t events,
                          void *unused) {
  (void)fd;
  (void)events;
  (void)unused;
  BLOCK();
  raise(SIGUSR1);
  return sd_event_source_set_enabled(s, SD_EVENT_OFF);
}

NOINLINE static int on_defer(sd_event_source *s, void *unused) {
  (void)s;
  (void)unused;
  BLOCK();
  return 0;
}

NOINLINE static void run_all(void) {
  int fds[2];
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  must(sd_event_new(&loop) >= 0, "sd_event_new");
  sd_event_add_signal(loop, NULL, SIGUSR1, on_signal, NULL);
  sd_event_add_io(loop, NULL, fds[0], EPOLLIN, on_io, NULL);
  sd_event_add_defer(loop, NULL, on_defer, NULL);
  sd_event_add_exit(loop, NULL, on_exit_loop, NULL);
  sd_event_loop(loop);
  sd_event_unref(loop);
}

NOINLINE static int on_prepare(sd_event_source *s, void *unused) {
  (void)unused;
  BLOCK();
  return sd_event_source_set_prepare(s, NULL);
}

NOINLINE static int on_embedded(sd_event_source *s, void *is_done) {
  (void)s;
  BLOCK();
  *(int *)is_done = 1;
  return 0;
}

NOINLINE static void quiet_between(void) { BLOCK(); }

NOINLINE static void run_embedded(void) {
  sd_event *event;
  sd_event_source *source;
  int is_done = 0;
  must(sd_event_new(&event) >= 0, "sd_event_new");
  sd_event_add_defer(event, &source, on_embedded, &is_done);
  sd_event_source_set_prepare(source, on_prepare);
  while (!is_done) {
    int ready = sd_event_prepare(event);
    if (!ready)
      ready = sd_event_wait(event, UINT64_MAX);
    quiet_between();
    if (ready > 0)
      sd_event_dispatch(event);
  }
  sd_event_source_unref(source);
  sd_event_unref(event);
}

NOINLINE static int on_second_loop(sd_event_source *s, uint64_t us,
                                   void *is_done) {
  (void)s;
  (void)us;
  BLOCK();
  *(int *)is_done = 1;
  return 0;
}

static void *second_loop(void *unused) {
  sd_event *second;
  int is_done = 0;
  sd_event_new(&second);
  add_timer(second, 1000, on_second_loop, &is_done);
  while (!is_done)
    sd_event_run(second, UINT64_MAX);
  sd_event_unref(second);
  return unused;
}

NOINLINE static void quiet_before(void) { BLOCK(); }
NOINLINE static void quiet_after(void) { BLOCK(); }

int main(void) {
  quiet_before();
  run_all();
  quiet_after();
  run_embedded();
  quiet_after();
  run_thread(second_loop, NULL);
  quiet_after();
  return 0;
}
