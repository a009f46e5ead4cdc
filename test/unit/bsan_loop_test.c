//===-- bsan_loop_test.c - Unit tests of bsan_loop.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Records outlive their threads, so threads are joined before they are looked
// at; the clock is ours.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

//===-- Records -----------------------------------------------------------===//

TEST the_main_thread_is_number_0(void) {
  ASSERT_EQ(NULL, bsan_thread_self);
  struct bsan_thread *thread = bsan_loop_thread();
  ASSERT_EQ(thread, bsan_thread_self);
  ASSERT_EQ(thread, bsan_loop_thread());
  ASSERT(thread->is_main);
  ASSERT_EQ(0, thread->index);
  ASSERT_EQ(getpid(), thread->tid);
  ASSERT_EQ(BSAN_LOOP_NONE, thread->kind);
  PASS();
}

// What a thread sees of its own record.
struct seen {
  const char *name;
  struct bsan_thread *record;
  int tid, index;
  bool is_main, has_local, is_armed;
};

static void *make_record(void *arg) {
  struct seen *seen = arg;
  char local;
  pthread_setname_np(pthread_self(), seen->name);
  struct bsan_thread *record = bsan_loop_thread();
  seen->record = record;
  seen->tid = record->tid - gettid();
  seen->index = record->index;
  seen->is_main = record->is_main;
  seen->has_local = (uintptr_t)&local >= record->stack_low &&
                    (uintptr_t)&local < record->stack_high;
  return NULL;
}

static struct seen run_thread(const char *name) {
  struct seen seen = {.name = name};
  pthread_t thread;
  if (pthread_create(&thread, NULL, make_record, &seen) == 0)
    pthread_join(thread, NULL);
  return seen;
}

TEST other_threads_count_from_1(void) {
  struct seen first = run_thread("one"), second = run_thread("two");
  ASSERT_EQ(1, first.index);
  ASSERT_EQ(2, second.index);
  ASSERT_EQ(0, first.tid);
  ASSERT_FALSE(first.is_main);
  ASSERT(first.has_local);
  ASSERT_STR_EQ("one", first.record->name);
  PASS();
}

TEST a_thread_of_the_same_name_takes_the_record_over(void) {
  struct seen first = run_thread("job"), other = run_thread("other");
  struct seen second = run_thread("job");
  ASSERT(first.record->ended);
  ASSERT(first.record != other.record);
  ASSERT_EQ(first.record, second.record);
  PASS();
}

static pthread_barrier_t barrier;

static void *make_record_and_stay(void *arg) {
  make_record(arg);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  return NULL;
}

TEST a_record_in_use_is_not_taken_over(void) {
  struct seen seen = {.name = "job"};
  pthread_t thread;
  ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, 2));
  ASSERT_EQ(0, pthread_create(&thread, NULL, make_record_and_stay, &seen));
  pthread_barrier_wait(&barrier);
  ASSERT_FALSE(seen.record->ended);
  ASSERT(seen.record != run_thread("job").record);
  pthread_barrier_wait(&barrier);
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT(seen.record->ended);
  PASS();
}

static void count_record(const struct bsan_thread *thread, void *arg) {
  (void)thread;
  ++*(int *)arg;
}

static void *end_at_once(void *arg) { return arg; }

TEST only_loop_threads_have_records(void) {
  int count = 0;
  pthread_t thread;
  ASSERT_EQ(0, pthread_create(&thread, NULL, end_at_once, NULL));
  ASSERT_EQ(0, pthread_join(thread, NULL));
  bsan_loop_visit(count_record, &count);
  ASSERT_EQ(0, count);
  bsan_loop_thread();
  run_thread("one");
  run_thread("two");
  bsan_loop_visit(count_record, &count);
  ASSERT_EQ(3, count);
  PASS();
}

static void *exit_inside_a_loop(void *arg) {
  make_record(arg);
  bsan_loop_begin_callbacks(bsan_thread_self);
  bsan_unit_fakes.now_ns += 50;
  return NULL;
}

TEST a_thread_that_ends_leaves_its_loop(void) {
  struct seen seen = {.name = "job"};
  pthread_t thread;
  bsan_unit_fakes.now_ns = 1000;
  ASSERT_EQ(0, pthread_create(&thread, NULL, exit_inside_a_loop, &seen));
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT_EQ(50, seen.record->times.callbacks_ns);
  ASSERT_EQ(0, seen.record->times.since_ns);
  PASS();
}

