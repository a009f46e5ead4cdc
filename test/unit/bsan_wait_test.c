//===-- bsan_wait_test.c - Unit tests of bsan_wait.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of a wait's wrapper that is not the macro's, in the wrapper's order.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include "bsan_check.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_wrap.h"

// A wait on epoll descriptor 77 whose wrapper is DEPTH bytes below HERE.
static struct bsan_wait make_wait(uintptr_t here, size_t depth, uintptr_t pc) {
  struct bsan_wait wait = {.pc = pc,
                           .cfa = here - depth,
                           .fd = 77,
                           .is_epoll = true,
                           .call = BSAN_CALL_epoll_wait};
  return wait;
}

TEST the_loops_own_wait_is_not_judged(void) {
  struct bsan_event event;
  struct bsan_wait wait = make_wait(BSAN_CFA(), 0, 0x1000);
  ASSERT_FALSE(bsan_wait_begin(&wait, &event));
  ASSERT_EQ(BSAN_WAIT_OWN, wait.role);
  ASSERT_FALSE(bsan_gate_is_armed());
  bsan_wait_end(&wait, NULL);
  ASSERT(bsan_gate_is_armed());
  ASSERT_FALSE(bsan_wait_begin(&wait, &event));
  ASSERT_FALSE(bsan_gate_is_armed());
  bsan_wait_end(&wait, NULL);
  bsan_loop_forget_thread();
  PASS();
}

TEST a_nested_wait_is_judged_in_a_scope(void) {
  struct bsan_event event;
  uintptr_t here = BSAN_CFA();
  struct bsan_wait wait = make_wait(here, 64, 0x2000);
  bsan_loop_enter(NULL, 0x1000, here);
  ASSERT(bsan_wait_begin(&wait, &event));
  ASSERT_EQ(BSAN_WAIT_NESTED, wait.role);
  ASSERT_EQ(BSAN_CALL_epoll_wait, event.call);
  ASSERT_EQ(BSAN_CLASS_POLL, event.cls);
  ASSERT_EQ(here - 64, bsan_tls.scope.cfa);
  event.verdict = BSAN_WONT_BLOCK;
  ASSERT_FALSE(bsan_check_judge(&event));
  ASSERT_EQ(0, bsan_tls.scope.cfa);
  // The gate is as it was: a nested wait leaves no loop.
  bsan_wait_end(&wait, NULL);
  ASSERT(bsan_gate_is_armed());
  bsan_loop_leave();
  PASS();
}

TEST a_nested_wait_that_may_block_keeps_its_scope_until_its_end(void) {
  struct bsan_event event;
  uintptr_t here = BSAN_CFA();
  struct bsan_wait wait = make_wait(here, 64, 0x2000);
  // Judged only after the call, and found not to have slept.
  bsan_unit_use_flags("report=actual:halt_on_error=0");
  bsan_unit_fakes.counts_switches = true;
  bsan_loop_enter(NULL, 0x1000, here);
  ASSERT(bsan_wait_begin(&wait, &event));
  event.verdict = BSAN_MAY_BLOCK;
  ASSERT(bsan_check_judge(&event));
  ASSERT_EQ(here - 64, bsan_tls.scope.cfa);
  bsan_wait_end(&wait, &event);
  ASSERT_EQ(0, bsan_tls.scope.cfa);
  ASSERT(bsan_gate_is_armed());
  bsan_loop_leave();
  PASS();
}

TEST a_nested_wait_passes_while_disabled(void) {
  struct bsan_event event;
  uintptr_t here = BSAN_CFA();
  struct bsan_wait wait = make_wait(here, 64, 0x2000);
  bsan_loop_enter(NULL, 0x1000, here);
  bsan_gate_change_disabled(+1);
  ASSERT_FALSE(bsan_wait_begin(&wait, &event));
  ASSERT_EQ(0, bsan_tls.scope.cfa);
  bsan_gate_change_disabled(-1);
  bsan_loop_leave();
  PASS();
}

TEST a_wait_inside_another_rule_changes_nothing(void) {
  struct bsan_event event;
  uintptr_t here = BSAN_CFA();
  struct bsan_wait own = make_wait(here, 0, 0x1000);
  struct bsan_wait inner = make_wait(here, 128, 0x3000);
  bsan_wait_begin(&own, &event);
  bsan_wait_end(&own, NULL);
  struct bsan_scope outer = bsan_gate_open_scope(here, BSAN_CALLER_PC());
  ASSERT_FALSE(bsan_wait_begin(&inner, &event));
  ASSERT_EQ(BSAN_WAIT_PLAIN, inner.role);
  ASSERT(bsan_gate_is_armed());
  bsan_wait_end(&inner, NULL);
  ASSERT_EQ(0x1000, bsan_thread_self->learned.site);
  bsan_gate_close_scope(outer);
  bsan_loop_forget_thread();
  PASS();
}

TEST a_scope_that_was_jumped_out_of_does_not_hide_the_loops_wait(void) {
  struct bsan_event event;
  uintptr_t here = BSAN_CFA();
  struct bsan_wait wait = make_wait(here, 64, 0x1000);
  bsan_gate_open_scope(here, BSAN_CALLER_PC() + 1);
  ASSERT_FALSE(bsan_wait_begin(&wait, &event));
  ASSERT_EQ(BSAN_WAIT_OWN, wait.role);
  bsan_wait_end(&wait, NULL);
  ASSERT(bsan_gate_is_armed());
  bsan_loop_forget_thread();
  PASS();
}

BSAN_UNIT_SUITE(
    Wait, BSAN_UNIT(the_loops_own_wait_is_not_judged),
    BSAN_UNIT(a_nested_wait_is_judged_in_a_scope),
    BSAN_UNIT(a_nested_wait_that_may_block_keeps_its_scope_until_its_end),
    BSAN_UNIT(a_nested_wait_passes_while_disabled),
    BSAN_UNIT(a_wait_inside_another_rule_changes_nothing),
    BSAN_UNIT(a_scope_that_was_jumped_out_of_does_not_hide_the_loops_wait));
