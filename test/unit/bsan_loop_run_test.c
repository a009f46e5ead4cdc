//===-- bsan_loop_run_test.c - Unit tests of bsan_loop_run.c -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// run_loop() stands for a library's function and its wrapper, this executable
// for the library.  Everything that is asked of a run is asked deeper on the
// stack.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <setjmp.h>

#include "bsan_unit_fakes.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

#define NOINLINE __attribute__((noinline))

// In a callback, which is no test: the child dies.
#define ASSERT_OR_DIE(condition)                                               \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
      abort();                                                                 \
    }                                                                          \
  } while (0)

static bool seen_armed; // During the last wait.

NOINLINE static void run_loop_of(enum bsan_loop_kind kind, bool waits,
                                 void (*callback)(void)) {
  struct bsan_run run = {
      .scope = {BSAN_CFA(), BSAN_CALLER_PC(), (uintptr_t)run_loop_of},
      .call = 1,
      .kind = (uint8_t)kind,
      .waits = waits};
  bsan_run_begin(&run);
  callback();
  bsan_run_end(&run);
}

static void run_loop(void (*callback)(void)) {
  run_loop_of(BSAN_LOOP_LIBUV, true, callback);
}

// A wait by the library, or by somebody else, DEPTH bytes further down.
NOINLINE static enum bsan_wait_role wait_at(size_t depth, bool is_library,
                                            bool is_epoll) {
  struct bsan_wait wait = {.pc = is_library ? (uintptr_t)wait_at : 0x10,
                           .cfa = BSAN_CFA() - depth,
                           .fd = is_epoll ? 7 : BSAN_WAIT_NO_EPOLL,
                           .is_epoll = is_epoll};
  if (!bsan_run_begin_wait(&wait))
    return BSAN_WAIT_PLAIN;
  seen_armed = bsan_gate_is_armed();
  bsan_learned_end_wait(&wait);
  return (enum bsan_wait_role)wait.role;
}

static enum bsan_wait_role wait_from(bool is_library, bool is_epoll) {
  return wait_at(0, is_library, is_epoll);
}

NOINLINE static enum bsan_inside ask_where(void) {
  return bsan_thread_self ? bsan_loop_where(bsan_thread_self, BSAN_CFA())
                          : BSAN_OUTSIDE;
}

//===-- Inside and outside ------------------------------------------------===//

static enum bsan_inside where;
static bool was_armed;

NOINLINE static void look(void) {
  where = ask_where();
  was_armed = bsan_gate_is_armed();
}

TEST a_run_is_inside_from_its_beginning_to_its_end(void) {
  run_loop(look);
  ASSERT_EQ(BSAN_INSIDE, where);
  ASSERT(was_armed);
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT_EQ(BSAN_LOOP_NONE, bsan_thread_self->kind);
  ASSERT_EQ(0, bsan_thread_self->run_count);
  ASSERT_EQ(1, bsan_thread_self->times.iterations);
  PASS();
}

NOINLINE static void look_at_kind(void) {
  ASSERT_OR_DIE(bsan_thread_self->kind == BSAN_LOOP_GLIB);
  run_loop(look);
  ASSERT_OR_DIE(bsan_thread_self->kind == BSAN_LOOP_GLIB);
  look();
}

TEST a_nested_run_leaves_the_outer_one_inside(void) {
  run_loop_of(BSAN_LOOP_GLIB, true, look_at_kind);
  ASSERT_EQ(BSAN_INSIDE, where);
  ASSERT(was_armed);
  ASSERT_FALSE(bsan_gate_is_armed());
  PASS();
}

static int depth;

NOINLINE static void go_deeper(void) {
  if (++depth < 2 * BSAN_MAX_RUNS)
    run_loop_of(depth % 2 ? BSAN_LOOP_GLIB : BSAN_LOOP_LIBUV, true, go_deeper);
  else
    look();
}

TEST more_runs_than_there_is_room_for_are_inside_too(void) {
  depth = 0;
  go_deeper();
  ASSERT_EQ(BSAN_INSIDE, where);
  ASSERT_FALSE(bsan_gate_is_armed());
  ASSERT_EQ(0, bsan_thread_self->run_count);
  PASS();
}

static jmp_buf out;

NOINLINE static void jump_out(void) { longjmp(out, 1); }