//===-- Fork --------------------------------------------------------------===//

static void *fork_inside_a_loop(void *arg) {
  bsan_loop_begin_callbacks(bsan_loop_thread());
  pid_t child = fork();
  if (child == 0) {
    const struct bsan_thread *self = bsan_thread_self;
    bool is_alone = self && self->is_main && self->index == 0 &&
                    self->tid == getpid() && !self->times.iterations &&
                    !bsan_gate_is_armed() && !self->ended;
    _exit(is_alone ? 0 : 1);
  }
  int status = -1;
  // In a loop, waiting for a child is what is reported.
  bsan_loop_forget_thread();
  waitpid(child, &status, 0);
  *(bool *)arg = status == 0;
  return NULL;
}

TEST a_forked_child_is_outside_and_alone(void) {
  pthread_t thread;
  bool is_alone = false;
  ASSERT_EQ(0, pthread_create(&thread, NULL, fork_inside_a_loop, &is_alone));
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT(is_alone);
  PASS();
}

TEST records_of_lost_threads_can_be_taken_over(void) {
  struct seen seen = {.name = "job"};
  pthread_t thread;
  ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, 2));
  ASSERT_EQ(0, pthread_create(&thread, NULL, make_record_and_stay, &seen));
  pthread_barrier_wait(&barrier);
  bsan_loop_after_fork();
  ASSERT(seen.record->ended);
  ASSERT_EQ(seen.record, run_thread("job").record);
  pthread_barrier_wait(&barrier);
  ASSERT_EQ(0, pthread_join(thread, NULL));
  PASS();
}

static void *enter_and_stay(void *arg) {
  make_record(arg);
  bsan_loop_enter(NULL, 0x1000, BSAN_CFA());
  bsan_gate_change_disabled(+1); // The barrier would be reported.
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  return NULL;
}

static void *enter_once(void *arg) {
  make_record(arg);
  bsan_loop_enter(NULL, 0x1000, BSAN_CFA());
  ((struct seen *)arg)->is_armed = bsan_gate_is_armed();
  bsan_loop_leave();
  return NULL;
}

// The thread that was lost had not left its loop.
TEST a_record_taken_over_starts_outside(void) {
  struct seen lost = {.name = "job"}, seen = {.name = "job"};
  pthread_t thread, next;
  ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, 2));
  ASSERT_EQ(0, pthread_create(&thread, NULL, enter_and_stay, &lost));
  pthread_barrier_wait(&barrier);
  bsan_loop_after_fork();
  ASSERT_EQ(BSAN_LOOP_NONE, lost.record->kind);
  ASSERT_EQ(0, pthread_create(&next, NULL, enter_once, &seen));
  ASSERT_EQ(0, pthread_join(next, NULL));
  ASSERT_EQ(lost.record, seen.record);
  ASSERT(seen.is_armed);
  pthread_barrier_wait(&barrier);
  ASSERT_EQ(0, pthread_join(thread, NULL));
  PASS();
}

//===-- Accounting --------------------------------------------------------===//

TEST time_is_divided_between_callbacks_and_waits(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  const struct bsan_loop_times *times = &thread->times;
  bsan_unit_fakes.now_ns = 1000;
  bsan_loop_begin_callbacks(thread);
  ASSERT(bsan_gate_is_armed());
  bsan_unit_fakes.now_ns = 1700;
  bsan_loop_end_callbacks(thread);
  ASSERT_FALSE(bsan_gate_is_armed());
  bsan_unit_fakes.now_ns = 6700;
  bsan_loop_begin_callbacks(thread);
  bsan_unit_fakes.now_ns = 6800;
  bsan_loop_end_callbacks(thread);
  ASSERT_EQ(2, times->iterations);
  ASSERT_EQ(800, times->callbacks_ns);
  ASSERT_EQ(5000, times->waits_ns);
  ASSERT_EQ(700, times->longest_ns);
  ASSERT_EQ(800, bsan_loop_callbacks_ns(thread));
  ASSERT_EQ(101, bsan_histogram_percentile(&times->stretches, 500));
  ASSERT_EQ(703, bsan_histogram_percentile(&times->stretches, 1000));
  bsan_loop_begin_callbacks(thread);
  bsan_unit_fakes.now_ns = 7600;
  ASSERT_EQ(1600, bsan_loop_callbacks_ns(thread));
  bsan_loop_end_callbacks(thread);
  ASSERT_EQ(800, times->longest_ns);
  PASS();
}

