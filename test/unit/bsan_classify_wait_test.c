//===-- bsan_classify_wait_test.c - Unit tests of bsan_classify_wait.c ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sleeps of no time, times that are none, and waits that find something at
// once.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "classify/bsan_classify.h"
#include "intercept/bsan_calls.h"

static struct bsan_event event;

static struct timespec from_now(clockid_t clock, int seconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += seconds;
  return time;
}

//===-- Sleeps ------------------------------------------------------------===//

TEST sleeping_zero_is_silent(void) {
  struct timespec zero = {0, 0};
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_s(&event, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_us(&event, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_for(&event, &zero));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_sleep_clock(&event, CLOCK_MONOTONIC, 0, &zero));
  PASS();
}

TEST sleeping_any_time_will_block(void) {
  struct timespec short_time = {0, 1}, long_time = {INT32_MAX, 999999999};
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_sleep_s(&event, 1));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_sleep_us(&event, 1));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_sleep_for(&event, &short_time));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_sleep_for(&event, &long_time));
  ASSERT_EQ(BSAN_WILL_BLOCK,
            bsan_sleep_clock(&event, CLOCK_REALTIME, 0, &short_time));
  PASS();
}

TEST times_that_are_none_are_refused_without_a_sleep(void) {
  static const struct timespec times[] = {{0, -1},        {0, 1000000000},
                                          {-1, 0},        {-1, 5},
                                          {INT64_MIN, 0}, {1, INT64_MAX}};
  for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_for(&event, &times[i]));
    ASSERT_EQ(BSAN_WONT_BLOCK,
              bsan_sleep_clock(&event, CLOCK_MONOTONIC, 0, &times[i]));
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_clock(&event, CLOCK_MONOTONIC,
                                                TIMER_ABSTIME, &times[i]));
    ASSERT_EQ(-1, nanosleep(&times[i], NULL));
    ASSERT_EQ(EINVAL, errno);
  }
  PASS();
}

TEST times_that_cannot_be_read_are_refused(void) {
  const struct timespec *bad = (const struct timespec *)16;
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_for(&event, NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_sleep_for(&event, bad));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_sleep_clock(&event, CLOCK_REALTIME, TIMER_ABSTIME, bad));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_until(&event, CLOCK_REALTIME, bad));
  ASSERT(bsan_is_zero_timespec(bad));
  ASSERT(bsan_is_zero_timeval((const struct timeval *)16));
  PASS();
}

TEST sleeping_until_the_past_is_silent(void) {
  struct timespec past = from_now(CLOCK_MONOTONIC, -1);
  struct timespec future = from_now(CLOCK_MONOTONIC, 60);
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_sleep_clock(&event, CLOCK_MONOTONIC, TIMER_ABSTIME, &past));
  ASSERT_EQ(BSAN_WILL_BLOCK,
            bsan_sleep_clock(&event, CLOCK_MONOTONIC, TIMER_ABSTIME, &future));
  // The same number is long past on the other clock.
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_sleep_clock(&event, CLOCK_REALTIME, TIMER_ABSTIME, &future));
  ASSERT_EQ(BSAN_WILL_BLOCK,
            bsan_sleep_clock(&event, CLOCK_MONOTONIC, 0, &past));
  PASS();
}

TEST waiting_until_a_time_depends_on_the_clock(void) {
  struct timespec future = from_now(CLOCK_MONOTONIC, 60);
  struct timespec past = {-5, 0}, none = {0, -1};
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_until(&event, CLOCK_MONOTONIC, NULL));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_until(&event, CLOCK_MONOTONIC, &future));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_until(&event, CLOCK_REALTIME, &future));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_until(&event, CLOCK_REALTIME, &past));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_until(&event, CLOCK_REALTIME, &none));
  PASS();
}