TEST a_run_that_was_jumped_out_of_is_over_with_the_next_call(void) {
  if (!setjmp(out))
    run_loop(jump_out);
  ASSERT_EQ(1, bsan_thread_self->run_count);
  ASSERT_EQ(BSAN_OUTSIDE, ask_where());
  ASSERT_EQ(0, bsan_thread_self->run_count);
  ASSERT_FALSE(bsan_gate_is_armed());
  PASS();
}

NOINLINE static void jump_out_of_inner(void) {
  if (!setjmp(out))
    run_loop(jump_out);
  look();
}

TEST a_jump_out_of_a_nested_run_ends_only_that(void) {
  run_loop_of(BSAN_LOOP_GLIB, true, jump_out_of_inner);
  ASSERT_EQ(BSAN_INSIDE, where);
  ASSERT(was_armed);
  ASSERT_FALSE(bsan_gate_is_armed());
  PASS();
}

NOINLINE static void look_from_elsewhere(void) {
  where = bsan_loop_where(bsan_thread_self, bsan_thread_self->stack_low - 64);
}

TEST another_stack_is_inside_as_long_as_the_run_is(void) {
  run_loop(look_from_elsewhere);
  ASSERT_EQ(BSAN_INSIDE, where);
  PASS();
}

//===-- Waits -------------------------------------------------------------===//

static enum bsan_wait_role roles[4];

NOINLINE static void wait_all_ways(void) {
  roles[0] = wait_from(true, true);
  roles[1] = wait_from(false, true);
  roles[2] = wait_from(true, false);
  roles[3] = wait_from(false, false);
}

TEST libuv_waits_with_epoll_only(void) {
  run_loop(wait_all_ways);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[0]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[1]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[2]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[3]);
  PASS();
}

TEST sd_event_waits_with_epoll_only(void) {
  run_loop_of(BSAN_LOOP_SD_EVENT, true, wait_all_ways);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[0]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[1]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[2]);
  PASS();
}

TEST others_wait_with_whatever_their_library_calls(void) {
  static const enum bsan_loop_kind kinds[] = {
      BSAN_LOOP_LIBEVENT, BSAN_LOOP_LIBEV, BSAN_LOOP_TEVENT};
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    run_loop_of(kinds[i], true, wait_all_ways);
    ASSERT_EQ(BSAN_WAIT_OWN, roles[0]);
    ASSERT_EQ(BSAN_WAIT_NESTED, roles[1]);
    ASSERT_EQ(BSAN_WAIT_OWN, roles[2]);
    ASSERT_EQ(BSAN_WAIT_NESTED, roles[3]);
  }
  PASS();
}

TEST a_function_without_waits_owns_none(void) {
  run_loop_of(BSAN_LOOP_LIBUV, false, wait_all_ways);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[0]);
  PASS();
}

NOINLINE static void wait_once(void) {
  ASSERT_OR_DIE(wait_from(true, true) == BSAN_WAIT_OWN);
  was_armed = bsan_gate_is_armed();
}

TEST the_loops_own_wait_is_outside(void) {
  seen_armed = true;
  run_loop(wait_once);
  ASSERT_FALSE(seen_armed);
  ASSERT(was_armed);
  ASSERT_EQ(2, bsan_thread_self->times.iterations);
  PASS();
}

NOINLINE static void wait_at_depths(void) {
  roles[0] = wait_at(64, true, false);
  roles[1] = wait_at(64, true, false);
  roles[2] = wait_at(128, true, false); // g_spawn_sync in a callback, say.
  roles[3] = wait_at(64, true, false);
}

TEST glib_waits_at_the_depth_of_its_first_wait(void) {
  run_loop_of(BSAN_LOOP_GLIB, true, wait_at_depths);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[0]);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[1]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[2]);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[3]);
  PASS();
}

NOINLINE static void poll_function(void) {
  roles[0] = wait_from(false, false);
  __asm__ volatile("" : : : "memory");
}

NOINLINE static void call_poll_function(void) {
  poll_function();
  roles[1] = wait_from(false, false);
}

