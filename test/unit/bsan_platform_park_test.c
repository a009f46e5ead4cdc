//===-- bsan_platform_park_test.c - Unit tests of standing still ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "platform/bsan_platform.h"

static volatile int tid, is_over;
static volatile uint64_t turns;

static void *spin(void *unused) {
  tid = (int)syscall(SYS_gettid);
  while (!is_over)
    turns++;
  return unused;
}

static pthread_t start(void *(*body)(void *), void *arg) {
  pthread_t thread;
  tid = 0;
  if (pthread_create(&thread, NULL, body, arg))
    abort();
  while (!tid)
    sched_yield();
  return thread;
}

// Of another thread for the time being: it may not be running at the moment.
static bool park(struct bsan_task *task) {
  for (int i = 0; i < 1000; i++) {
    if (bsan_platform_park(tid, task))
      return true;
    sched_yield();
  }
  return false;
}

TEST what_runs_stands_still_until_it_is_let_go(void) {
  static struct bsan_frame frames[BSAN_MAX_FRAMES];
  struct bsan_task task = {.state = BSAN_TASK_RUNS};
  pthread_t thread = start(spin, NULL);
  bool stood_still = false;
  // It goes on by itself when this thread is not given a processor for long.
  for (int i = 0; i < 100 && !stood_still; i++) {
    ASSERT(park(&task));
    uint64_t seen = turns;
    size_t count = bsan_platform_walk_task(&task, frames, BSAN_MAX_FRAMES);
    bool is_same = seen == turns;
    stood_still = bsan_platform_unpark();
    ASSERT(count >= 1);
    ASSERT_EQ((uintptr_t)spin, frames[0].function);
    ASSERT(is_same || !stood_still);
  }
  ASSERT(stood_still);
  uint64_t before = turns;
  while (turns == before)
    sched_yield();
  ASSERT_FALSE(bsan_platform_unpark());
  is_over = 1;
  pthread_join(thread, NULL);
  PASS();
}

static void *sleep_long(void *unused) {
  struct timespec time = {60, 0};
  tid = (int)syscall(SYS_gettid);
  nanosleep(&time, NULL);
  return unused;
}

TEST what_sleeps_is_left_alone(void) {
  struct bsan_task task;
  start(sleep_long, NULL);
  do
    bsan_platform_look_at(tid, &task);
  while (task.state != BSAN_TASK_SLEEPS || task.call != SYS_clock_nanosleep);
  ASSERT_FALSE(bsan_platform_park(tid, &task));
  ASSERT(bsan_platform_still_sleeps(tid, &task));
  PASS();
}

TEST who_becomes_another_program_is_left_alone(void) {
  struct bsan_task task;
  start(spin, NULL);
  bsan_platform_hold_signals();
  ASSERT_FALSE(bsan_platform_park(tid, &task));
  is_over = 1;
  PASS();
}

static void handle(int number) {
  (void)number;
  abort();
}

TEST a_signal_of_the_program_is_not_taken(void) {
  struct bsan_task task;
  for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
    signal(number, handle);
  start(spin, NULL);
  ASSERT_FALSE(bsan_platform_park(tid, &task));
  signal(SIGRTMIN + 5, SIG_DFL);
  ASSERT(park(&task));
  bsan_platform_unpark();
  signal(SIGRTMIN + 5, handle);
  ASSERT_FALSE(bsan_platform_park(tid, &task));
  is_over = 1;
  PASS();
}

//===-- Calls that are interrupted ----------------------------------------===//

#if defined(__x86_64__)

static int result, error;

static int call_nanosleep(void) {
  struct timespec time = {0, 100000000};
  return nanosleep(&time, NULL);
}

static int call_poll(void) { return poll(NULL, 0, 100); }

static int call_epoll(void) {
  struct epoll_event event;
  return epoll_wait(epoll_create1(0), &event, 1, 100);
}

static void *make_call(void *arg) {
  int (*const call)(void) = *(int (**)(void))arg;
  tid = (int)syscall(SYS_gettid);
  errno = 0;
  result = call();
  error = errno;
  return NULL;
}

// As if the thread had fallen asleep between the look at it and the signal.
static greatest_test_res interrupt(int (*call)(void)) {
  struct bsan_task task;
  pthread_t thread = start(spin, NULL);
  ASSERT(park(&task)); // Installs the handler.
  bsan_platform_unpark();
  is_over = 1;
  pthread_join(thread, NULL);
  thread = start(make_call, &call);
  do
    bsan_platform_look_at(tid, &task);
  while (task.state != BSAN_TASK_SLEEPS);
  ASSERT_EQ(0, syscall(SYS_tgkill, getpid(), tid, SIGRTMAX));
  pthread_join(thread, NULL);
  ASSERT_EQ(0, result);
  ASSERT_EQ(0, error);
  PASS();
}

TEST no_call_sees_the_interruption(void) {
  int (*const calls[])(void) = {call_nanosleep, call_poll, call_epoll};
  for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
    is_over = 0;
    CHECK_CALL(interrupt(calls[i]));
  }
  PASS();
}

#endif

static void send_by_others(void *unused) {
  struct bsan_task task;
  (void)unused;
  start(spin, NULL);
  if (park(&task))
    bsan_platform_unpark();
  kill(getpid(), SIGRTMAX);
  for (;;)
    pause();
}

TEST the_signal_of_others_does_what_it_does(void) {
  struct bsan_child_result child = bsan_unit_run_child(send_by_others, NULL);
  ASSERT_EQ(SIGRTMAX, child.signal);
  PASS();
}

#if defined(__x86_64__)
BSAN_UNIT_SUITE(PlatformPark,
                BSAN_UNIT(what_runs_stands_still_until_it_is_let_go),
                BSAN_UNIT(what_sleeps_is_left_alone),
                BSAN_UNIT(who_becomes_another_program_is_left_alone),
                BSAN_UNIT(a_signal_of_the_program_is_not_taken),
                BSAN_UNIT(no_call_sees_the_interruption),
                BSAN_UNIT(the_signal_of_others_does_what_it_does));
#else
BSAN_UNIT_SUITE(PlatformPark, BSAN_UNIT(what_sleeps_is_left_alone));
#endif