TEST no_timeout_is_for_ever_and_not_zero(void) {
  struct timespec zero = {0, 0}, short_time = {0, 1}, none = {0, -1};
  struct timeval zero_us = {0, 0}, short_us = {0, 1}, negative = {-1, 0};
  ASSERT_FALSE(bsan_is_zero_timespec(NULL));
  ASSERT_FALSE(bsan_is_zero_timeval(NULL));
  ASSERT(bsan_is_zero_timespec(&zero));
  ASSERT(bsan_is_zero_timespec(&none));
  ASSERT_FALSE(bsan_is_zero_timespec(&short_time));
  ASSERT(bsan_is_zero_timeval(&zero_us));
  ASSERT(bsan_is_zero_timeval(&negative));
  ASSERT_FALSE(bsan_is_zero_timeval(&short_us));
  PASS();
}

//===-- Waits for events --------------------------------------------------===//

// A descriptor that is ready, and one that never will be.
static int ready_fd, idle_fd;

static void open_fds(void) {
  ready_fd = eventfd(1, EFD_CLOEXEC);
  idle_fd = eventfd(0, EFD_CLOEXEC);
}

TEST a_poll_that_finds_something_is_the_call(void) {
  open_fds();
  struct pollfd fds[2] = {{.fd = idle_fd, .events = POLLIN},
                          {.fd = ready_fd, .events = POLLIN}};
  struct pollfd plain[2];
  memcpy(plain, fds, sizeof(fds));
  ASSERT_EQ(1, poll(plain, 2, -1));
  ASSERT_EQ(BSAN_DONE, bsan_poll(&event, fds, 2, -1));
  ASSERT_EQ(1, event.result);
  ASSERT_MEM_EQ(plain, fds, sizeof(fds));
  fds[1].revents = 0;
  ASSERT_EQ(BSAN_DONE, bsan_poll_for(&event, fds, 2, NULL));
  ASSERT_MEM_EQ(plain, fds, sizeof(fds));
  PASS();
}

TEST a_poll_that_finds_nothing_may_block(void) {
  open_fds();
  struct timespec soon = {0, 1}, zero = {0, 0};
  struct pollfd fd = {.fd = idle_fd, .events = POLLIN};
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_poll(&event, &fd, 1, 1));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_poll(&event, &fd, 1, -1));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_poll_for(&event, &fd, 1, &soon));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_poll_for(&event, &fd, 1, NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_poll(&event, &fd, 1, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_poll_for(&event, &fd, 1, &zero));
  PASS();
}

TEST a_poll_of_nothing_is_a_sleep(void) {
  event.cls = BSAN_CLASS_POLL;
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_poll(&event, NULL, 0, 10));
  ASSERT_EQ(BSAN_CLASS_SLEEP, event.cls);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_poll(&event, NULL, 0, 0));
  PASS();
}

TEST a_poll_that_fails_wont_block(void) {
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_poll(&event, (struct pollfd *)16, 1, -1));
  struct pollfd fd = {.fd = 1 << 20, .events = POLLIN};
  ASSERT_EQ(BSAN_DONE, bsan_poll(&event, &fd, 1, -1));
  ASSERT_EQ(POLLNVAL, fd.revents);
  PASS();
}

TEST select_looks_at_copies(void) {
  open_fds();
  fd_set reads, before;
  FD_ZERO(&reads);
  FD_SET(ready_fd, &reads);
  FD_SET(idle_fd, &reads);
  before = reads;
  fd_set *sets[3] = {&reads, NULL, NULL};
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_select(&event, idle_fd + 1, sets, false));
  ASSERT_MEM_EQ(&before, &reads, sizeof(reads));
  FD_CLR(ready_fd, &reads);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_select(&event, idle_fd + 1, sets, false));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_select(&event, idle_fd + 1, sets, true));
  PASS();
}

