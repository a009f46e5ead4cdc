//===-- bsan_unit.h - What a unit-test suite includes ---------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One suite per source file of the runtime: static TEST functions and, at the
// end of the file, BSAN_UNIT_SUITE with a BSAN_UNIT for each. The suite also
// needs its row in bsan_unit_suites.inc. A test left out of the list is an
// unused function and a suite without a row an undeclared name, so neither
// can be forgotten. The assertions are greatest's; every test runs in a
// process of its own, so it may crash, exit and leave its state behind.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_UNIT_H
#define BSAN_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// Takes what greatest prints before a failure ("Expected: ... Got: ...") into
// the failure's message. The stream is there because greatest passes one.
int bsan_unit_log(FILE *stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define GREATEST_FPRINTF bsan_unit_log
#define GREATEST_USE_TIME 0
#include <greatest.h>

// Note a failure or a skip. The message, which may be NULL or on the stack, is
// copied. A noted failure counts even when the test goes on to return PASS(),
// as when it ignores the result of a helper.
void bsan_unit_fail(const char *file, unsigned line, const char *message);
void bsan_unit_skip(const char *file, unsigned line, const char *message);

// greatest keeps only the message's address and reads it after the test
// returned, when a message on the stack is gone, and knows no place of a skip.
// Its assertions all end in these three, so the place of failure is caught
// here, which is also where a debugger has to stop.
#undef GREATEST_FAILm
#define GREATEST_FAILm(MSG)                                                    \
  do {                                                                         \
    bsan_unit_fail(__FILE__, __LINE__, MSG);                                   \
    return GREATEST_TEST_RES_FAIL;                                             \
  } while (0)
#undef GREATEST_FAIL_WITH_LONGJMPm
#define GREATEST_FAIL_WITH_LONGJMPm(MSG)                                       \
  do {                                                                         \
    bsan_unit_fail(__FILE__, __LINE__, MSG);                                   \
    longjmp(greatest_info.jump_dest, GREATEST_TEST_RES_FAIL);                  \
  } while (0)
#undef GREATEST_SKIPm
#define GREATEST_SKIPm(MSG)                                                    \
  do {                                                                         \
    bsan_unit_skip(__FILE__, __LINE__, MSG);                                   \
    return GREATEST_TEST_RES_SKIP;                                             \
  } while (0)

// The only assertion that greatest does not count. The runner fails a test that
// made none.
#undef ASSERT_ENUM_EQm
#define ASSERT_ENUM_EQm(MSG, EXP, GOT, ENUM_STR)                               \
  do {                                                                         \
    greatest_info.assertions++;                                                \
    GREATEST_ASSERT_ENUM_EQm(MSG, EXP, GOT, ENUM_STR);                         \
  } while (0)
#undef ASSERT_ENUM_EQ
#define ASSERT_ENUM_EQ(EXP, GOT, ENUM_STR)                                     \
  ASSERT_ENUM_EQm(#EXP " != " #GOT, EXP, GOT, ENUM_STR)

//===-- Suites ------------------------------------------------------------===//

struct bsan_unit_test {
  const char *name;
  greatest_test_res (*run)(void);
  const char *file;
  unsigned line;
};

struct bsan_unit_suite {
  const char *name;
  const struct bsan_unit_test *tests;
  size_t test_count;
};

// Another executable, such as the runner's self test, brings its own table.
#ifndef BSAN_UNIT_SUITES_INC
#  define BSAN_UNIT_SUITES_INC "bsan_unit_suites.inc"
#endif

#define BSAN_UNIT_SUITE_ROW(NAME, FILE)                                        \
  extern const struct bsan_unit_suite bsan_unit_suite_##NAME;
#include BSAN_UNIT_SUITES_INC
#undef BSAN_UNIT_SUITE_ROW

// One test of a suite. A name that begins with DISABLED_ is compiled and
// listed, but run only with --gtest_also_run_disabled_tests.
#define BSAN_UNIT(TEST)                                                        \
  { #TEST, TEST, __FILE__, __LINE__ }

// The suite of this file: its name, then a BSAN_UNIT for each test. Compiles
// only when the suite has a row, because the row is what declares it.
#define BSAN_UNIT_SUITE(NAME, ...)                                             \
  static const struct bsan_unit_test bsan_unit_tests_##NAME[] = {__VA_ARGS__}; \
  static const struct bsan_unit_suite *const bsan_unit_has_row_##NAME          \
      __attribute__((unused)) = &bsan_unit_suite_##NAME;                       \
  const struct bsan_unit_suite bsan_unit_suite_##NAME = {                      \
      #NAME, bsan_unit_tests_##NAME,                                           \
      sizeof(bsan_unit_tests_##NAME) / sizeof(bsan_unit_tests_##NAME[0])}

//===-- Children ----------------------------------------------------------===//

// How a function ended that ran in a child process.
struct bsan_child_result {
  int exit_code; // 0 when the function returned; -1 when a signal ended it
  int signal;    // 0 when it exited
  bool truncated;
  char stderr_text[8192]; // the first bytes it wrote there, always terminated
};

// Runs fn(arg) in a child and waits for it. What the child wrote to stderr is
// in the result instead of on stderr; its stdout is the test's. Returning from
// fn is exit(0), exit handlers included. There is no time limit but the test's.
struct bsan_child_result bsan_unit_run_child(void (*fn)(void *), void *arg);

// NULL when the child ended as expected and its stderr contains the text, else
// a description of the difference, valid until the next call. Expects the
// signal when it is not 0, else the exit code. "" asks for nothing on stderr,
// NULL for anything.
const char *bsan_unit_child_mismatch(const struct bsan_child_result *result,
                                     int exit_code, int signal,
                                     const char *stderr_substring);

// fn(arg), in a child, exits with CODE and writes TEXT to stderr.
#define ASSERT_CHILD_EXITS(CODE, TEXT, FN, ARG)                                \
  BSAN_UNIT_ASSERT_CHILD(CODE, 0, TEXT, FN, ARG)

// fn(arg), in a child, dies by signal SIGNAL and writes TEXT to stderr.
#define ASSERT_CHILD_KILLED(SIGNAL, TEXT, FN, ARG)                             \
  BSAN_UNIT_ASSERT_CHILD(-1, SIGNAL, TEXT, FN, ARG)

#define BSAN_UNIT_ASSERT_CHILD(CODE, SIGNAL, TEXT, FN, ARG)                    \
  do {                                                                         \
    struct bsan_child_result bsan_unit_result = bsan_unit_run_child(FN, ARG);  \
    const char *bsan_unit_mismatch =                                           \
        bsan_unit_child_mismatch(&bsan_unit_result, CODE, SIGNAL, TEXT);       \
    ASSERTm(bsan_unit_mismatch, bsan_unit_mismatch == NULL);                   \
  } while (0)

#endif // BSAN_UNIT_H
