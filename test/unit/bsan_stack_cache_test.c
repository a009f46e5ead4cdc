//===-- bsan_stack_cache_test.c - Unit tests of bsan_stack_cache.c --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// call() stands for a wrapper: the frame that calls it is the innermost of its
// event's stack.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <pthread.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"
#include "report/bsan_stack_cache.h"

#define NOINLINE __attribute__((noinline))
#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

static struct bsan_site *found, *cached;

// Its site, and what the cache says of it; counted, as a second call is kept.
NOINLINE static void call(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  event.pc = BSAN_CALLER_PC();
  event.cfa = BSAN_CFA();
  event.thread = bsan_loop_thread();
  cached = bsan_stack_cache_find(&event);
  found = bsan_report_find_site(&event);
  found->count++;
}

NOINLINE static void inner(void) {
  call();
  KEEP_FRAME();
}

NOINLINE static void one(void) {
  inner();
  KEEP_FRAME();
}

NOINLINE static void other(void) {
  inner();
  KEEP_FRAME();
}

TEST a_stack_is_known_when_it_comes_a_third_time(void) {
  for (volatile int i = 0; i < 3; i++) {
    one();
#if defined(__x86_64__)
    ASSERT_EQ(i < 2 ? NULL : found, cached);
#endif
  }
  ASSERT_EQ(3, found->count);
  PASS();
}

TEST a_stack_that_differs_further_out_is_another(void) {
  struct bsan_site *first = NULL;
  for (volatile int i = 0; i < 3; i++)
    one();
  first = found;
  for (volatile int i = 0; i < 3; i++) {
    other();
    ASSERT(found != first);
    ASSERT(cached != first);
  }
  PASS();
}

NOINLINE static void call_twice(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  event.pc = BSAN_CALLER_PC();
  event.cfa = BSAN_CFA();
  event.thread = bsan_loop_thread();
  bsan_stack_cache_keep(&event, bsan_report_find_site(&event));
  cached = bsan_stack_cache_find(&event);
  event.call = BSAN_CALL_usleep;
  found = bsan_stack_cache_find(&event);
}

TEST another_call_of_the_same_place_is_another_site(void) {
  call_twice();
#if defined(__x86_64__)
  ASSERT(cached);
#endif
  ASSERT_EQ(NULL, found);
  PASS();
}

// Depths of stacks that are longer than what is kept, and as long.
NOINLINE static void go_down(int depth) {
  if (depth)
    go_down(depth - 1);
  else
    call();
  KEEP_FRAME();
}

TEST stacks_of_every_depth_are_told_apart(void) {
  struct bsan_site *sites[100];
  for (volatile int round = 0; round < 4; round++)
    for (int depth = 0; depth < 100; depth++) {
      go_down(depth);
      if (round == 0)
        sites[depth] = found;
      ASSERT_EQ(sites[depth], found);
    }
  ASSERT(sites[0] != sites[1]);
  PASS();
}

BSAN_UNIT_SUITE(StackCache,
                BSAN_UNIT(a_stack_is_known_when_it_comes_a_third_time),
                BSAN_UNIT(a_stack_that_differs_further_out_is_another),
                BSAN_UNIT(another_call_of_the_same_place_is_another_site),
                BSAN_UNIT(stacks_of_every_depth_are_told_apart));
