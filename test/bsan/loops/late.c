// Intent: the events that had been waiting when the loop got back to its wait after
// a blocking call are counted; those that the wait slept for are not, nor those
// after callbacks that did not block.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %exits 0 %run %t 2>&1 | FileCheck %s
// CHECK: Loop "{{main|wait_for_events}}"
// CHECK-NEXT: blocked ({{.*}}%), 3 events waited meanwhile{{$}}
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:log_format=json %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=JSON
// JSON: {"v":1,"type":"site",{{.*}}"call":"usleep",{{.*}}"late_events":3,
// JSON: {"v":1,"type":"loop",{{.*}}"late_events":3,

// Accepted calls are nobody's fault, and still make others wait.
// RUN: echo 'usleep:late.c:*' > %t.supp
// RUN: %env_bsan_opts=halt_on_error=0:suppressions=%t.supp:log_format=json %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=ACCEPTED
// ACCEPTED: {"v":1,"type":"site",{{.*}}"call":"usleep",{{.*}}"late_events":3,"suppressed":true
// ACCEPTED: {"v":1,"type":"loop",{{.*}}"late_events":0,

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { EVENTS = 3, TIMER = EVENTS, FDS };

static int epoll, fds[FDS];

static void notify_all(void) {
  for (int i = 0; i < EVENTS; i++)
    eventfd_write(fds[i], 1);
}

static void set_timer(void) {
  const struct itimerspec soon = {.it_value = {0, 20 * 1000 * 1000}};
  timerfd_settime(fds[TIMER], 0, &soon, NULL);
}

// One wait, whose events are taken.
static int wait_for_events(void) {
  struct epoll_event events[8];
  int count = epoll_wait(epoll, events, 8, -1);
  for (int i = 0; i < count; i++) {
    uint64_t value;
    if (read(events[i].data.fd, &value, sizeof(value)) < 0)
      return -1;
  }
  return count;
}

// What the callbacks of each iteration do behind the events.
static void call_back(int iteration) {
  if (iteration == 1 || iteration == 3)
    usleep(1000);
  if (iteration == 1 || iteration == 2)
    notify_all();
  else
    set_timer();
}

int main(void) {
  epoll = epoll_create1(0);
  for (int i = 0; i < FDS; i++) {
    fds[i] = i == TIMER ? timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)
                        : eventfd(0, EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event);
  }
  set_timer();
  for (int i = 0; i < 6; i++) {
    int count = wait_for_events();
    if (count != (i == 2 || i == 3 ? EVENTS : 1))
      return 1;
    call_back(i);
  }
  return 0;
}
