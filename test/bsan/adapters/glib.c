// Intent: GLib's loop is known by g_main_loop_run and g_main_context_iteration, with
// no option: timeout, I/O, signal, idle and deferred callbacks are inside, its wait
// is not; polling elsewhere in the library (g_spawn_sync) is not its wait; a nested
// run keeps the outer one inside; a poll function of the program's is the loop's
// wait; outside of a run and in a thread pool nothing is reported; a second loop on
// another thread is its own.

// REQUIRES: glib
// RUN: %bsan_cc %s -o %t %glib_flags -lglib-2.0 -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY.*(usleep)" %t.log | count 9
// RUN: FileCheck %s --check-prefix=QUIET < %t.log

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (glib, g_main_loop_run)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in g_main_loop_run
// CHECK-NEXT: #1 {{.*}} in run_all {{.*}}glib.c
// CHECK-DAG: in on_io (usleep)
// CHECK-DAG: in on_signal (usleep)
// CHECK-DAG: in on_idle (usleep)
// CHECK-DAG: in on_nested (usleep)
// CHECK-DAG: in on_timeout (usleep)
// CHECK-DAG: blocking-call: {{(poll|ppoll|select)}} on event loop thread T0
// CHECK-DAG: in on_own_poll (usleep)
// CHECK-DAG: in on_dispatched (usleep)
// CHECK: on event loop thread T{{[1-9]}} "{{.*}}" (glib, g_main_context_iteration)
// CHECK: in on_second_loop (usleep)
// CHECK-DAG: Loop "{{g_main_[a-z_]*}}" on thread T0
// CHECK-DAG: Loop "g_main_context_iteration" on thread T{{[1-9]}}
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <glib-unix.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>

#include "Inputs/block.h"

static GMainLoop *loop;
static GThreadPool *pool;
static int polls, is_worked;

NOINLINE static gboolean on_nested(gpointer inner) {
  BLOCK();
  g_main_loop_quit(inner);
  return G_SOURCE_REMOVE;
}

NOINLINE static void run_nested(void) {
  GMainLoop *inner = g_main_loop_new(NULL, FALSE);
  g_timeout_add(1, on_nested, inner);
  g_main_loop_run(inner);
  g_main_loop_unref(inner);
}

NOINLINE static void spawn(void) {
  char *arguments[] = {"sleep", "0.05", NULL}, *output = NULL;
  must(g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                    &output, NULL, NULL, NULL),
       "g_spawn_sync");
  g_free(output);
}

NOINLINE static gboolean on_timeout(gpointer unused) {
  (void)unused;
  run_nested();
  BLOCK();  // Still inside the outer run.
  spawn();
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

NOINLINE static gboolean on_idle(gpointer unused) {
  (void)unused;
  BLOCK();
  g_timeout_add(20, on_timeout, NULL);
  return G_SOURCE_REMOVE;
}

NOINLINE static gboolean on_signal(gpointer unused) {
  (void)unused;
  BLOCK();
  g_idle_add(on_idle, NULL);
  return G_SOURCE_REMOVE;
}

NOINLINE static gboolean on_io(int fd, GIOCondition condition,
                               gpointer unused) {
  (void)fd;
  (void)condition;
  (void)unused;
  BLOCK();
  raise(SIGUSR1);
  return G_SOURCE_REMOVE;
}

NOINLINE static void quiet_work(gpointer data, gpointer unused) {
  (void)data;
  (void)unused;
  BLOCK();
  g_atomic_int_set(&is_worked, 1);
}

NOINLINE static gboolean on_first(gpointer unused) {
  (void)unused;
  BLOCK();
  return G_SOURCE_REMOVE;
}

NOINLINE static void run_all(void) {
  int fds[2];
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  loop = g_main_loop_new(NULL, FALSE);
  g_timeout_add(0, on_first, NULL);
  g_unix_signal_add(SIGUSR1, on_signal, NULL);
  g_unix_fd_add(fds[0], G_IO_IN, on_io, NULL);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
}

// Blocks in a helper, and so at another depth each time.
static gint wait_for(GPollFD *fds, guint count, gint timeout, int depth) {
  volatile int deeper = depth;
  if (deeper)
    return wait_for(fds, count, timeout, deeper - 1);
  return poll((struct pollfd *)fds, count, timeout);
}

static gint poll_of_program(GPollFD *fds, guint count, gint timeout) {
  return wait_for(fds, count, timeout, ++polls);
}

NOINLINE static gboolean on_own_poll(gpointer left) {
  if (--*(int *)left)
    return G_SOURCE_CONTINUE;
  BLOCK();
  return G_SOURCE_REMOVE;
}

NOINLINE static void run_own_poll(void) {
  GMainContext *context = g_main_context_new();
  GSource *source = g_timeout_source_new(1);
  int left = 3;
  g_main_context_set_poll_func(context, poll_of_program);
  g_source_set_callback(source, on_own_poll, &left, NULL);
  g_source_attach(source, context);
  while (left)
    g_main_context_iteration(context, TRUE);
  must(polls >= 3, "a poll function of the program's");
  g_source_unref(source);
  g_main_context_unref(context);
}

NOINLINE static gboolean on_dispatched(gpointer unused) {
  (void)unused;
  BLOCK();
  return G_SOURCE_REMOVE;
}

// As a foreign loop does that embeds a context.
NOINLINE static void dispatch(void) {
  GMainContext *context = g_main_context_new();
  GSource *source = g_idle_source_new();
  GPollFD fds[4];
  int priority, timeout;
  g_source_set_callback(source, on_dispatched, NULL, NULL);
  g_source_attach(source, context);
  must(g_main_context_acquire(context), "g_main_context_acquire");
  g_main_context_prepare(context, &priority);
  int count = g_main_context_query(context, priority, &timeout, fds, 4);
  g_main_context_check(context, priority, fds, count);
  g_main_context_dispatch(context);
  g_main_context_release(context);
  g_source_unref(source);
  g_main_context_unref(context);
}

NOINLINE static gboolean on_second_loop(gpointer is_done) {
  BLOCK();
  *(int *)is_done = 1;
  return G_SOURCE_REMOVE;
}

static void *second_loop(void *unused) {
  GMainContext *context = g_main_context_new();
  GSource *source = g_timeout_source_new(1);
  int is_done = 0;
  g_source_set_callback(source, on_second_loop, &is_done, NULL);
  g_source_attach(source, context);
  while (!is_done)
    g_main_context_iteration(context, TRUE);
  g_source_unref(source);
  g_main_context_unref(context);
  return unused;
}

NOINLINE static void quiet_before(void) { BLOCK(); }
NOINLINE static void quiet_after(void) { BLOCK(); }

int main(void) {
  quiet_before();
  pool = g_thread_pool_new(quiet_work, NULL, 2, FALSE, NULL);
  g_thread_pool_push(pool, "work", NULL);
  run_all();
  quiet_after();
  run_own_poll();
  dispatch();
  quiet_after();
  run_thread(second_loop, NULL);
  quiet_after();
  g_thread_pool_free(pool, FALSE, TRUE);
  must(g_atomic_int_get(&is_worked), "the worker");
  return 0;
}
