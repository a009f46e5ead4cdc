// Intent: tevent's loop is known by tevent_loop_wait and tevent_loop_once: timer,
// I/O, signal and immediate callbacks are inside, its wait is not; a nested run keeps
// the outer one inside; outside of a run nothing is reported; a second loop on
// another thread is its own; so with each backend.

// REQUIRES: tevent
// RUN: %bsan_cc %s -o %t %tevent_flags -ltevent -ltalloc -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t epoll >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 6
// RUN: FileCheck %s --check-prefix=QUIET < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t poll >%t.poll 2>&1
// RUN: FileCheck %s < %t.poll
// RUN: grep "^SUMMARY" %t.poll | count 6

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (tevent, tevent_loop_wait)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in tevent_loop_wait
// CHECK-NEXT: #1 {{.*}} in run_all {{.*}}tevent.c
// CHECK-DAG: in on_io (usleep)
// CHECK-DAG: in on_signal (usleep)
// CHECK-DAG: in on_immediate (usleep)
// CHECK-DAG: in on_nested (usleep)
// CHECK-DAG: in on_timer (usleep)
// CHECK: on event loop thread T1 "{{.*}}" (tevent, tevent_loop_once)
// CHECK: in on_second_loop (usleep)
// CHECK: BlockSanitizer: 6 blocking sites
// CHECK-DAG: Loop "tevent_loop_wait" on thread T0
// CHECK-DAG: Loop "tevent_loop_once" on thread T1
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <talloc.h>
#include <tevent.h>

#include "Inputs/block.h"

typedef struct tevent_context context_t;

static const char *backend;
static context_t *loop;
static struct tevent_immediate *immediate;

static void add_timer(context_t *context, uint32_t us,
                      tevent_timer_handler_t handler, void *arg) {
  must(tevent_add_timer(context, context, tevent_timeval_current_ofs(0, us),
                        handler, arg) != NULL,
       "tevent_add_timer");
}

NOINLINE static void on_nested(context_t *context, struct tevent_timer *timer,
                               struct timeval now, void *is_done) {
  (void)context;
  (void)timer;
  (void)now;
  BLOCK();
  *(int *)is_done = 1;
}

NOINLINE static void run_nested(void) {
  context_t *nested = tevent_context_init_byname(NULL, backend);
  int is_done = 0;
  add_timer(nested, 1000, on_nested, &is_done);
  while (!is_done)
    tevent_loop_once(nested);
  talloc_free(nested);
}

NOINLINE static void on_timer(context_t *context, struct tevent_timer *timer,
                              struct timeval now, void *signals) {
  (void)context;
  (void)timer;
  (void)now;
  run_nested();
  BLOCK();  // Still inside the outer run.
  talloc_free(signals);
}

static struct tevent_signal *signals;

NOINLINE static void on_immediate(context_t *context,
                                  struct tevent_immediate *im, void *arg) {
  (void)im;
  (void)arg;
  BLOCK();
  add_timer(context, 20000, on_timer, signals);
}

NOINLINE static void on_signal(context_t *context, struct tevent_signal *event,
                               int number, int count, void *info, void *arg) {
  (void)event;
  (void)number;
  (void)count;
  (void)info;
  (void)arg;
  BLOCK();
  tevent_schedule_immediate(immediate, context, on_immediate, NULL);
}

NOINLINE static void on_io(context_t *context, struct tevent_fd *event,
                           uint16_t flags, void *arg) {
  (void)context;
  (void)flags;
  (void)arg;
  BLOCK();
  talloc_free(event);
  raise(SIGUSR1);
}

NOINLINE static void run_all(void) {
  int fds[2];
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  loop = tevent_context_init_byname(NULL, backend);
  must(loop != NULL, "tevent_context_init_byname");
  immediate = tevent_create_immediate(loop);
  signals = tevent_add_signal(loop, loop, SIGUSR1, 0, on_signal, NULL);
  tevent_add_fd(loop, loop, fds[0], TEVENT_FD_READ, on_io, NULL);
  tevent_loop_wait(loop);
  talloc_free(loop);
}

NOINLINE static void on_second_loop(context_t *context,
                                    struct tevent_timer *timer,
                                    struct timeval now, void *is_done) {
  (void)context;
  (void)timer;
  (void)now;
  BLOCK();
  *(int *)is_done = 1;
}

static void *second_loop(void *unused) {
  context_t *second = tevent_context_init_byname(NULL, backend);
  int is_done = 0;
  add_timer(second, 1000, on_second_loop, &is_done);
  while (!is_done)
    tevent_loop_once(second);
  talloc_free(second);
  return unused;
}

NOINLINE static void quiet_before(void) { BLOCK(); }
NOINLINE static void quiet_after(void) { BLOCK(); }

int main(int argc, char **argv) {
  (void)argc;
  backend = argv[1];
  quiet_before();
  run_all();
  quiet_after();
  run_thread(second_loop, NULL);
  quiet_after();
  return 0;
}
