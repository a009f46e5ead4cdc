// Intent: libuv's loop is known by uv_run: timer (also one that is due before the
// first wait), I/O, signal, deferred (async) and idle callbacks are inside, its wait
// is not; a nested run keeps the outer one inside; after uv_run, in its worker
// threads and before it nothing is reported; a second loop on another thread is its
// own.

// REQUIRES: libuv
// RUN: %bsan_cc %s -o %t %libuv_flags -luv -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep "^SUMMARY" %t.log | count 9
// RUN: FileCheck %s --check-prefix=QUIET < %t.log

// CHECK: WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (libuv, uv_run)
// CHECK: #1 {{.*}} in on_first_timer
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in uv_run
// CHECK-NEXT: #1 {{.*}} in run_all {{.*}}libuv.c
// CHECK-DAG: in on_idle (usleep)
// CHECK-DAG: in on_io (usleep)
// CHECK-DAG: in on_signal (usleep)
// CHECK-DAG: in on_async (usleep)
// CHECK-DAG: in on_nested (usleep)
// CHECK-DAG: in on_timer (usleep)
// CHECK-DAG: in on_closed (usleep)
// CHECK: on event loop thread T1 "{{.*}}" (libuv, uv_run)
// CHECK: in on_second_loop (usleep)
// CHECK: BlockSanitizer: 9 blocking sites
// CHECK-DAG: Loop "uv_run" on thread T0
// CHECK-DAG: Loop "uv_run" on thread T1
// QUIET-NOT: {{in quiet_|bsan_wrap}}

#include <signal.h>
#include <string.h>
#include <uv.h>

#include "Inputs/block.h"

static uv_loop_t loop, nested_loop;
static uv_timer_t first, timer, nested;
static uv_idle_t idle;
static uv_async_t async;
static uv_signal_t signals;
static uv_pipe_t input;
static uv_work_t work;
static char data[16];

NOINLINE static void on_closed(uv_handle_t *handle) {
  (void)handle;
  BLOCK();
}

NOINLINE static void on_nested(uv_timer_t *handle) {
  BLOCK();
  uv_close((uv_handle_t *)handle, NULL);
}

NOINLINE static void run_nested(void) {
  must(!uv_loop_init(&nested_loop), "uv_loop_init");
  uv_timer_init(&nested_loop, &nested);
  uv_timer_start(&nested, on_nested, 1, 0);
  uv_run(&nested_loop, UV_RUN_DEFAULT);
  uv_loop_close(&nested_loop);
}

NOINLINE static void on_timer(uv_timer_t *handle) {
  run_nested();
  BLOCK();  // Still inside the outer run.
  uv_close((uv_handle_t *)handle, NULL);
  uv_close((uv_handle_t *)&input, NULL);
  uv_close((uv_handle_t *)&async, on_closed);
}

// When all else has been.
static void end_soon(void) {
  static int left = 2;
  if (--left)
    return;
  uv_timer_init(&loop, &timer);
  uv_timer_start(&timer, on_timer, 20, 0);
}

NOINLINE static void on_async(uv_async_t *handle) {
  (void)handle;
  BLOCK();
  end_soon();
}

NOINLINE static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  BLOCK();
  uv_close((uv_handle_t *)handle, NULL);
  uv_async_send(&async);
}

static void allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
  (void)handle;
  (void)size;
  *buffer = uv_buf_init(data, sizeof(data));
}

NOINLINE static void on_io(uv_stream_t *stream, ssize_t size,
                           const uv_buf_t *buffer) {
  (void)buffer;
  must(size == 1, "reading the pipe");
  BLOCK();
  uv_read_stop(stream);
  raise(SIGUSR1);
}

NOINLINE static void on_idle(uv_idle_t *handle) {
  BLOCK();
  uv_close((uv_handle_t *)handle, NULL);
}

NOINLINE static void on_first_timer(uv_timer_t *handle) {
  BLOCK();
  uv_close((uv_handle_t *)handle, NULL);
}

NOINLINE static void quiet_work(uv_work_t *request) {
  (void)request;
  BLOCK();
}

static void after_work(uv_work_t *request, int status) {
  (void)request;
  must(status == 0, "the work");
  end_soon();
}

NOINLINE static void run_all(void) {
  int fds[2];
  must(!pipe(fds) && write(fds[1], "x", 1) == 1, "pipe");
  must(!uv_loop_init(&loop), "uv_loop_init");
  uv_timer_init(&loop, &first);
  uv_timer_start(&first, on_first_timer, 0, 0);
  uv_idle_init(&loop, &idle);
  uv_idle_start(&idle, on_idle);
  uv_async_init(&loop, &async, on_async);
  uv_signal_init(&loop, &signals);
  uv_signal_start(&signals, on_signal, SIGUSR1);
  uv_pipe_init(&loop, &input, 0);
  must(!uv_pipe_open(&input, fds[0]), "uv_pipe_open");
  uv_read_start((uv_stream_t *)&input, allocate, on_io);
  uv_queue_work(&loop, &work, quiet_work, after_work);
  uv_run(&loop, UV_RUN_DEFAULT);
  must(uv_loop_close(&loop) == 0, "uv_loop_close");
}

NOINLINE static void on_second_loop(uv_timer_t *handle) {
  BLOCK();
  uv_close((uv_handle_t *)handle, NULL);
}

static void *second_loop(void *unused) {
  uv_loop_t second;
  uv_timer_t second_timer;
  uv_loop_init(&second);
  uv_timer_init(&second, &second_timer);
  uv_timer_start(&second_timer, on_second_loop, 1, 0);
  uv_run(&second, UV_RUN_DEFAULT);
  uv_loop_close(&second);
  return unused;
}

NOINLINE static void quiet_before(void) { BLOCK(); }
NOINLINE static void quiet_after(void) { BLOCK(); }

int main(void) {
  quiet_before();
  run_all();
  quiet_after();
  run_thread(second_loop, NULL);
  quiet_after();
  return 0;
}
