//===-- bsan_platform_task_test.c - Unit tests of other threads -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/bsan_platform.h"

static volatile int tid, is_over;
static int ends[2];
static char byte;

static void *read_byte(void *unused) {
  pthread_setname_np(pthread_self(), "a (b) S");
  tid = (int)syscall(SYS_gettid);
  return read(ends[0], &byte, 1) == 1 ? unused : &ends;
}

static void *spin(void *unused) {
  tid = (int)syscall(SYS_gettid);
  while (!is_over)
    ;
  return unused;
}

static pthread_t start(void *(*body)(void *)) {
  pthread_t thread;
  tid = 0;
  if (pipe(ends) || pthread_create(&thread, NULL, body, NULL))
    abort();
  while (!tid)
    sched_yield();
  return thread;
}

// What TASK is, once it is in a call or runs.
static void look_until(struct bsan_task *task, enum bsan_task_state state) {
  do {
    sched_yield();
    bsan_platform_look_at(tid, task);
  } while (task->state != state ||
           (state == BSAN_TASK_SLEEPS && task->call != SYS_read));
}

static bool reaches(const struct bsan_task *task, uintptr_t function) {
  static struct bsan_frame frames[BSAN_MAX_FRAMES];
  size_t count = bsan_platform_walk_task(task, frames, BSAN_MAX_FRAMES);
  for (size_t i = 0; i < count; i++)
    if (frames[i].function == function)
      return true;
  return false;
}

TEST a_call_is_told_with_its_arguments(void) {
  struct bsan_task task;
  struct bsan_thread_state state;
  void *result = &task;
  pthread_t thread = start(read_byte);
  look_until(&task, BSAN_TASK_SLEEPS);
  ASSERT(task.has_registers);
  ASSERT_EQ((uintptr_t)ends[0], task.args[0]);
  ASSERT_EQ((uintptr_t)&byte, task.args[1]);
  ASSERT_EQ(1, task.args[2]);
  ASSERT(reaches(&task, (uintptr_t)read_byte));
  ASSERT(bsan_platform_thread_state(tid, &state));
  ASSERT_STR_EQ("a (b) S", state.name);
  ASSERT_EQ('S', state.state);
  ASSERT_EQ(SYS_read, state.system_call);
  ASSERT(bsan_platform_still_sleeps(tid, &task));
  ASSERT_FALSE(bsan_platform_is_running(tid));
  ASSERT_EQ(1, write(ends[1], "x", 1));
  pthread_join(thread, &result);
  ASSERT_EQ(NULL, result);
  ASSERT_FALSE(bsan_platform_still_sleeps(tid, &task));
  PASS();
}

TEST sleeping_again_is_no_longer_sleeping(void) {
  struct bsan_task task, again;
  pthread_t thread = start(read_byte);
  look_until(&task, BSAN_TASK_SLEEPS);
  again = task;
  again.switches--;
  ASSERT_FALSE(bsan_platform_still_sleeps(tid, &again));
  again = task;
  again.sp += 8;
  ASSERT_FALSE(bsan_platform_still_sleeps(tid, &again));
  ASSERT_EQ(1, write(ends[1], "x", 1));
  pthread_join(thread, NULL);
  PASS();
}

TEST what_runs_has_no_place(void) {
  struct bsan_task task;
  pthread_t thread = start(spin);
  look_until(&task, BSAN_TASK_RUNS);
  ASSERT_FALSE(task.has_registers);
  is_over = 1;
  pthread_join(thread, NULL);
  PASS();
}

TEST who_is_gone_is_unknown(void) {
  struct bsan_task task;
  struct bsan_signals signals;
  const int nobody = 0x7fffffff;
  bsan_platform_look_at(nobody, &task);
  ASSERT_EQ(BSAN_TASK_UNKNOWN, task.state);
  ASSERT_FALSE(bsan_platform_is_running(nobody));
  ASSERT_FALSE(bsan_platform_signals_of(nobody, &signals));
  struct bsan_thread_state state;
  ASSERT_FALSE(bsan_platform_thread_state(nobody, &state));
  PASS();
}

TEST signals_are_told_by_their_bits(void) {
  struct bsan_signals signals;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMAX);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, (void (*)(int))abort);
  ASSERT(bsan_platform_signals_of((int)syscall(SYS_gettid), &signals));
  ASSERT_EQ((uint64_t)1 << 63, signals.blocked & (uint64_t)1 << 63);
  const uint64_t both = (uint64_t)1 << (SIGUSR1 - 1) | (uint64_t)1
                                                           << (SIGUSR2 - 1);
  ASSERT_EQ(both, signals.handled & both);
  PASS();
}

BSAN_UNIT_SUITE(PlatformTask, BSAN_UNIT(a_call_is_told_with_its_arguments),
                BSAN_UNIT(sleeping_again_is_no_longer_sleeping),
                BSAN_UNIT(what_runs_has_no_place),
                BSAN_UNIT(who_is_gone_is_unknown),
                BSAN_UNIT(signals_are_told_by_their_bits));