TEST select_looks_at_all_three_sets(void) {
  open_fds();
  fd_set reads, writes;
  FD_ZERO(&reads);
  FD_ZERO(&writes);
  FD_SET(idle_fd, &reads);
  FD_SET(idle_fd, &writes); // An eventfd can be written.
  fd_set *sets[3] = {&reads, &writes, NULL};
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_select(&event, idle_fd + 1, sets, false));
  sets[2] = &writes;
  sets[1] = NULL;
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_select(&event, idle_fd + 1, sets, false));
  PASS();
}

TEST a_select_of_nothing_is_a_sleep(void) {
  fd_set *none[3] = {NULL, NULL, NULL};
  event.cls = BSAN_CLASS_POLL;
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_select(&event, 0, none, false));
  ASSERT_EQ(BSAN_CLASS_SLEEP, event.cls);
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_select(&event, 10, none, false));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_select(&event, -1, none, false));
  PASS();
}

TEST a_select_that_fails_wont_block(void) {
  fd_set *bad[3] = {NULL, (fd_set *)16, NULL};
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_select(&event, 1, bad, false));
  open_fds();
  close(idle_fd);
  fd_set closed;
  FD_ZERO(&closed);
  FD_SET(idle_fd, &closed);
  fd_set *sets[3] = {&closed, NULL, NULL};
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_select(&event, idle_fd + 1, sets, false));
  PASS();
}

// The kernel's sets end with the count, not with struct fd_set.
TEST select_reads_no_more_of_a_set_than_the_kernel(void) {
  open_fds();
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT(pages != MAP_FAILED);
  ASSERT_EQ(0, munmap(pages + page, page));
  unsigned long *bits = (unsigned long *)(pages + page) - 1;
  *bits = 1ul << idle_fd;
  fd_set *sets[3] = {(fd_set *)bits, NULL, NULL};
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_select(&event, idle_fd + 1, sets, false));
  PASS();
}

TEST epoll_is_looked_at_without_taking_events(void) {
  open_fds();
  int epfd = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event wanted = {.events = EPOLLIN | EPOLLET};
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_epoll(&event, epfd, false));
  ASSERT_EQ(epfd, event.fd);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_epoll(&event, epfd, true));
  ASSERT_EQ(0, epoll_ctl(epfd, EPOLL_CTL_ADD, ready_fd, &wanted));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_epoll(&event, epfd, false));
  // The edge is still there for the call itself.
  ASSERT_EQ(1, epoll_wait(epfd, &wanted, 1, 0));
  ASSERT_EQ(0, epoll_wait(epfd, &wanted, 1, 0));
  PASS();
}

TEST epoll_on_what_is_none_wont_block(void) {
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_epoll(&event, 1 << 20, false));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_epoll(&event, -1, false));
  PASS();
}

BSAN_UNIT_SUITE(ClassifyWait, BSAN_UNIT(sleeping_zero_is_silent),
                BSAN_UNIT(sleeping_any_time_will_block),
                BSAN_UNIT(times_that_are_none_are_refused_without_a_sleep),
                BSAN_UNIT(times_that_cannot_be_read_are_refused),
                BSAN_UNIT(sleeping_until_the_past_is_silent),
                BSAN_UNIT(waiting_until_a_time_depends_on_the_clock),
                BSAN_UNIT(no_timeout_is_for_ever_and_not_zero),
                BSAN_UNIT(a_poll_that_finds_something_is_the_call),
                BSAN_UNIT(a_poll_that_finds_nothing_may_block),
                BSAN_UNIT(a_poll_of_nothing_is_a_sleep),
                BSAN_UNIT(a_poll_that_fails_wont_block),
                BSAN_UNIT(select_looks_at_copies),
                BSAN_UNIT(select_looks_at_all_three_sets),
                BSAN_UNIT(a_select_of_nothing_is_a_sleep),
                BSAN_UNIT(a_select_that_fails_wont_block),
                BSAN_UNIT(select_reads_no_more_of_a_set_than_the_kernel),
                BSAN_UNIT(epoll_is_looked_at_without_taking_events),
                BSAN_UNIT(epoll_on_what_is_none_wont_block));
