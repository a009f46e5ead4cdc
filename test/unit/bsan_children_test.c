//===-- bsan_children_test.c - Unit tests of bsan_children.c --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What bsan run leaves in the environment is faked; the environment that
// children get is this process's own.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bsan_children.h"
#include "bsan_unit_fakes.h"
#include "platform/bsan_platform.h"

static char own_pid[24], found_path[] = "/tmp/bsan-unit.XXXXXX";

// As after `bsan run`, or with FAILS after `bsan run --fail`, in the program.
static void start_run(bool fails) {
  snprintf(own_pid, sizeof(own_pid), "%d", (int)getpid());
  bsan_unit_fakes.run_pid = own_pid;
  if (fails) {
    close(mkstemp(found_path));
    unlink(found_path);
    bsan_unit_fakes.run_found = found_path;
  }
  bsan_children_init();
}

// The same in one of the program's children.
static void start_run_in_child(bool fails) {
  start_run(fails);
  bsan_unit_fakes.run_pid = "1";
  bsan_children_init();
}

TEST without_bsan_run_every_process_is_the_program(void) {
  bsan_children_init();
  ASSERT(bsan_children_is_program());
  ASSERT_FALSE(bsan_children_is_failing());
  bsan_children_note_found();
  ASSERT_FALSE(bsan_children_take_found());
  PASS();
}

TEST the_program_is_known_by_its_number(void) {
  start_run(false);
  ASSERT(bsan_children_is_program());
  start_run_in_child(false);
  ASSERT_FALSE(bsan_children_is_program());
  ASSERT_FALSE(bsan_children_is_failing());
  PASS();
}

TEST without_fail_nothing_is_noted(void) {
  start_run_in_child(false);
  bsan_unit_fakes.run_found = NULL;
  bsan_children_note_found();
  ASSERT_FALSE(bsan_children_take_found());
  PASS();
}

TEST the_program_notes_nothing_for_itself(void) {
  start_run(true);
  bsan_children_note_found();
  ASSERT_EQ(-1, access(found_path, F_OK));
  ASSERT_FALSE(bsan_children_take_found());
  PASS();
}

TEST what_a_child_notes_is_taken_once(void) {
  start_run_in_child(true);
  ASSERT(bsan_children_is_failing());
  ASSERT_FALSE(bsan_children_take_found());
  bsan_children_note_found();
  bsan_children_note_found();
  ASSERT_EQ(0, access(found_path, F_OK));
  ASSERT(bsan_children_take_found());
  ASSERT_EQ(-1, access(found_path, F_OK));
  ASSERT_FALSE(bsan_children_take_found());
  PASS();
}

static void note_what_is_noted(void *unused) {
  (void)unused;
  start_run_in_child(true);
  bsan_platform_create_file(found_path);
  bsan_children_note_found();
  unlink(found_path);
}

static void note_nowhere(void *unused) {
  (void)unused;
  start_run_in_child(true);
  bsan_unit_fakes.run_found = "/nowhere/found";
  bsan_children_init();
  bsan_children_note_found();
}

TEST only_a_note_that_cannot_be_made_is_told(void) {
  struct bsan_child_result result;
  result = bsan_unit_run_child(note_what_is_noted, NULL);
  ASSERT_STR_EQ("", result.stderr_text);
  result = bsan_unit_run_child(note_nowhere, NULL);
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text,
                               "WARNING: cannot make '/nowhere/found' (error "
                               "2): "));
  PASS();
}

//===-- LD_PRELOAD --------------------------------------------------------===//

static const char *remove_ours(const char *value) {
  static char copy[128];
  strcpy(copy, value);
  bsan_children_remove_preload(copy, "ours.so");
  return copy;
}

TEST only_our_entries_are_removed(void) {
  ASSERT_STR_EQ("", remove_ours(""));
  ASSERT_STR_EQ("", remove_ours("ours.so"));
  ASSERT_STR_EQ("", remove_ours("/a/ours.so"));
  ASSERT_STR_EQ("", remove_ours("ours.so:/a/ours.so"));
  ASSERT_STR_EQ("b.so", remove_ours("/a/ours.so:b.so"));
  ASSERT_STR_EQ("b.so", remove_ours("b.so:/a/ours.so"));
  ASSERT_STR_EQ("/b.so:c.so", remove_ours("/b.so:ours.so:c.so"));
  ASSERT_STR_EQ("/ours.so/b.so:c.so", remove_ours("/ours.so/b.so:c.so"));
  ASSERT_STR_EQ("yours.so:ours.so.1", remove_ours("yours.so:ours.so.1"));
  PASS();
}

TEST entries_are_separated_by_blanks_too(void) {
  ASSERT_STR_EQ("b.so:c.so", remove_ours("/a/ours.so b.so c.so"));
  ASSERT_STR_EQ("b.so", remove_ours(" : b.so:: "));
  PASS();
}

// The test's own program has the runtime in it.
static void stop_following(const char *preload) {
  static char variable[128];
  static char *variables[4];
  char *const initial[] = {"A=1", variable, "LD_PRELOADED=2", NULL};
  memcpy(variables, initial, sizeof(initial));
  snprintf(variable, sizeof(variable), "LD_PRELOAD=%s", preload);
  environ = variables;
  bsan_unit_use_flags("follow_children=0");
  bsan_children_init();
}

TEST children_are_not_followed_when_told(void) {
  stop_following("libm.so.6:/any/bsan-unit");
  ASSERT_STR_EQ("libm.so.6", getenv("LD_PRELOAD"));
  ASSERT_STR_EQ("2", getenv("LD_PRELOADED"));
  stop_following("/any/bsan-unit");
  ASSERT_EQ(NULL, getenv("LD_PRELOAD"));
  ASSERT_STR_EQ("A=1", environ[0]);
  ASSERT_STR_EQ("LD_PRELOADED=2", environ[1]);
  ASSERT_EQ(NULL, environ[2]);
  PASS();
}

TEST children_are_followed_by_default(void) {
  setenv("LD_PRELOAD", "/any/bsan-unit", 1);
  bsan_unit_use_flags("");
  bsan_children_init();
  ASSERT_STR_EQ("/any/bsan-unit", getenv("LD_PRELOAD"));
  PASS();
}

BSAN_UNIT_SUITE(Children,
                BSAN_UNIT(without_bsan_run_every_process_is_the_program),
                BSAN_UNIT(the_program_is_known_by_its_number),
                BSAN_UNIT(without_fail_nothing_is_noted),
                BSAN_UNIT(the_program_notes_nothing_for_itself),
                BSAN_UNIT(what_a_child_notes_is_taken_once),
                BSAN_UNIT(only_a_note_that_cannot_be_made_is_told),
                BSAN_UNIT(only_our_entries_are_removed),
                BSAN_UNIT(entries_are_separated_by_blanks_too),
                BSAN_UNIT(children_are_not_followed_when_told),
                BSAN_UNIT(children_are_followed_by_default));
