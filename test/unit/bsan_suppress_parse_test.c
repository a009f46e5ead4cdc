//===-- bsan_suppress_parse_test.c - Unit tests of bsan_suppress_parse.c --===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A line that is not understood ends the program, so each is read in a child.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "suppress/bsan_suppress_parse.h"

static void read_lines(void *lines) { bsan_unit_use_suppressions(lines); }

// LINES are refused with MESSAGE behind the place.
static greatest_test_res check_refused(const char *lines, const char *message) {
  struct bsan_child_result result =
      bsan_unit_run_child(read_lines, (void *)lines);
  const char *mismatch = bsan_unit_child_mismatch(&result, 44, 0, message);
  ASSERTm(mismatch, !mismatch);
  ASSERT(strstr(result.stderr_text,
                "Expected blocking:FILE:FUNCTION, CLASS:FILE:FUNCTION, "
                "CALL:FILE:FUNCTION, stall:FILE:FUNCTION or "
                "called_from_lib:FILE, where CLASS is one of sleep file sync "
                "path stdio socket pipe dns lock process ipc signal input log "
                "loader tls db poll user\n"));
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text, "ERROR"));
  PASS();
}

#define PROGRAMS "BlockSanitizer: ERROR: __bsan_default_suppressions():"

TEST unknown_types_are_refused(void) {
  CHECK_CALL(check_refused("slep:a.c:f", PROGRAMS
                           "1: unknown suppression type: 'slep:a.c:f'\n"));
  CHECK_CALL(check_refused("Dns:f", "unknown suppression type: 'Dns:f'\n"));
  CHECK_CALL(check_refused(":f", "unknown suppression type: ':f'\n"));
  CHECK_CALL(check_refused("__read_chk:f", "unknown suppression type"));
  PASS();
}

TEST lines_that_are_too_short_are_refused(void) {
  CHECK_CALL(check_refused("dns", "1: there is no ':' in the line: 'dns'\n"));
  CHECK_CALL(
      check_refused("dns:", "1: there is nothing behind the ':': 'dns:'\n"));
  PASS();
}

TEST the_number_of_the_line_is_told(void) {
  CHECK_CALL(check_refused("# comment\n\n \t\r\ndns:f\n  slep:f  \ndns:g",
                           PROGRAMS "5: unknown suppression type: 'slep:f'\n"));
  PASS();
}

// A line that fills LINE, with its end.
static void fill_line(char *line, size_t size) {
  memset(line, 'x', size - 1);
  line[size - 1] = 0;
  for (size_t i = 0; i < 4; i++)
    line[i] = "dns:"[i];
}

TEST long_lines_are_refused_and_cut_in_the_message(void) {
  static char line[5000];
  fill_line(line, sizeof(line));
  CHECK_CALL(check_refused(line,
                           "1: the line is longer than 4096 bytes: "
                           "'dns:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'...\n"));
  PASS();
}

TEST all_kinds_of_lines_are_accepted(void) {
  ASSERT_CHILD_EXITS(0, NULL, read_lines,
                     "blocking:a.c:f\nblocking:f\ndns:*:f\ngetaddrinfo:a.c:f\n"
                     "called_from_lib:libfoo.so*\nuser:f\r\n  #x\n\tread:f");
  PASS();
}

static void read_longest_line(void *unused) {
  static char line[4097];
  (void)unused;
  fill_line(line, sizeof(line));
  read_lines(line);
}

TEST the_longest_line_is_accepted(void) {
  ASSERT_CHILD_EXITS(0, NULL, read_longest_line, NULL);
  PASS();
}

//===-- Files -------------------------------------------------------------===//

static char path[256];

// Writes TEXT of SIZE bytes to a file that `path` then names.
static bool write_file(const char *text, size_t size) {
  snprintf(path, sizeof(path), "/tmp/bsan-unit-XXXXXX");
  int fd = mkstemp(path);
  bool is_written = fd >= 0 && write(fd, text, size) == (ssize_t)size;
  close(fd);
  return is_written;
}

static void read_file(void *name) {
  bsan_flags.suppressions = name;
  bsan_unit_use_suppressions("sleep:first");
}

static greatest_test_res check_file_refused(const char *text, size_t size,
                                            const char *message) {
  ASSERT(write_file(text, size));
  struct bsan_child_result result = bsan_unit_run_child(read_file, path);
  unlink(path);
  char expected[512];
  snprintf(expected, sizeof(expected), "ERROR: %s:%s", path, message);
  const char *mismatch = bsan_unit_child_mismatch(&result, 44, 0, expected);
  ASSERTm(mismatch, !mismatch);
  PASS();
}

TEST the_file_is_named(void) {
  CHECK_CALL(check_file_refused("dns:f\nx:y\n", 10,
                                "2: unknown suppression type: 'x:y'\n"));
  CHECK_CALL(check_file_refused("dns:f\ndns:\0g\n", 13,
                                "2: there is a 0 byte in the line: 'dns:"));
  PASS();
}

