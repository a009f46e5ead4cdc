// Intent: a loop that waits with liburing is known by each of its waits: what is done
// with a completion is inside, the wait is not, and neither is what runs before the
// first wait; calls that only submit or look are no waits; a wait in a callback is
// reported.

// REQUIRES: liburing
// RUN: %bsan_cc %s -o %t %liburing_flags -luring
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t >%t.log 2>&1
// Where io_uring is not allowed there is nothing to learn.
// RUN: sh %S/../syscalls/Inputs/unless.sh "no io_uring" %t.log FileCheck %s
// RUN: FileCheck %s --check-prefix=QUIET < %t.log

// CHECK-DAG: in on_wait_cqe (usleep)
// CHECK-DAG: in on_wait_cqes (usleep)
// CHECK-DAG: in on_wait_cqe_timeout (usleep)
// CHECK-DAG: in on_submit_and_wait (usleep)
// CHECK-DAG: in on_submit_and_wait_timeout (usleep)
// CHECK-DAG: in wait_inside (io_uring_wait_cqe_timeout)
// QUIET-NOT: {{in quiet_|bsan_wrap}}
// QUIET-NOT: (nanosleep)

#include <liburing.h>

#include "Inputs/block.h"

static struct io_uring ring;
static struct __kernel_timespec soon = {0, 1000000}, far = {10, 0};

static void add_timeout(void) {
  struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
  must(sqe != NULL, "io_uring_get_sqe");
  io_uring_prep_timeout(sqe, &soon, 0, 0);
}

static void submit_timeout(void) {
  add_timeout();
  must(io_uring_submit(&ring) == 1, "io_uring_submit");
}

static void see_all(void) {
  struct io_uring_cqe *cqe;
  while (io_uring_peek_cqe(&ring, &cqe) == 0)
    io_uring_cqe_seen(&ring, cqe);
}

NOINLINE static void on_wait_cqe(void) { BLOCK(); }
NOINLINE static void on_wait_cqes(void) { BLOCK(); }
NOINLINE static void on_wait_cqe_timeout(void) { BLOCK(); }
NOINLINE static void on_submit_and_wait(void) { BLOCK(); }
NOINLINE static void on_submit_and_wait_timeout(void) { BLOCK(); }

NOINLINE static void wait_inside(void) {
  struct io_uring_cqe *cqe;
  must(io_uring_wait_cqe_timeout(&ring, &cqe, &soon) == -ETIME, "a timeout");
}

// Deeper than the loop's wait, as callbacks mostly are.
NOINLINE static void call_deep(void (*callback)(void)) {
  volatile char frame[1024];
  frame[0] = 0;
  callback();
  frame[1] = 0;
}

NOINLINE static void serve_one_by_one(void) {
  struct io_uring_cqe *cqe;
  for (int i = 0; i < 3; i++) {
    submit_timeout();
    must(io_uring_wait_cqe(&ring, &cqe) == 0, "io_uring_wait_cqe");
    see_all();
    on_wait_cqe();
    if (i == 2)  // By now it is known that this function is the loop.
      call_deep(wait_inside);
  }
}

NOINLINE static void serve_many(void) {
  struct io_uring_cqe *cqe;
  for (int i = 0; i < 2; i++) {
    submit_timeout();
    must(io_uring_wait_cqes(&ring, &cqe, 1, &far, NULL) == 0,
         "io_uring_wait_cqes");
    see_all();
    on_wait_cqes();
  }
}

NOINLINE static void serve_with_timeout(void) {
  struct io_uring_cqe *cqe;
  for (int i = 0; i < 2; i++) {
    submit_timeout();
    must(io_uring_wait_cqe_timeout(&ring, &cqe, &far) == 0,
         "io_uring_wait_cqe_timeout");
    see_all();
    on_wait_cqe_timeout();
  }
}

NOINLINE static void submit_and_serve(void) {
  for (int i = 0; i < 2; i++) {
    add_timeout();
    must(io_uring_submit_and_wait(&ring, 1) >= 0, "io_uring_submit_and_wait");
    see_all();
    on_submit_and_wait();
  }
}

NOINLINE static void submit_and_serve_with_timeout(void) {
  struct io_uring_cqe *cqe;
  for (int i = 0; i < 2; i++) {
    add_timeout();
    must(io_uring_submit_and_wait_timeout(&ring, &cqe, 1, &far, NULL) >= 0,
         "io_uring_submit_and_wait_timeout");
    see_all();
    on_submit_and_wait_timeout();
  }
}

NOINLINE static void quiet_before(void) {
  struct io_uring_cqe *cqe;
  add_timeout();
  must(io_uring_submit_and_wait(&ring, 0) == 1, "submitting");
  while (io_uring_peek_cqe(&ring, &cqe) != 0)
    BLOCK();
  io_uring_cqe_seen(&ring, cqe);
}

int main(void) {
  if (io_uring_queue_init(8, &ring, 0) != 0) {
    printf("no io_uring\n");
    return 0;
  }
  quiet_before();
  serve_one_by_one();
  serve_many();
  serve_with_timeout();
  submit_and_serve();
  submit_and_serve_with_timeout();
  io_uring_queue_exit(&ring);
  return 0;
}
