//===-- bsan_platform_thread_test.c - Unit tests of the runtime's thread --===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "platform/bsan_platform.h"

static uint32_t is_done;
static char name[BSAN_NAME_SIZE];
static sigset_t mask;
static size_t stack_size;
static int create_count;

static void look_around(void) {
  pthread_attr_t attr;
  bsan_platform_thread_name(name);
  pthread_sigmask(SIG_BLOCK, NULL, &mask);
  pthread_getattr_np(pthread_self(), &attr);
  pthread_attr_getstacksize(&attr, &stack_size);
  pthread_attr_destroy(&attr);
  __atomic_store_n(&is_done, 1, __ATOMIC_SEQ_CST);
  bsan_platform_wake(&is_done);
}

static void wait_until_done(void) {
  while (!__atomic_load_n(&is_done, __ATOMIC_SEQ_CST))
    bsan_platform_sleep_on(&is_done, 0);
}

TEST it_has_a_name_a_small_stack_and_no_signals(void) {
  static sigset_t before, after; // The C library sets the part that there is.
  pthread_sigmask(SIG_BLOCK, NULL, &before);
  ASSERT(bsan_platform_start_thread(pthread_create, look_around, "helper"));
  wait_until_done();
  pthread_sigmask(SIG_BLOCK, NULL, &after);
  ASSERT_STR_EQ("helper", name);
  ASSERT_EQ(256 * 1024, stack_size);
  ASSERT_EQ(0, memcmp(&before, &after, sizeof(before)));
  static const int blocked[] = {SIGTERM, SIGINT,  SIGALRM, SIGCHLD,
                                SIGUSR1, SIGPIPE, SIGSEGV};
  for (size_t i = 0; i < sizeof(blocked) / sizeof(blocked[0]); i++)
    ASSERT_EQ(1, sigismember(&mask, blocked[i]));
  ASSERT_EQ(0, sigismember(&mask, SIGSYS));
  PASS();
}

// As with more thread-local variables than a small stack has room for.
static int create_large(pthread_t *thread, const pthread_attr_t *attr,
                        void *(*body)(void *), void *arg) {
  size_t size = 0;
  create_count++;
  pthread_attr_getstacksize(attr, &size);
  return size < 1024 * 1024 ? EINVAL : pthread_create(thread, attr, body, arg);
}

TEST it_gets_the_usual_stack_when_a_small_one_will_not_do(void) {
  ASSERT(bsan_platform_start_thread(create_large, look_around, "helper"));
  wait_until_done();
  ASSERT_EQ(2, create_count);
  ASSERT(stack_size >= 1024 * 1024);
  PASS();
}

static int refuse(pthread_t *thread, const pthread_attr_t *attr,
                  void *(*body)(void *), void *arg) {
  (void)thread;
  (void)attr;
  (void)body;
  (void)arg;
  create_count++;
  return EAGAIN;
}

TEST there_may_be_no_more_threads(void) {
  static sigset_t before, after; // The C library sets the part that there is.
  pthread_sigmask(SIG_BLOCK, NULL, &before);
  ASSERT_FALSE(bsan_platform_start_thread(refuse, look_around, "helper"));
  ASSERT_EQ(1, create_count);
  pthread_sigmask(SIG_BLOCK, NULL, &after);
  ASSERT_EQ(0, memcmp(&before, &after, sizeof(before)));
  PASS();
}

TEST nobody_sleeps_on_another_value(void) {
  is_done = 1;
  bsan_platform_sleep_on(&is_done, 0);
  ASSERT_EQ(1, is_done);
  PASS();
}

//===-- Signal handlers ---------------------------------------------------===//

static volatile int returns;

static void walk_in_handler(int number) {
  static struct bsan_frame frames[BSAN_MAX_FRAMES];
  (void)number;
  size_t count = bsan_platform_walk(BSAN_CFA(), frames, BSAN_MAX_FRAMES);
  for (size_t i = 0; i < count; i++)
    returns += bsan_platform_is_signal_return(frames[i].pc);
}

TEST a_signal_handler_is_seen_on_the_stack(void) {
  ASSERT_FALSE(bsan_platform_is_signal_return(0));
  ASSERT_FALSE(bsan_platform_is_signal_return((uintptr_t)walk_in_handler));
  walk_in_handler(0);
  ASSERT_EQ(0, returns);
  signal(SIGUSR1, walk_in_handler);
  raise(SIGUSR1);
  ASSERT_EQ(1, returns);
  PASS();
}

BSAN_UNIT_SUITE(PlatformThread,
                BSAN_UNIT(it_has_a_name_a_small_stack_and_no_signals),
                BSAN_UNIT(it_gets_the_usual_stack_when_a_small_one_will_not_do),
                BSAN_UNIT(there_may_be_no_more_threads),
                BSAN_UNIT(nobody_sleeps_on_another_value),
                BSAN_UNIT(a_signal_handler_is_seen_on_the_stack));
