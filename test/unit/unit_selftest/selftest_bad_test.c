//===-- selftest_bad_test.c - Tests that fail by an assertion -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each fails in its own way on purpose; check_runner.py expects the message.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <signal.h>

TEST fails(void) {
  ASSERT_EQ(1 + 1, 3);
  PASS();
}

TEST shows_both_values(void) {
  ASSERT_EQ_FMT(4, 5, "%d");
  PASS();
}

TEST shows_both_strings(void) {
  ASSERT_STR_EQ("left", "right");
  PASS();
}

// The message is on the stack and gone when the test has returned.
TEST has_a_message_of_its_own(void) {
  char message[32];
  snprintf(message, sizeof(message), "number %d", 42);
  FAILm(message);
}

TEST has_odd_characters(void) {
  FAILm("<a & 'b'> \"c\" ]]> \x01 \t \\ \xc3\xa9 \xff \xe2\x82 "
        "\xed\xa0\x80 \xe0\x80\x80 \xef\xbf\xbf\nsecond line");
}

static greatest_test_res check_small(int number) {
  ASSERTm("not small", number < 10);
  PASS();
}

TEST ignores_its_helper(void) {
  check_small(11);
  ASSERT(true);
  PASS();
}

static void check_small_or_jump(int number) {
  ASSERT_OR_LONGJMPm("jumped out", number < 10);
}

TEST jumps_out(void) {
  check_small_or_jump(12);
  PASS();
}

TEST asserts_nothing(void) { PASS(); }

static void say_and_return(void *unused) {
  (void)unused;
  fprintf(stderr, "what the child said\n");
}

TEST expects_another_end(void) {
  ASSERT_CHILD_EXITS(44, "BlockSanitizer", say_and_return, NULL);
  PASS();
}

TEST expects_a_signal(void) {
  ASSERT_CHILD_KILLED(SIGSEGV, NULL, say_and_return, NULL);
  PASS();
}

BSAN_UNIT_SUITE(Bad, BSAN_UNIT(fails), BSAN_UNIT(shows_both_values),
                BSAN_UNIT(shows_both_strings),
                BSAN_UNIT(has_a_message_of_its_own),
                BSAN_UNIT(has_odd_characters), BSAN_UNIT(ignores_its_helper),
                BSAN_UNIT(jumps_out), BSAN_UNIT(asserts_nothing),
                BSAN_UNIT(expects_another_end), BSAN_UNIT(expects_a_signal));