TEST glib_waits_below_a_poll_function_of_the_programs(void) {
  bsan_glib_note_poll_function((uintptr_t)poll_function);
  bsan_glib_note_poll_function((uintptr_t)poll_function);
  bsan_glib_note_poll_function(0);
  run_loop_of(BSAN_LOOP_GLIB, true, call_poll_function);
  ASSERT_EQ(BSAN_WAIT_OWN, roles[0]);
  ASSERT_EQ(BSAN_WAIT_NESTED, roles[1]);
  PASS();
}

TEST a_wait_without_a_run_is_for_the_learned_frame(void) {
  struct bsan_wait wait = {.pc = 0x10, .cfa = BSAN_CFA(), .fd = 7};
  ASSERT_FALSE(bsan_run_begin_wait(&wait));
  bsan_loop_thread();
  ASSERT_FALSE(bsan_run_begin_wait(&wait));
  PASS();
}

//===-- Who governs the thread --------------------------------------------===//

TEST hooks_govern_a_thread_that_calls_them(void) {
  bsan_loop_enter(NULL, 0x10, BSAN_CFA());
  bsan_loop_leave();
  run_loop(look);
  ASSERT_FALSE(was_armed);
  ASSERT_EQ(BSAN_LOOP_API, bsan_thread_self->kind);
  PASS();
}

NOINLINE static void enter_inside(void) {
  bsan_loop_enter(NULL, 0x10, BSAN_CFA());
  look();
  bsan_loop_leave();
  roles[0] = (enum bsan_wait_role)bsan_gate_is_armed();
}

TEST hooks_in_a_callback_take_over(void) {
  run_loop(enter_inside);
  ASSERT(was_armed);
  ASSERT_FALSE(roles[0]);
  ASSERT_EQ(BSAN_LOOP_API, bsan_thread_self->kind);
  ASSERT_FALSE(bsan_gate_is_armed());
  PASS();
}

TEST a_run_replaces_what_was_learned(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  thread->kind = BSAN_LOOP_LEARNED;
  thread->learned.site = 0x1234;
  bsan_loop_begin_callbacks(thread);
  run_loop(look);
  ASSERT_EQ(BSAN_INSIDE, where);
  ASSERT_EQ(0, thread->learned.site);
  PASS();
}

TEST without_automatic_loops_there_are_no_runs(void) {
  bsan_unit_use_flags("auto_loop=0");
  run_loop(look);
  ASSERT_EQ(NULL, bsan_thread_self);
  ASSERT_FALSE(was_armed);
  PASS();
}

TEST adapters_work_alone(void) {
  bsan_unit_use_flags("auto_loop=adapters");
  run_loop(look);
  ASSERT(was_armed);
  PASS();
}

TEST the_thread_tells_who_entered_the_loop(void) {
  run_loop(look);
  ASSERT_EQ(1, bsan_thread_self->run_call);
  ASSERT(bsan_thread_self->stack_id != 0);
  PASS();
}

BSAN_UNIT_SUITE(
    LoopRun, BSAN_UNIT(a_run_is_inside_from_its_beginning_to_its_end),
    BSAN_UNIT(a_nested_run_leaves_the_outer_one_inside),
    BSAN_UNIT(more_runs_than_there_is_room_for_are_inside_too),
    BSAN_UNIT(a_run_that_was_jumped_out_of_is_over_with_the_next_call),
    BSAN_UNIT(a_jump_out_of_a_nested_run_ends_only_that),
    BSAN_UNIT(another_stack_is_inside_as_long_as_the_run_is),
    BSAN_UNIT(libuv_waits_with_epoll_only),
    BSAN_UNIT(sd_event_waits_with_epoll_only),
    BSAN_UNIT(others_wait_with_whatever_their_library_calls),
    BSAN_UNIT(a_function_without_waits_owns_none),
    BSAN_UNIT(the_loops_own_wait_is_outside),
    BSAN_UNIT(glib_waits_at_the_depth_of_its_first_wait),
    BSAN_UNIT(glib_waits_below_a_poll_function_of_the_programs),
    BSAN_UNIT(a_wait_without_a_run_is_for_the_learned_frame),
    BSAN_UNIT(hooks_govern_a_thread_that_calls_them),
    BSAN_UNIT(hooks_in_a_callback_take_over),
    BSAN_UNIT(a_run_replaces_what_was_learned),
    BSAN_UNIT(without_automatic_loops_there_are_no_runs),
    BSAN_UNIT(adapters_work_alone),
    BSAN_UNIT(the_thread_tells_who_entered_the_loop));
