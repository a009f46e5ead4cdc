//===-- bsan_loop_pending_test.c - Unit tests of bsan_loop_pending.c ------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See bsan_unit_waits.h for wait_once() and call().
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <string.h>
#include <unistd.h>

#include "bsan_unit_waits.h"

//===-- What goes round ---------------------------------------------------===//

static struct bsan_pending reported[4];
static int reported_count;

static void keep_report(const struct bsan_pending *pending) {
  if (reported_count < 4)
    reported[reported_count] = *pending;
  reported_count++;
}

NOINLINE static void wait_in_helper(void) {
  wait_once();
  KEEP_FRAME();
}

NOINLINE static void wait_two_helpers_down(void) {
  wait_in_helper();
  KEEP_FRAME();
}

static struct found rounds[4];

// The loop is further out than the first guess.
NOINLINE static void run_loop_with_helper(void) {
  for (int i = 0; i < three; i++) {
    wait_in_helper();
    rounds[i] = call();
  }
  KEEP_FRAME();
}

NOINLINE static void run_loop_with_two_helpers(void) {
  for (int i = 0; i < three; i++) {
    wait_two_helpers_down();
    rounds[i] = call();
  }
  KEEP_FRAME();
}

static greatest_test_res check_that_it_moves_out(void (*run)(void)) {
  bsan_learned_set_reporter(keep_report);
  run();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[1].where);
  ASSERT(rounds[1].is_inside);
  ASSERT_EQ(BSAN_INSIDE, rounds[2].where);
  ASSERT_EQ(1, reported_count);
  ASSERT_EQ(BSAN_CALL_nanosleep, reported[0].event.call);
  ASSERT_EQ(bsan_thread_self, reported[0].event.thread);
  ASSERT_EQ(0, bsan_thread_self->learned.pending_count);
  bsan_loop_forget_thread();
  PASS();
}

TEST the_anchor_moves_out_to_what_went_round(void) {
  CHECK_CALL(check_that_it_moves_out(run_loop_with_helper));
  PASS();
}

TEST the_anchor_moves_out_past_two_helpers(void) {
  CHECK_CALL(check_that_it_moves_out(run_loop_with_two_helpers));
  PASS();
}

// A script, not a loop: each of its waits stands elsewhere.
NOINLINE static void wait_three_times_in_a_row(void) {
  wait_in_helper();
  rounds[0] = call();
  wait_in_helper();
  rounds[1] = call();
  wait_in_helper();
  KEEP_FRAME();
}

