//===-- bsan_loop_api_test.c - Unit tests of bsan_loop_api.c --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Mostly through the public hooks, which take the caller's frame themselves.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "sanitizer/bsan_interface.h"

#include "bsan_unit_fakes.h"
#include "loop/bsan_loop.h"

TEST enter_opens_and_leave_shuts(void) {
  ASSERT_EQ(0, __bsan_in_loop());
  __bsan_enter_loop();
  ASSERT_EQ(1, __bsan_in_loop());
  ASSERT_EQ(BSAN_LOOP_API, bsan_thread_self->kind);
  __bsan_leave_loop();
  ASSERT_EQ(0, __bsan_in_loop());
  PASS();
}

TEST hooks_nest_by_counting(void) {
  __bsan_enter_loop_named("outer");
  __bsan_enter_loop_named("inner");
  ASSERT_STR_EQ("outer", bsan_thread_self->loop_name);
  __bsan_leave_loop();
  ASSERT_EQ(1, __bsan_in_loop());
  __bsan_leave_loop();
  ASSERT_EQ(0, __bsan_in_loop());
  ASSERT_EQ(1, bsan_thread_self->times.iterations);
  PASS();
}

TEST the_next_enter_brings_its_own_name(void) {
  __bsan_enter_loop_named("first");
  __bsan_leave_loop();
  __bsan_enter_loop();
  ASSERT_EQ(NULL, bsan_thread_self->loop_name);
  __bsan_leave_loop();
  PASS();
}

TEST disabled_is_not_in_the_loop(void) {
  __bsan_enter_loop();
  __bsan_disable();
  ASSERT_EQ(0, __bsan_in_loop());
  __bsan_enable();
  ASSERT_EQ(1, __bsan_in_loop());
  __bsan_leave_loop();
  PASS();
}

static void *tell_in_loop(void *result) {
  *(int *)result = __bsan_in_loop();
  return NULL;
}

TEST other_threads_are_outside(void) {
  int in_loop = -1;
  pthread_t thread;
  ASSERT_EQ(0, pthread_create(&thread, NULL, tell_in_loop, &in_loop));
  __bsan_enter_loop();
  int here = __bsan_in_loop();
  __bsan_leave_loop();
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT_EQ(1, here);
  ASSERT_EQ(0, in_loop);
  PASS();
}

static void leave_too_often(void *unused) {
  (void)unused;
  __bsan_leave_loop();
  __bsan_enter_loop();
  __bsan_leave_loop();
  __bsan_leave_loop();
  __bsan_leave_loop();
  __bsan_enter_loop();
  if (__bsan_in_loop() != 1)
    fprintf(stderr, "the leaves counted\n");
  __bsan_leave_loop();
}

TEST a_leave_too_many_is_told_once(void) {
  struct bsan_child_result result = bsan_unit_run_child(leave_too_often, NULL);
  ASSERT_STR_EQ("BlockSanitizer: WARNING: __bsan_leave_loop() was called "
                "without a matching __bsan_enter_loop(); ignored\n",
                result.stderr_text);
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

static void enable_too_often(void *unused) {
  (void)unused;
  __bsan_enable();
  __bsan_enable();
}

TEST an_enable_too_many_is_told_once(void) {
  struct bsan_child_result result = bsan_unit_run_child(enable_too_often, NULL);
  ASSERT_STR_EQ("BlockSanitizer: WARNING: __bsan_enable() was called without "
                "a matching __bsan_disable(); ignored\n",
                result.stderr_text);
  PASS();
}

TEST hooks_keep_errno(void) {
  errno = 4711;
  __bsan_enter_loop();
  ASSERT_EQ(4711, errno);
  __bsan_leave_loop();
  ASSERT_EQ(4711, errno);
  PASS();
}

// The stacks, whose first frame is the caller, are told apart by their ids.
TEST the_stack_is_that_of_the_last_enter(void) {
  uint32_t ids[2];
  const uintptr_t *pcs;
  for (int i = 0; i < 2; i++) {
    bsan_loop_enter(NULL, 0x1000, BSAN_CFA());
    ids[i] = bsan_thread_self->stack_id;
    bsan_loop_leave();
  }
  ASSERT_EQ(ids[0], ids[1]);
  ASSERT(bsan_bridge_depot_get(ids[0], &pcs) > 0);
  ASSERT_EQ(0x1000, pcs[0]);
  bsan_loop_enter(NULL, 0x2000, BSAN_CFA());
  ASSERT(ids[0] != bsan_thread_self->stack_id);
  ASSERT(bsan_bridge_depot_get(bsan_thread_self->stack_id, &pcs) > 0);
  ASSERT_EQ(0x2000, pcs[0]);
  bsan_loop_leave();
  PASS();
}

TEST hooks_replace_what_was_learned(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  thread->kind = BSAN_LOOP_LEARNED;
  thread->learned.site = 0x1234;
  thread->learned.pending_count = 1;
  bsan_loop_begin_callbacks(thread);
  __bsan_enter_loop();
  ASSERT_EQ(BSAN_LOOP_API, thread->kind);
  ASSERT_EQ(0, thread->learned.site);
  ASSERT_EQ(0, thread->learned.pending_count);
  ASSERT_EQ(1, __bsan_in_loop());
  __bsan_leave_loop();
  ASSERT_EQ(0, __bsan_in_loop());
  PASS();
}

BSAN_UNIT_SUITE(LoopApi, BSAN_UNIT(enter_opens_and_leave_shuts),
                BSAN_UNIT(hooks_nest_by_counting),
                BSAN_UNIT(the_next_enter_brings_its_own_name),
                BSAN_UNIT(disabled_is_not_in_the_loop),
                BSAN_UNIT(other_threads_are_outside),
                BSAN_UNIT(a_leave_too_many_is_told_once),
                BSAN_UNIT(an_enable_too_many_is_told_once),
                BSAN_UNIT(hooks_keep_errno),
                BSAN_UNIT(the_stack_is_that_of_the_last_enter),
                BSAN_UNIT(hooks_replace_what_was_learned));
