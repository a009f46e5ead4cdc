//===-- bsan_loop_names_test.c - Unit tests of bsan_loop_names.c ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every question is asked as a loop asks it: by the start of a stretch of
// callbacks.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <string.h>

#include "bsan_unit_fakes.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

static void use_names(const char *options) {
  bsan_unit_use_flags(options);
  bsan_loop_names_init();
}

// Whether the calls of a thread of this name are looked at now.
static bool is_checked(const char *name) {
  pthread_setname_np(pthread_self(), name);
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_loop_begin_callbacks(thread);
  bool is_armed = bsan_gate_is_armed();
  bool is_excluded = thread->is_excluded;
  bsan_loop_end_callbacks(thread);
  return is_armed && !is_excluded;
}

TEST without_flags_every_loop_is_checked(void) {
  use_names("");
  ASSERT(is_checked("any"));
  ASSERT(is_checked(""));
  PASS();
}

TEST loop_threads_names_what_is_checked(void) {
  use_names("loop_threads=ui,io-*");
  ASSERT(is_checked("ui"));
  ASSERT(is_checked("io-1"));
  ASSERT(is_checked("io-"));
  ASSERT_FALSE(is_checked("io"));
  ASSERT_FALSE(is_checked("ui2"));
  ASSERT_FALSE(is_checked("UI"));
  ASSERT_FALSE(is_checked(""));
  PASS();
}

TEST ignore_threads_names_what_is_not(void) {
  use_names("ignore_threads=*-bg,pool");
  ASSERT_FALSE(is_checked("io-bg"));
  ASSERT_FALSE(is_checked("pool"));
  ASSERT(is_checked("pool-1"));
  ASSERT(is_checked("io"));
  PASS();
}

TEST ignored_wins(void) {
  use_names("loop_threads=io*:ignore_threads=io-2");
  ASSERT(is_checked("io-1"));
  ASSERT_FALSE(is_checked("io-2"));
  ASSERT_FALSE(is_checked("ui"));
  PASS();
}

TEST blanks_around_names_do_not_count(void) {
  use_names("loop_threads=' ui , io thread '");
  ASSERT(is_checked("ui"));
  ASSERT(is_checked("io thread"));
  ASSERT_FALSE(is_checked("io"));
  PASS();
}

TEST a_new_name_counts_from_the_next_stretch(void) {
  use_names("loop_threads=late");
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_loop_begin_callbacks(thread);
  ASSERT_FALSE(bsan_gate_is_armed());
  pthread_setname_np(pthread_self(), "late");
  ASSERT_FALSE(bsan_gate_is_armed());
  bsan_loop_end_callbacks(thread);
  bsan_loop_begin_callbacks(thread);
  ASSERT(bsan_gate_is_armed());
  bsan_loop_end_callbacks(thread);
  ASSERT_FALSE(is_checked("early"));
  PASS();
}

TEST enabling_does_not_open_an_excluded_thread(void) {
  use_names("ignore_threads=*");
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_loop_begin_callbacks(thread);
  ASSERT(bsan_gate_change_disabled(+1));
  ASSERT(bsan_gate_change_disabled(-1));
  ASSERT_FALSE(bsan_gate_is_armed());
  bsan_loop_end_callbacks(thread);
  PASS();
}

TEST an_excluded_loop_is_accounted_all_the_same(void) {
  use_names("ignore_threads=*");
  is_checked("any");
  ASSERT_EQ(1, bsan_thread_self->times.iterations);
  PASS();
}

static void *run_other(void *unused) {
  (void)unused;
  static bool was_checked;
  was_checked = is_checked("io");
  return &was_checked;
}

// The record is taken over, and with it the answer that it holds.
TEST the_next_thread_of_the_name_is_asked_again(void) {
  pthread_t thread;
  void *answer;
  use_names("ignore_threads=io");
  for (int i = 0; i < 2; i++) {
    ASSERT_EQ(0, pthread_create(&thread, NULL, run_other, NULL));
    ASSERT_EQ(0, pthread_join(thread, &answer));
    ASSERT_FALSE(*(bool *)answer);
  }
  use_names("ignore_threads=ui");
  ASSERT(is_checked("io"));
  PASS();
}

static void use_in_child(void *options) { use_names(options); }

static const char *warning_for(const char *options) {
  static struct bsan_child_result result;
  result = bsan_unit_run_child(use_in_child, (void *)options);
  return result.stderr_text;
}

TEST names_that_no_thread_can_have_are_told(void) {
  ASSERT_STR_EQ("BlockSanitizer: WARNING: loop_threads: no thread can be named "
                "'connection-worker': expected at most 15 characters\n",
                warning_for("loop_threads=ui,connection-worker"));
  ASSERT_STR_EQ("", warning_for("ignore_threads=connection-*-wor"));
  ASSERT(
      strstr(warning_for("ignore_threads=connection-*-worker"),
             "ignore_threads: no thread can be named 'connection-*-worker'"));
  ASSERT_STR_EQ("", warning_for("loop_threads=fifteen-letters"));
  PASS();
}

BSAN_UNIT_SUITE(LoopNames, BSAN_UNIT(without_flags_every_loop_is_checked),
                BSAN_UNIT(loop_threads_names_what_is_checked),
                BSAN_UNIT(ignore_threads_names_what_is_not),
                BSAN_UNIT(ignored_wins),
                BSAN_UNIT(blanks_around_names_do_not_count),
                BSAN_UNIT(a_new_name_counts_from_the_next_stretch),
                BSAN_UNIT(enabling_does_not_open_an_excluded_thread),
                BSAN_UNIT(an_excluded_loop_is_accounted_all_the_same),
                BSAN_UNIT(the_next_thread_of_the_name_is_asked_again),
                BSAN_UNIT(names_that_no_thread_can_have_are_told));
