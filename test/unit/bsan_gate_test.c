//===-- bsan_gate_test.c - Unit tests of bsan_gate.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One word decides for every wrapper; scopes are addresses, so tests choose
// them.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <pthread.h>

#include "loop/bsan_gate.h"

static void *look_at_new_thread(void *result) {
  *(bool *)result = !bsan_gate_is_armed() && !bsan_tls.in_loop &&
                    !bsan_tls.disabled && !bsan_tls.busy && !bsan_tls.scope.cfa;
  bsan_gate_set_in_loop(true);
  return NULL;
}

TEST threads_start_outside_and_apart(void) {
  pthread_t thread;
  bool is_shut = false;
  bsan_gate_set_in_loop(true);
  ASSERT_EQ(0, pthread_create(&thread, NULL, look_at_new_thread, &is_shut));
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT(is_shut);
  ASSERT(bsan_gate_is_armed());
  bsan_gate_set_in_loop(false);
  ASSERT_FALSE(bsan_gate_is_armed());
  PASS();
}

TEST disabling_shuts_the_gate_and_nests(void) {
  bsan_gate_set_in_loop(true);
  ASSERT(bsan_gate_change_disabled(+1));
  ASSERT(bsan_gate_change_disabled(+1));
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT(bsan_gate_change_disabled(-1));
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT(bsan_gate_change_disabled(-1));
  ASSERT(bsan_gate_is_armed());
  bsan_gate_set_in_loop(false);
  PASS();
}

TEST a_loop_entered_while_disabled_stays_shut(void) {
  ASSERT(bsan_gate_change_disabled(+1));
  bsan_gate_set_in_loop(true);
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT(bsan_gate_change_disabled(-1));
  ASSERT(bsan_gate_is_armed());
  bsan_gate_set_in_loop(false);
  PASS();
}

TEST enabling_once_too_often_is_ignored(void) {
  ASSERT_FALSE(bsan_gate_change_disabled(-1));
  ASSERT_EQ(0, bsan_tls.disabled);
  ASSERT(bsan_gate_change_disabled(+1));
  ASSERT_EQ(1, bsan_tls.disabled);
  PASS();
}

TEST disabling_is_limited_in_depth(void) {
  for (int i = 0; i < UINT16_MAX; i++)
    ASSERT(bsan_gate_change_disabled(+1));
  ASSERT_FALSE(bsan_gate_change_disabled(+1));
  ASSERT_EQ(UINT16_MAX, bsan_tls.disabled);
  PASS();
}

// A stack that grows down from its last word. A wrapper at WORD was called with
// the return address PC, which the call put below it.
static uintptr_t stack[64];

static uintptr_t push(size_t word, uintptr_t pc) {
  stack[word - 1] = pc;
  return (uintptr_t)&stack[word];
}

TEST deeper_calls_are_nested(void) {
  uintptr_t cfa = push(40, 0x1000);
  ASSERT_FALSE(bsan_gate_is_nested(cfa - 8));
  struct bsan_scope outer = bsan_gate_open_scope(cfa, 0x1000);
  ASSERT(bsan_gate_is_nested(cfa - 8));
  ASSERT(bsan_gate_is_nested((uintptr_t)stack));
  // The same function's next call, and its callers'.
  ASSERT_FALSE(bsan_gate_is_nested(cfa));
  ASSERT_FALSE(bsan_gate_is_nested(cfa + 8));
  bsan_gate_close_scope(outer);
  ASSERT_FALSE(bsan_gate_is_nested(cfa - 8));
  PASS();
}

TEST scopes_close_in_turn(void) {
  uintptr_t outer_cfa = push(60, 0x1000), inner_cfa = push(20, 0x2000);
  struct bsan_scope none = bsan_gate_open_scope(outer_cfa, 0x1000);
  struct bsan_scope outer = bsan_gate_open_scope(inner_cfa, 0x2000);
  ASSERT_FALSE(bsan_gate_is_nested(inner_cfa + 8));
  bsan_gate_close_scope(outer);
  ASSERT(bsan_gate_is_nested(inner_cfa + 8));
  bsan_gate_close_scope(none);
  ASSERT_FALSE(bsan_gate_is_nested(inner_cfa + 8));
  ASSERT_EQ(0, bsan_tls.scope.cfa);
  PASS();
}

// After a longjmp or an exception another call's return address stands there.
TEST a_scope_is_over_when_its_return_address_is_gone(void) {
#if !defined(__x86_64__)
  SKIPm("return addresses have no fixed place here");
#endif
  uintptr_t cfa = push(40, 0x1000);
  bsan_gate_open_scope(cfa, 0x1000);
  ASSERT(bsan_gate_is_nested(cfa - 8));
  push(40, 0x1001);
  ASSERT_FALSE(bsan_gate_is_nested(cfa - 8));
  PASS();
}

// The scope's place may be unmapped by then: it must not be read.
TEST a_scope_on_another_stack_is_not_looked_at(void) {
  uintptr_t nowhere = 0x1000;
  bsan_gate_open_scope(nowhere + 2ul * BSAN_SCOPE_REACH, 0x1000);
  ASSERT_FALSE(bsan_gate_is_nested(nowhere));
  ASSERT_FALSE(bsan_gate_is_nested((uintptr_t)stack));
  ASSERT_FALSE(bsan_gate_is_nested(BSAN_CFA()));
  PASS();
}

TEST scopes_reach_a_megabyte_down(void) {
  // The return address is read in the array only.
  uintptr_t cfa = push(40, 0x1000);
  bsan_gate_open_scope(cfa, 0x1000);
  ASSERT(bsan_gate_is_nested(cfa - BSAN_SCOPE_REACH));
  ASSERT_FALSE(bsan_gate_is_nested(cfa - BSAN_SCOPE_REACH - 1));
  PASS();
}

TEST everything_is_nested_in_the_runtime(void) {
  uintptr_t here = BSAN_CFA();
  uint8_t outer = bsan_gate_enter_runtime();
  ASSERT(bsan_gate_is_nested(here));
  uint8_t inner = bsan_gate_enter_runtime();
  bsan_gate_leave_runtime(inner);
  ASSERT(bsan_gate_is_nested(here));
  bsan_gate_leave_runtime(outer);
  ASSERT_FALSE(bsan_gate_is_nested(here));
  PASS();
}

BSAN_UNIT_SUITE(Gate, BSAN_UNIT(threads_start_outside_and_apart),
                BSAN_UNIT(disabling_shuts_the_gate_and_nests),
                BSAN_UNIT(a_loop_entered_while_disabled_stays_shut),
                BSAN_UNIT(enabling_once_too_often_is_ignored),
                BSAN_UNIT(disabling_is_limited_in_depth),
                BSAN_UNIT(deeper_calls_are_nested),
                BSAN_UNIT(scopes_close_in_turn),
                BSAN_UNIT(a_scope_is_over_when_its_return_address_is_gone),
                BSAN_UNIT(a_scope_on_another_stack_is_not_looked_at),
                BSAN_UNIT(scopes_reach_a_megabyte_down),
                BSAN_UNIT(everything_is_nested_in_the_runtime));
