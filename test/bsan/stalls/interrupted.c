// Intent: no call of the program is interrupted by the watchdog, which looks at
// callbacks that sleep and compute in turns as often as it can: none returns EINTR,
// short, or early.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: env BSAN_OPTIONS=symbolize=0:checks=-all:suppress_equal_stacks=0:stall_ms=1 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK-DAG: it runs
// CHECK-DAG: it sleeps
// CHECK-DAG: {{^}}all calls were made{{$}}

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { CALLBACKS = 60, ROUNDS = 4 };

static int ends[2], loop;
static volatile int is_over;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void check(const char *what, int is_right) {
  if (is_right)
    return;
  fprintf(stderr, "%s: errno %d\n", what, errno);
  abort();
}

static void compute(int64_t ns) {
  int64_t end = now_ns() + ns;
  while (now_ns() < end)
    ;
}

static void *feed(void *unused) {
  struct timespec moment = {0, 500000};
  while (!is_over) {
    nanosleep(&moment, NULL);
    check("write", write(ends[1], "x", 1) == 1);
  }
  return unused;
}

static void sleep_often(void) {
  const int64_t ms = 1000000;
  struct timespec moment = {0, ms};
  struct epoll_event event;
  char byte;
  int64_t start = now_ns();
  errno = 0;
  check("nanosleep", nanosleep(&moment, NULL) == 0 && errno == 0);
  check("nanosleep's time", now_ns() - start >= ms);
  compute(ms / 3);
  start = now_ns();
  check("poll", poll(NULL, 0, 1) == 0 && errno == 0);
  check("poll's time", now_ns() - start >= ms / 2);
  check("clock_nanosleep",
        clock_nanosleep(CLOCK_REALTIME, 0, &moment, NULL) == 0);
  compute(ms / 3);
  start = now_ns();
  check("epoll_wait", epoll_wait(loop, &event, 1, 1) == 0 && errno == 0);
  check("epoll_wait's time", now_ns() - start >= ms / 2);
  check("read", read(ends[0], &byte, 1) == 1 && errno == 0);
}

int main(void) {
  pthread_t thread;
  loop = epoll_create1(0);
  if (pipe(ends) || pthread_create(&thread, NULL, feed, NULL))
    return 1;
  for (int i = 0; i < CALLBACKS; i++) {
    __bsan_enter_loop();
    for (int j = 0; j < ROUNDS; j++)
      sleep_often();
    __bsan_leave_loop();
  }
  is_over = 1;
  pthread_join(thread, NULL);
  puts("all calls were made");
  return 0;
}
