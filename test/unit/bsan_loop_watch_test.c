//===-- bsan_loop_watch_test.c - Unit tests of bsan_loop_watch.c --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions may be asked by the thread itself too: it stands still then.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

static bool is_checked(struct bsan_thread *thread, uintptr_t sp) {
  struct bsan_scope scope;
  return bsan_loop_is_checked(thread, sp, &scope);
}

TEST callbacks_run_between_two_waits(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  ASSERT_EQ(0, bsan_loop_running_since(thread));
  bsan_loop_begin_callbacks(thread);
  uint64_t since_ns = bsan_loop_running_since(thread);
  ASSERT(since_ns);
  ASSERT_EQ(thread->times.since_ns, since_ns);
  bsan_loop_end_callbacks(thread);
  ASSERT_EQ(0, bsan_loop_running_since(thread));
  bsan_loop_begin_callbacks(thread);
  ASSERT(bsan_loop_running_since(thread) >= since_ns);
  bsan_loop_forget_thread();
  ASSERT_EQ(0, bsan_loop_running_since(thread));
  PASS();
}

static int starts;

static void count_start(void) { starts++; }

TEST whoever_watches_is_told_of_the_first_callbacks(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_loop_set_starter(count_start);
  for (int i = 0; i < 3; i++) {
    bsan_loop_begin_callbacks(thread);
    bsan_loop_end_callbacks(thread);
  }
  ASSERT_EQ(1, starts);
  bsan_loop_forget_thread();
  bsan_loop_begin_callbacks(thread);
  ASSERT_EQ(2, starts);
  PASS();
}

TEST threads_follow_each_other(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  ASSERT_EQ(thread, bsan_loop_next(NULL));
  ASSERT_EQ(NULL, bsan_loop_next(thread));
  PASS();
}

TEST what_is_not_checked_is_not_told(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  thread->kind = BSAN_LOOP_API;
  ASSERT_FALSE(is_checked(thread, 0));
  bsan_loop_begin_callbacks(thread);
  ASSERT(is_checked(thread, 0));
  bsan_gate_change_disabled(+1);
  ASSERT_FALSE(is_checked(thread, 0));
  bsan_gate_change_disabled(-1);
  uint8_t outer = bsan_gate_enter_runtime();
  ASSERT_FALSE(is_checked(thread, 0));
  bsan_gate_leave_runtime(outer);
  bsan_gate_set_excluded(true);
  ASSERT_FALSE(is_checked(thread, 0));
  PASS();
}

TEST a_thread_that_is_gone_is_not_asked(void) {
  static struct bsan_thread gone = {.tls = (const struct bsan_tls *)16};
  ASSERT_FALSE(is_checked(&gone, 0));
  PASS();
}

TEST the_scope_is_that_of_the_thread(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  struct bsan_scope scope;
  thread->kind = BSAN_LOOP_API;
  bsan_loop_begin_callbacks(thread);
  struct bsan_scope outer = bsan_gate_open_scope(0x1000, 0x2000);
  ASSERT(bsan_loop_is_checked(thread, 0, &scope));
  bsan_gate_close_scope(outer);
  ASSERT_EQ(0x1000, scope.cfa);
  ASSERT_EQ(0x2000, scope.pc);
  PASS();
}

// The activation's return address stands in a word of this stack.
TEST the_function_that_has_learned_it_must_not_have_returned(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  volatile uintptr_t word = 0x1234;
  uintptr_t limit = (uintptr_t)&word + sizeof(word);
  thread->kind = BSAN_LOOP_LEARNED;
  thread->learned.anchor =
      (struct bsan_anchor){limit, (const uintptr_t *)&word, 0x1234};
  bsan_loop_begin_callbacks(thread);
  ASSERT(is_checked(thread, limit - 64));
  ASSERT_FALSE(is_checked(thread, limit));
  ASSERT(is_checked(thread, thread->stack_low - 64));
  word = 0x4321;
  ASSERT_FALSE(is_checked(thread, limit - 64));
  ASSERT_FALSE(is_checked(thread, thread->stack_low - 64));
  PASS();
}

TEST a_library_that_runs_the_loop_must_not_have_returned(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  volatile uintptr_t word = 0x1234;
  uintptr_t cfa = (uintptr_t)&word + sizeof(word);
  thread->kind = BSAN_LOOP_LIBUV;
  thread->run_count = 1;
  thread->runs[0].scope = (struct bsan_scope){cfa, 0x1234, 0};
  bsan_loop_begin_callbacks(thread);
  ASSERT(is_checked(thread, cfa - 64));
  ASSERT_FALSE(is_checked(thread, cfa));
  ASSERT(is_checked(thread, thread->stack_low - 64));
  word = 0x4321;
  ASSERT_FALSE(is_checked(thread, cfa - 64));
  PASS();
}

BSAN_UNIT_SUITE(
    LoopWatch, BSAN_UNIT(callbacks_run_between_two_waits),
    BSAN_UNIT(whoever_watches_is_told_of_the_first_callbacks),
    BSAN_UNIT(threads_follow_each_other),
    BSAN_UNIT(what_is_not_checked_is_not_told),
    BSAN_UNIT(a_thread_that_is_gone_is_not_asked),
    BSAN_UNIT(the_scope_is_that_of_the_thread),
    BSAN_UNIT(the_function_that_has_learned_it_must_not_have_returned),
    BSAN_UNIT(a_library_that_runs_the_loop_must_not_have_returned));
