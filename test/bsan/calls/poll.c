// Intent: waiting for events inside a callback is reported; looking without
// waiting, and finding events at once, is not, and loses none of them.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "rule.h"

extern int __poll(struct pollfd *, nfds_t, int);
extern int __poll_chk(struct pollfd *, nfds_t, int, size_t);
extern int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *,
                       const sigset_t *, size_t);
extern int __select(int, fd_set *, fd_set *, fd_set *, struct timeval *);

static int empty_pipe[2], full_pipe[2], quiet_epoll, ready_epoll, no_fd = -1;
static struct pollfd quiet, ready;
static struct epoll_event events[4];
static fd_set quiet_set, ready_set;
static const struct timespec none, moment = {0, 1000000};
static struct timeval no_time, moment_us;

// Edge-triggered: an event that is looked at is gone.
static int make_epoll(int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = 7};
  int epoll = epoll_create1(0);
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  return epoll;
}

void rule_setup(void) {
  pipe(empty_pipe);
  pipe(full_pipe);
  write(full_pipe[1], "text", 4);
  quiet_epoll = make_epoll(empty_pipe[0]);
  ready_epoll = make_epoll(full_pipe[0]);
  quiet = (struct pollfd){empty_pipe[0], POLLIN, 0};
  ready = (struct pollfd){full_pipe[0], POLLIN, 0};
  FD_ZERO(&quiet_set);
  FD_SET(empty_pipe[0], &quiet_set);
  FD_ZERO(&ready_set);
  FD_SET(full_pipe[0], &ready_set);
  no_time = (struct timeval){0, 0};
  moment_us = (struct timeval){0, 1000};
  memset(events, 0, sizeof(events));
}

void rule_teardown(void) {}

// What was found belongs to the result.
static int with_event(int count) { return count * 100 + events[0].data.fd; }
static int with_poll(int count) { return count * 100 + ready.revents; }
static int with_set(int count) {
  return count * 100 + (FD_ISSET(full_pipe[0], &ready_set) ? 1 : 0) +
         (FD_ISSET(empty_pipe[0], &quiet_set) ? 10 : 0);
}

RULE(epoll_wait, epoll_wait, poll, epoll_wait(quiet_epoll, events, 4, 1),
     with_event(epoll_wait(ready_epoll, events, 4, -1)));
RULE_VARIANT(epoll_wait_now, epoll_wait, epoll_wait, poll, (),
             epoll_wait(quiet_epoll, events, 4, 1), (),
             epoll_wait(quiet_epoll, events, 4, 0));
RULE(epoll_pwait, epoll_pwait, poll,
     epoll_pwait(quiet_epoll, events, 4, 1, NULL),
     with_event(epoll_pwait(ready_epoll, events, 4, -1, NULL)));
RULE(epoll_pwait2, epoll_pwait2, poll,
     epoll_pwait2(quiet_epoll, events, 4, &moment, NULL),
     epoll_pwait2(quiet_epoll, events, 4, &none, NULL));
RULE(poll, poll, poll, poll(&quiet, 1, 1), with_poll(poll(&ready, 1, -1)));
RULE_VARIANT(poll_as_sleep, poll, poll, sleep, (), poll(NULL, 0, 1), (),
             poll(NULL, 0, 0));
RULE(__poll, poll, poll, __poll(&quiet, 1, 1), __poll(&quiet, 1, 0));
RULE(__poll_chk, poll, poll, __poll_chk(&quiet, 1, 1, sizeof(quiet)),
     with_poll(__poll_chk(&ready, 1, 1, sizeof(ready))));
RULE(ppoll, ppoll, poll, ppoll(&quiet, 1, &moment, NULL),
     with_poll(ppoll(&ready, 1, NULL, NULL)));
RULE(__ppoll_chk, ppoll, poll,
     __ppoll_chk(&quiet, 1, &moment, NULL, sizeof(quiet)),
     __ppoll_chk(&quiet, 1, &none, NULL, sizeof(quiet)));
RULE(select, select, poll,
     with_set(select(64, &quiet_set, NULL, NULL, &moment_us)),
     with_set(select(64, &ready_set, NULL, NULL, NULL)));
RULE_VARIANT(select_as_sleep, select, select, sleep, (),
             select(0, NULL, NULL, NULL, &moment_us), (),
             select(0, NULL, NULL, NULL, &no_time));
RULE(__select, select, poll, __select(64, &quiet_set, NULL, NULL, &moment_us),
     with_set(__select(64, &quiet_set, NULL, NULL, &no_time)));
RULE(pselect, pselect, poll,
     with_set(pselect(64, &quiet_set, NULL, NULL, &moment, NULL)),
     with_set(pselect(64, &ready_set, NULL, NULL, NULL, NULL)));
RULE_VARIANT(select_bad_descriptor, select, select, poll, (),
             select(64, &quiet_set, NULL, NULL, &moment_us),
             (FD_SET(63, &ready_set)),
             select(64, &ready_set, NULL, NULL, NULL));
RULE_VARIANT(epoll_bad_descriptor, epoll_wait, epoll_wait, poll, (),
             epoll_wait(quiet_epoll, events, 4, 1), (),
             epoll_wait(no_fd, events, 4, -1));
