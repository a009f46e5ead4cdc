//===-- bsan_loop_stack_test.c - Unit tests of bsan_loop_stack.c ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stacks made by hand, innermost frame first: {pc, cfa, function}. 0x1000 is
// main, 0x2000 the loop, 0x3000 a helper, 0x4000 a callback.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include "loop/bsan_loop_learned.h"

#define NOINLINE __attribute__((noinline))

static const struct bsan_stack wait = {
    3, {{0x3010, 100, 0x3000}, {0x2010, 200, 0x2000}, {0x1010, 300, 0x1000}}};

static greatest_test_res check(struct bsan_stack other, size_t activation,
                               size_t place) {
  struct bsan_shared shared = bsan_stack_compare(&wait, &other);
  ASSERT_EQ_FMT(activation, shared.activation, "%zu");
  ASSERT_EQ_FMT(place, shared.place, "%zu");
  PASS();
}

TEST a_stack_shares_all_with_itself(void) {
  CHECK_CALL(check(wait, 0, 0));
  PASS();
}

TEST another_instruction_of_the_loop_is_the_same_activation(void) {
  struct bsan_stack callback = {
      3, {{0x4010, 110, 0x4000}, {0x2020, 200, 0x2000}, {0x1010, 300, 0x1000}}};
  CHECK_CALL(check(callback, 1, 2));
  PASS();
}

TEST what_a_moved_on_function_calls_is_new(void) {
  struct bsan_stack again = {
      3, {{0x3010, 100, 0x3000}, {0x2010, 200, 0x2000}, {0x1020, 300, 0x1000}}};
  CHECK_CALL(check(again, 2, 3));
  PASS();
}

TEST what_lies_elsewhere_is_another_activation(void) {
  struct bsan_stack deeper = {
      3, {{0x3010, 90, 0x3000}, {0x2010, 190, 0x2000}, {0x1010, 300, 0x1000}}};
  CHECK_CALL(check(deeper, 2, 2));
  PASS();
}

TEST nothing_is_shared_with_another_threads_stack(void) {
  struct bsan_stack other = {1, {{0x3010, 9000, 0x3000}}};
  CHECK_CALL(check(other, 3, 3));
  CHECK_CALL(check((struct bsan_stack){0}, 3, 3));
  PASS();
}

// Only the innermost frames of the deeper one have been kept.
TEST stacks_that_were_cut_are_compared_where_they_overlap(void) {
  struct bsan_stack cut = {
      3, {{0x5010, 50, 0x5000}, {0x4010, 110, 0x4000}, {0x2020, 200, 0x2000}}};
  CHECK_CALL(check(cut, 1, 3));
  PASS();
}

// Code without unwind tables: its frame has no place, and what lies further in
// is not compared with frames that return elsewhere.
TEST a_walk_that_ended_early_shares_nothing_by_chance(void) {
  struct bsan_stack ended = {
      3, {{0x4010, 50, 0x4000}, {0x4020, 100, 0x3000}, {0x9, UINTPTR_MAX, 0}}};
  CHECK_CALL(check(ended, 3, 3));
  PASS();
}

//===-- Functions in parts ------------------------------------------------===//

NOINLINE static uintptr_t return_pc(void) {
  return (uintptr_t)__builtin_return_address(0);
}

static struct bsan_shared compare_parts(uintptr_t pc) {
  struct bsan_stack hot = {2, {{0x2010, 200, 0x2000}, {pc, 300, 0x1000}}};
  struct bsan_stack cold = {2, {{0x8010, 200, 0x8000}, {pc, 300, 0x1000}}};
  return bsan_stack_compare(&hot, &cold);
}

TEST a_direct_call_always_calls_the_same_function(void) {
  ASSERT_EQ(0, compare_parts(return_pc()).activation);
  PASS();
}

TEST an_indirect_call_may_call_another(void) {
  uintptr_t (*volatile indirect)(void) = return_pc;
  ASSERT_EQ(1, compare_parts(indirect()).activation);
  PASS();
}

TEST code_that_cannot_be_read_is_no_call(void) {
  ASSERT_EQ(1, compare_parts(0x10).activation);
  PASS();
}

//===-- Activations -------------------------------------------------------===//

TEST an_activation_is_found_by_place_function_and_return(void) {
  struct bsan_frame loop = wait.frames[1], elsewhere = {0x2010, 208, 0x2000},
                    other = {0x2010, 200, 0x5000};
  ASSERT(bsan_stack_has(&wait, &loop, 0x1010));
  ASSERT(bsan_stack_has(&wait, &loop, 0));
  ASSERT_FALSE(bsan_stack_has(&wait, &loop, 0x1020));
  ASSERT_FALSE(bsan_stack_has(&wait, &elsewhere, 0x1010));
  ASSERT_FALSE(bsan_stack_has(&wait, &other, 0x1010));
  ASSERT_EQ(1, bsan_stack_find(&wait, 200));
  ASSERT_EQ(3, bsan_stack_find(&wait, 201));
  PASS();
}

TEST how_far_a_walk_got_is_known(void) {
  struct bsan_stack ended = {2, {{0x4010, 50, 0x4000}, {0x9, UINTPTR_MAX, 0}}};
  ASSERT(bsan_stack_reaches(&wait, 300));
  ASSERT_FALSE(bsan_stack_reaches(&wait, 301));
  ASSERT(bsan_stack_reaches(&ended, 50));
  ASSERT_FALSE(bsan_stack_reaches(&ended, 51));
  ASSERT_FALSE(bsan_stack_reaches(&(struct bsan_stack){0}, 1));
  PASS();
}

BSAN_UNIT_SUITE(
    LoopStack, BSAN_UNIT(a_stack_shares_all_with_itself),
    BSAN_UNIT(another_instruction_of_the_loop_is_the_same_activation),
    BSAN_UNIT(what_a_moved_on_function_calls_is_new),
    BSAN_UNIT(what_lies_elsewhere_is_another_activation),
    BSAN_UNIT(nothing_is_shared_with_another_threads_stack),
    BSAN_UNIT(stacks_that_were_cut_are_compared_where_they_overlap),
    BSAN_UNIT(a_walk_that_ended_early_shares_nothing_by_chance),
    BSAN_UNIT(a_direct_call_always_calls_the_same_function),
    BSAN_UNIT(an_indirect_call_may_call_another),
    BSAN_UNIT(code_that_cannot_be_read_is_no_call),
    BSAN_UNIT(an_activation_is_found_by_place_function_and_return),
    BSAN_UNIT(how_far_a_walk_got_is_known));