TEST an_end_without_a_begin_counts_nothing(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_unit_fakes.now_ns = 1000;
  bsan_loop_end_callbacks(thread);
  ASSERT_EQ(0, thread->times.callbacks_ns);
  ASSERT_EQ(0, thread->times.since_ns);
  PASS();
}

TEST the_time_between_two_loops_is_no_wait(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_unit_fakes.now_ns = 1000;
  bsan_loop_begin_callbacks(thread);
  bsan_loop_forget_thread();
  bsan_unit_fakes.now_ns = 9000;
  bsan_loop_begin_callbacks(thread);
  ASSERT_EQ(0, thread->times.waits_ns);
  bsan_loop_forget_thread();
  PASS();
}

//===-- Where -------------------------------------------------------------===//

TEST hooks_are_inside_everywhere(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  thread->kind = BSAN_LOOP_API;
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(thread, thread->stack_low));
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(thread, thread->stack_high - 1));
  PASS();
}

TEST deeper_than_the_limit_is_inside(void) {
  struct bsan_thread thread = {.kind = BSAN_LOOP_LEARNED,
                               .stack_low = 0x1000,
                               .stack_high = 0x9000,
                               .learned = {.anchor = {.limit = 0x5000}}};
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(&thread, 0x4ff8));
  ASSERT_EQ(BSAN_UNDECIDED, bsan_loop_where(&thread, 0x5000));
  ASSERT_EQ(BSAN_UNDECIDED, bsan_loop_where(&thread, 0x8ff8));
  PASS();
}

TEST another_stack_is_inside(void) {
  struct bsan_thread thread = {.kind = BSAN_LOOP_LEARNED,
                               .stack_low = 0x1000,
                               .stack_high = 0x9000,
                               .learned = {.anchor = {.limit = 0x5000}}};
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(&thread, 0x9000));
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(&thread, 0xffff));
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(&thread, 0x0ff8));
  PASS();
}

TEST without_its_anchor_depth_proves_nothing(void) {
  uintptr_t slot = 0xabc;
  struct bsan_thread thread = {.kind = BSAN_LOOP_LEARNED,
                               .stack_low = 0x1000,
                               .stack_high = 0x9000,
                               .learned = {.anchor = {0x5000, &slot, 0xabc}}};
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(&thread, 0x4000));
  // A coroutine that outlives the loop.
  ASSERT_EQ(BSAN_INSIDE, bsan_loop_where(&thread, 0xffff));
  slot = 0xdef;
  ASSERT_EQ(BSAN_UNDECIDED, bsan_loop_where(&thread, 0x4000));
  ASSERT_EQ(BSAN_UNDECIDED, bsan_loop_where(&thread, 0xffff));
  PASS();
}

BSAN_UNIT_SUITE(Loop, BSAN_UNIT(the_main_thread_is_number_0),
                BSAN_UNIT(other_threads_count_from_1),
                BSAN_UNIT(a_thread_of_the_same_name_takes_the_record_over),
                BSAN_UNIT(a_record_in_use_is_not_taken_over),
                BSAN_UNIT(only_loop_threads_have_records),
                BSAN_UNIT(a_thread_that_ends_leaves_its_loop),
                BSAN_UNIT(a_forked_child_is_outside_and_alone),
                BSAN_UNIT(records_of_lost_threads_can_be_taken_over),
                BSAN_UNIT(a_record_taken_over_starts_outside),
                BSAN_UNIT(time_is_divided_between_callbacks_and_waits),
                BSAN_UNIT(an_end_without_a_begin_counts_nothing),
                BSAN_UNIT(the_time_between_two_loops_is_no_wait),
                BSAN_UNIT(hooks_are_inside_everywhere),
                BSAN_UNIT(deeper_than_the_limit_is_inside),
                BSAN_UNIT(another_stack_is_inside),
                BSAN_UNIT(without_its_anchor_depth_proves_nothing));