TEST waits_from_two_instructions_prove_no_loop(void) {
  bsan_learned_set_reporter(keep_report);
  wait_three_times_in_a_row();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_UNDECIDED, rounds[1].where);
  ASSERT_EQ(0, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// One wait while it starts, through the helper of the loop that follows.
NOINLINE static void start_and_run_loop(void) {
  wait_in_helper();
  rounds[3] = call();
  for (int i = 0; i < three; i++) {
    wait_in_helper();
    rounds[i] = call();
  }
  KEEP_FRAME();
}

TEST a_wait_before_the_loop_does_not_hide_it(void) {
  bsan_learned_set_reporter(keep_report);
  start_and_run_loop();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[3].where);
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[1].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[2].where);
  ASSERT_EQ(1, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// Waits without a timeout at one place, with one at another.
NOINLINE static void run_loop_with_two_sites(void) {
  for (int i = 0; i < three; i++) {
    wait_in_helper();
    rounds[i] = call();
    wait_two_helpers_down();
  }
  KEEP_FRAME();
}

TEST two_waits_in_turn_are_one_loop(void) {
  bsan_learned_set_reporter(keep_report);
  run_loop_with_two_sites();
  ASSERT_EQ(BSAN_UNDECIDED, rounds[0].where);
  ASSERT_EQ(BSAN_INSIDE, rounds[1].where);
  ASSERT(rounds[1].is_inside);
  ASSERT_EQ(BSAN_INSIDE, rounds[2].where);
  ASSERT_EQ(1, reported_count);
  ASSERT_EQ(6, bsan_thread_self->times.iterations);
  bsan_loop_forget_thread();
  PASS();
}

// Through a pointer, or the compiler makes one frame of several.
static struct found ask(int depth);
static struct found (*volatile ask_deeper)(int depth) = ask;

// Waits once, at a depth of its own, and blocks.
NOINLINE static struct found ask(int depth) {
  if (depth) {
    struct found deeper = ask_deeper(depth - 1);
    KEEP_FRAME();
    return deeper;
  }
  wait_in_helper();
  struct found found = call();
  KEEP_FRAME();
  return found;
}

NOINLINE static struct found ask_at_depth(int depth) {
  struct found found = ask_deeper(depth);
  KEEP_FRAME();
  return found;
}

TEST a_helper_of_varying_depth_is_a_helper(void) {
  static volatile int depths[] = {3, 1, 2, 0, 3}, rounds_left = 5;
  bsan_learned_set_reporter(keep_report);
  for (int i = 0; rounds_left--; i++) { // Not to be unrolled.
    ask_at_depth(depths[i]);
    struct found found = call();
    ASSERT_EQ_FMT(i ? BSAN_INSIDE : BSAN_UNDECIDED, (int)found.where, "%d");
  }
  // Both places, each once.
  ASSERT_EQ(2, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// As often as a program asks from different places, it is no loop.
TEST functions_that_wait_once_are_no_loop(void) {
  bsan_learned_set_reporter(keep_report);
  ASSERT_EQ(BSAN_UNDECIDED, ask_at_depth(0).where);
  ASSERT_EQ(BSAN_UNDECIDED, ask_at_depth(0).where);
  ASSERT_EQ(BSAN_UNDECIDED, ask_at_depth(0).where);
  ASSERT_EQ(0, reported_count);
  bsan_loop_forget_thread();
  PASS();
}

// Between the two runs the program may block.
TEST two_runs_of_a_loop_are_not_one(void) {
  bsan_learned_set_reporter(keep_report);
  run_loop_with_helper();
  int reported_first = reported_count;
  ASSERT_EQ(BSAN_UNDECIDED, call().where);
  run_loop_with_helper();
  ASSERT_EQ(1, reported_first);
  ASSERT_EQ(2, reported_count);
  // The loop's own, once a run.
  ASSERT_EQ(reported[0].event.pc, reported[1].event.pc);
  bsan_loop_forget_thread();
  PASS();
}

//===-- What is kept ------------------------------------------------------===//

// Learns a loop and comes back with an event of a call beside it.
static struct bsan_event make_undecided_event(void) {
  wait_two_helpers_down();
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_open);
  event.thread = bsan_thread_self;
  event.pc = 1;
  event.cfa = BSAN_CFA();
  return event;
}

TEST repeated_undecided_calls_leave_room_for_others(void) {
  struct bsan_event event = make_undecided_event();
  const struct bsan_learned *learned = &bsan_thread_self->learned;
  bsan_learned_keep(&event);
  bsan_learned_keep(&event);
  ASSERT_EQ(2, learned->pending_count);
  for (int i = 0; i < BSAN_MAX_PENDING; i++)
    bsan_learned_keep(&event);
  ASSERT_EQ(BSAN_MAX_PENDING / 2, learned->pending_count);
  event.pc = 2;
  bsan_learned_keep(&event);
  bsan_learned_keep(&event);
  ASSERT_EQ(BSAN_MAX_PENDING / 2 + 1, learned->pending_count);
  bsan_loop_forget_thread();
  PASS();
}

TEST undecided_calls_are_limited_in_number(void) {
  struct bsan_event event = make_undecided_event();
  const struct bsan_learned *learned = &bsan_thread_self->learned;
  for (uintptr_t pc = 1; pc < 40; pc++) {
    event.pc = pc;
    bsan_learned_keep(&event);
  }
  ASSERT_EQ(BSAN_MAX_PENDING, learned->pending_count);
  ASSERT_EQ(1, learned->pending[0].event.pc);
  ASSERT_EQ(16, learned->pending[15].event.pc);
  bsan_loop_forget_thread();
  PASS();
}

TEST kept_calls_have_strings_of_their_own(void) {
  int ends[2];
  char path[BSAN_PATH_SIZE + 100] = "/tmp/x";
  struct bsan_event event = make_undecided_event();
  const struct bsan_pending *pending = &bsan_thread_self->learned.pending[0];
  bsan_loop_end_callbacks(bsan_thread_self);
  ASSERT_EQ(0, pipe(ends));
  event.fd = ends[0];
  event.args[0] = (struct bsan_arg){'s', {.string = path}};
  event.args[1] = (struct bsan_arg){'s', {.string = NULL}};
  event.args[2] = (struct bsan_arg){'d', {.number = 7}};
  bsan_learned_keep(&event);
  memset(path, 'y', sizeof(path) - 1);
  close(ends[0]);
  ASSERT_STR_EQ("/tmp/x", pending->event.args[0].value.string);
  ASSERT_EQ(NULL, pending->event.args[1].value.string);
  ASSERT_EQ(7, pending->event.args[2].value.number);
  ASSERT_STRN_EQ("pipe:[", pending->event.object, 6);
  event.pc = 2;
  bsan_learned_keep(&event);
  ASSERT_EQ(BSAN_PATH_SIZE - 1, strlen(pending[1].event.args[0].value.string));
  PASS();
}

BSAN_UNIT_SUITE(LoopPending, BSAN_UNIT(the_anchor_moves_out_to_what_went_round),
                BSAN_UNIT(the_anchor_moves_out_past_two_helpers),
                BSAN_UNIT(waits_from_two_instructions_prove_no_loop),
                BSAN_UNIT(a_wait_before_the_loop_does_not_hide_it),
                BSAN_UNIT(two_waits_in_turn_are_one_loop),
                BSAN_UNIT(a_helper_of_varying_depth_is_a_helper),
                BSAN_UNIT(functions_that_wait_once_are_no_loop),
                BSAN_UNIT(two_runs_of_a_loop_are_not_one),
                BSAN_UNIT(repeated_undecided_calls_leave_room_for_others),
                BSAN_UNIT(undecided_calls_are_limited_in_number),
                BSAN_UNIT(kept_calls_have_strings_of_their_own));
