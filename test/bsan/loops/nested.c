// Intent: a wait inside a callback is a finding when it waits; looking without
// waiting and finding something at once is none, and gives the same results.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep -c "^SUMMARY" %t.log | FileCheck %s --check-prefix=COUNT
// CHECK: blocking-call: poll on
// CHECK-NEXT: poll({{.*}}, 1, 1): poll: it waits for events inside a callback
// CHECK: #1 {{.*}} in wait_with_poll
// CHECK: blocking-call: epoll_wait on
// CHECK: #1 {{.*}} in wait_with_epoll
// CHECK: blocking-call: select on
// CHECK-NEXT: select(0): sleep:
// CHECK: #1 {{.*}} in sleep_with_select
// CHECK: step: end
// COUNT: {{^}}3{{$}}

#include <poll.h>
#include <sys/select.h>

#include "Inputs/loop.h"

static int quiet_pipe[2], ready_pipe[2], quiet_epoll, ready_epoll;

static void expect(int actual, int expected, int line) {
  if (actual == expected)
    return;
  fprintf(stderr, "line %d: %d, expected %d\n", line, actual, expected);
  exit(1);
}
#define EXPECT(actual, expected) expect(actual, expected, __LINE__)

NOINLINE static void wait_with_poll(void) {
  struct pollfd quiet = {quiet_pipe[0], POLLIN, 0};
  EXPECT(poll(&quiet, 1, 1), 0);
}

NOINLINE static void wait_with_epoll(void) {
  struct epoll_event event;
  EXPECT(epoll_wait(quiet_epoll, &event, 1, 1), 0);
}

NOINLINE static void sleep_with_select(void) {
  struct timeval moment = {0, 1000};
  EXPECT(select(0, NULL, NULL, NULL, &moment), 0);
}

NOINLINE static void look_only(void) {
  struct pollfd fd = {quiet_pipe[0], POLLIN, 0};
  struct epoll_event event;
  struct timeval none = {0, 0}, minute = {60, 0};
  fd_set set;
  EXPECT(poll(&fd, 1, 0), 0);
  EXPECT(epoll_wait(quiet_epoll, &event, 1, 0), 0);
  EXPECT(select(0, NULL, NULL, NULL, &none), 0);
  fd.fd = ready_pipe[0];
  EXPECT(poll(&fd, 1, -1), 1);
  EXPECT(fd.revents, POLLIN);
  EXPECT(epoll_wait(ready_epoll, &event, 1, -1), 1);
  EXPECT(event.data.fd, ready_pipe[0]);
  FD_ZERO(&set);
  FD_SET(ready_pipe[0], &set);
  EXPECT(select(ready_pipe[0] + 1, &set, NULL, NULL, &minute), 1);
  EXPECT(!!FD_ISSET(ready_pipe[0], &set), 1);
}

static int make_epoll(int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = fd};
  int epoll = epoll_create1(0);
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
    abort();
  return epoll;
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    EXPECT(epoll_wait(loop_epoll, events, 8, 1000), 1);
    loop_drain();
    if (round != 1)
      continue;
    wait_with_poll();
    wait_with_epoll();
    sleep_with_select();
    look_only();
  }
}

int main(void) {
  if (pipe(quiet_pipe) || pipe(ready_pipe) || write(ready_pipe[1], "x", 1) != 1)
    return 1;
  quiet_epoll = make_epoll(quiet_pipe[0]);
  ready_epoll = make_epoll(ready_pipe[0]);
  loop_make();
  run_loop();
  STEP("end");
  return 0;
}