TEST a_file_of_suppressions_is_read(void) {
  const char *text = "dns:from_file\nread:last_line";
  ASSERT(write_file(text, strlen(text)));
  struct bsan_child_result result = bsan_unit_run_child(read_file, path);
  unlink(path);
  ASSERT_EQ(0, result.exit_code);
  // At the end all three are named as never used, in their order.
  ASSERT_STR_EQ("Suppression never used: sleep:first\n"
                "Suppression never used: dns:from_file\n"
                "Suppression never used: read:last_line\n",
                result.stderr_text);
  PASS();
}

TEST an_empty_file_is_no_mistake(void) {
  ASSERT(write_file("", 0));
  struct bsan_child_result result = bsan_unit_run_child(read_file, path);
  unlink(path);
  const char *mismatch = bsan_unit_child_mismatch(&result, 0, 0, NULL);
  ASSERTm(mismatch, !mismatch);
  PASS();
}

TEST a_file_that_cannot_be_read_is_named(void) {
  ASSERT_CHILD_EXITS(44,
                     "BlockSanitizer: ERROR: cannot read the suppressions file "
                     "'/nonexistent/x.supp'\n",
                     read_file, "/nonexistent/x.supp");
  ASSERT_CHILD_EXITS(44, "cannot read the suppressions file 'nonexistent.supp'",
                     read_file, "nonexistent.supp");
  ASSERT_CHILD_EXITS(44, "cannot read the suppressions file '/tmp'", read_file,
                     "/tmp");
  PASS();
}

TEST a_relative_file_may_stand_beside_the_program(void) {
  char beside[512];
  ssize_t length = readlink("/proc/self/exe", beside, sizeof(beside) - 32);
  ASSERT(length > 0);
  beside[length] = 0;
  snprintf(strrchr(beside, '/') + 1, 32, "bsan-unit-beside.supp");
  FILE *file = fopen(beside, "w");
  if (!file)
    SKIPm("the folder of the program cannot be written");
  fputs("dns:beside\n", file);
  fclose(file);
  ASSERT_EQ(0, chdir("/"));
  struct bsan_child_result result =
      bsan_unit_run_child(read_file, "bsan-unit-beside.supp");
  unlink(beside);
  const char *mismatch =
      bsan_unit_child_mismatch(&result, 0, 0, "never used: dns:beside\n");
  ASSERTm(mismatch, !mismatch);
  PASS();
}

//===-- Taking apart ------------------------------------------------------===//

static greatest_test_res check_pattern(const char *type, const char *text,
                                       const char *word, const char *file,
                                       const char *function) {
  struct bsan_pattern pattern = bsan_suppress_pattern(type, text);
  ASSERTm(text, bsan_span_equals(pattern.word, word));
  ASSERTm(text, bsan_span_equals(pattern.file, file));
  ASSERTm(text, bsan_span_equals(pattern.function, function));
  ASSERT_STR_EQ(text, pattern.text);
  PASS();
}

TEST patterns_are_taken_apart(void) {
  CHECK_CALL(check_pattern("blocking", "a.c:f", "", "a.c", "f"));
  CHECK_CALL(check_pattern("blocking", "f", "", "*", "f"));
  CHECK_CALL(check_pattern("class", "dns:a.c:f", "dns", "a.c", "f"));
  CHECK_CALL(check_pattern("class", "dns:f", "dns", "*", "f"));
  CHECK_CALL(check_pattern("call", "read:*:f", "read", "*", "f"));
  CHECK_CALL(check_pattern("called_from_lib", "a:b", "", "a:b", ""));
  CHECK_CALL(check_pattern("stall", "a.c:f", "", "a.c", "f"));
  CHECK_CALL(check_pattern("stall", "f", "", "*", "f"));
  PASS();
}

TEST two_colons_belong_to_a_name(void) {
  CHECK_CALL(check_pattern("blocking", "ns::f", "", "*", "ns::f"));
  CHECK_CALL(check_pattern("blocking", "a.cc:ns::f", "", "a.cc", "ns::f"));
  CHECK_CALL(check_pattern("class", "dns:ns::f", "dns", "*", "ns::f"));
  CHECK_CALL(
      check_pattern("class", "dns:*:ns::f(int)", "dns", "*", "ns::f(int)"));
  PASS();
}

BSAN_UNIT_SUITE(SuppressParse, BSAN_UNIT(unknown_types_are_refused),
                BSAN_UNIT(lines_that_are_too_short_are_refused),
                BSAN_UNIT(the_number_of_the_line_is_told),
                BSAN_UNIT(long_lines_are_refused_and_cut_in_the_message),
                BSAN_UNIT(all_kinds_of_lines_are_accepted),
                BSAN_UNIT(the_longest_line_is_accepted),
                BSAN_UNIT(the_file_is_named),
                BSAN_UNIT(a_file_of_suppressions_is_read),
                BSAN_UNIT(an_empty_file_is_no_mistake),
                BSAN_UNIT(a_file_that_cannot_be_read_is_named),
                BSAN_UNIT(a_relative_file_may_stand_beside_the_program),
                BSAN_UNIT(patterns_are_taken_apart),
                BSAN_UNIT(two_colons_belong_to_a_name));
