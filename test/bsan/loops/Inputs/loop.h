//===-- loop.h - A small epoll loop for tests -----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tests here use no hooks: the runtime has to find the loop.  An eventfd
// that is set makes one round; callbacks are called by rounds.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_TEST_LOOPS_LOOP_H
#define BSAN_TEST_LOOPS_LOOP_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))
#define STEP(name) fputs("step: " name "\n", stderr)

// Keeps calls from being the last thing a function does: no tail calls.
static volatile int calls;

// Not a constant: a loop that is unrolled is not one to anybody.
static volatile int loop_rounds = 3;

// Functions that block, for reports to name; not equal, or gcc makes them one.
#define BLOCKING(name)                                                         \
  NOINLINE static void name(void) {                                            \
    usleep(1);                                                                 \
    calls += __LINE__;                                                         \
  }

static int loop_epoll = -1, loop_event = -1;

static inline void loop_make(void) {
  struct epoll_event event = {.events = EPOLLIN};
  loop_epoll = epoll_create1(EPOLL_CLOEXEC);
  loop_event = eventfd(0, EFD_NONBLOCK);
  if (loop_epoll < 0 || loop_event < 0 ||
      epoll_ctl(loop_epoll, EPOLL_CTL_ADD, loop_event, &event))
    abort();
}

// The next wait returns at once.
static inline void loop_wake(void) {
  uint64_t one = 1;
  if (write(loop_event, &one, sizeof(one)) != sizeof(one))
    abort();
}

static inline void loop_drain(void) {
  uint64_t count;
  if (read(loop_event, &count, sizeof(count)) != sizeof(count))
    abort();
}

#endif  // BSAN_TEST_LOOPS_LOOP_H
