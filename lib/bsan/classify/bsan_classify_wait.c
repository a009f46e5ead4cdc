//===-- bsan_classify_wait.c - Sleeps, timeouts, nested waits -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wait inside a callback looks once without waiting.  What it finds must be
// the call's answer, because looking may consume it (edge-triggered and one-
// shot events, a pending signal).
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <errno.h>
#include <string.h>

#include "classify/bsan_classify.h"
#include "platform/bsan_platform.h"

static bool is_valid(const struct timespec *time) {
  return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < 1000000000;
}

static bool is_zero(const struct timespec *time) {
  return time->tv_sec == 0 && time->tv_nsec == 0;
}

//--- Sleeps ----------------------------------------------------------------//

bsan_verdict bsan_sleep_s(struct bsan_event *ev, unsigned seconds) {
  (void)ev;
  return seconds ? BSAN_WILL_BLOCK : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_sleep_us(struct bsan_event *ev, useconds_t us) {
  (void)ev;
  return us ? BSAN_WILL_BLOCK : BSAN_WONT_BLOCK;
}

// A time that cannot be read or is no time makes the call fail at once.
bsan_verdict bsan_sleep_for(struct bsan_event *ev,
                            const struct timespec *time) {
  struct timespec copy;
  (void)ev;
  if (!bsan_platform_copy(time, &copy, sizeof(copy)) || !is_valid(&copy))
    return BSAN_WONT_BLOCK;
  return is_zero(&copy) ? BSAN_WONT_BLOCK : BSAN_WILL_BLOCK;
}

bsan_verdict bsan_sleep_clock(struct bsan_event *ev, clockid_t clock, int flags,
                              const struct timespec *time) {
  struct timespec copy;
  if (!(flags & TIMER_ABSTIME))
    return bsan_sleep_for(ev, time);
  if (!bsan_platform_copy(time, &copy, sizeof(copy)) || !is_valid(&copy))
    return BSAN_WONT_BLOCK;
  return bsan_platform_until_ns(clock, &copy) ? BSAN_WILL_BLOCK
                                              : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_until(struct bsan_event *ev, clockid_t clock,
                        const struct timespec *time) {
  struct timespec copy;
  (void)ev;
  if (!time)
    return BSAN_MAY_BLOCK;
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
    return BSAN_WONT_BLOCK; // EINVAL.
  if (!bsan_platform_copy(time, &copy, sizeof(copy)) || copy.tv_nsec < 0 ||
      copy.tv_nsec >= 1000000000)
    return BSAN_WONT_BLOCK; // EINVAL.
  return bsan_platform_until_ns(clock, &copy) ? BSAN_MAY_BLOCK
                                              : BSAN_WONT_BLOCK;
}

bool bsan_is_zero_timespec(const struct timespec *time) {
  struct timespec copy;
  return time && (!bsan_platform_copy(time, &copy, sizeof(copy)) ||
                  !is_valid(&copy) || is_zero(&copy));
}

bool bsan_is_zero_timeval(const struct timeval *time) {
  struct timeval copy;
  return time &&
         (!bsan_platform_copy(time, &copy, sizeof(copy)) || copy.tv_sec < 0 ||
          copy.tv_usec < 0 || (copy.tv_sec == 0 && copy.tv_usec == 0));
}

//--- Waits for events ------------------------------------------------------//

static bsan_verdict done(struct bsan_event *ev, intptr_t result) {
  ev->result = result;
  return BSAN_DONE;
}

static bsan_verdict look(struct bsan_event *ev, struct pollfd *fds,
                         nfds_t count) {
  if (!count) {
    ev->cls = BSAN_CLASS_SLEEP; // No descriptors: used as a sleep.
    return BSAN_WILL_BLOCK;
  }
  int ready = bsan_platform_poll_now(fds, count);
  if (ready > 0)
    return done(ev, ready);
  return ready == 0 ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_poll(struct bsan_event *ev, struct pollfd *fds, nfds_t count,
                       int timeout_ms) {
  return timeout_ms == 0 ? BSAN_WONT_BLOCK : look(ev, fds, count);
}

bsan_verdict bsan_poll_for(struct bsan_event *ev, struct pollfd *fds,
                           nfds_t count, const struct timespec *timeout) {
  if (bsan_is_zero_timespec(timeout))
    return BSAN_WONT_BLOCK;
  return look(ev, fds, count);
}

// Looks with copies of the sets: they are the caller's until the real call.
bsan_verdict bsan_select(struct bsan_event *ev, int count, fd_set *sets[3],
                         bool is_zero_timeout) {
  fd_set copies[3];
  fd_set *used[3];
  if (is_zero_timeout)
    return BSAN_WONT_BLOCK;
  if (count <= 0 || (!sets[0] && !sets[1] && !sets[2])) {
    ev->cls = BSAN_CLASS_SLEEP;
    return count < 0 ? BSAN_WONT_BLOCK : BSAN_WILL_BLOCK;
  }
  if (count > FD_SETSIZE)
    return BSAN_MAY_BLOCK; // The program's sets are larger than ours.
  size_t bytes = ((size_t)count + 63) / 64 * 8;
  for (int i = 0; i < 3; i++) {
    used[i] = sets[i] ? &copies[i] : NULL;
    if (sets[i] && !bsan_platform_copy(sets[i], &copies[i], bytes))
      return BSAN_WONT_BLOCK; // EFAULT.
  }
  int ready = bsan_platform_select_now(count, used[0], used[1], used[2]);
  return ready == 0 ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}

// An epoll descriptor is itself readable when it has events: looking at it so
// consumes nothing.
bsan_verdict bsan_epoll(struct bsan_event *ev, int epfd, bool is_zero_timeout) {
  ev->fd = epfd;
  // poll(2) ignores negative descriptors; epoll_wait answers EBADF.
  if (is_zero_timeout || epfd < 0)
    return BSAN_WONT_BLOCK;
  struct pollfd fd = {.fd = epfd, .events = POLLIN};
  int ready = bsan_platform_poll_now(&fd, 1);
  return ready == 0 ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}
