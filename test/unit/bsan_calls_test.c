//===-- bsan_calls_test.c - Unit tests of bsan_calls.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The flag `checks`, and what must hold for every row of the table of calls.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <string.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "intercept/bsan_wrap.h"

static void read_checks(const char *checks) {
  bsan_flags.checks = checks;
  bsan_calls_init();
}

static int count_enabled(void) {
  int count = 0;
  for (int call = 0; call < BSAN_CALL_COUNT; call++)
    count += bsan_calls_enabled[call];
  return count;
}

static int count_class(unsigned cls) {
  int count = 0;
  for (int call = 0; call < BSAN_CALL_COUNT; call++)
    count += bsan_calls[call].cls == cls;
  return count;
}

TEST everything_is_checked_by_default(void) {
  read_checks("");
  ASSERT_EQ(BSAN_CALL_COUNT, count_enabled());
  read_checks("all");
  ASSERT_EQ(BSAN_CALL_COUNT, count_enabled());
  PASS();
}

TEST a_class_checks_its_calls_alone(void) {
  read_checks("dns");
  ASSERT(bsan_calls_enabled[BSAN_CALL_getaddrinfo]);
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_read]);
  ASSERT_EQ(count_class(BSAN_CLASS_DNS), count_enabled());
  PASS();
}

TEST a_call_checks_all_its_symbols(void) {
  read_checks("read");
  ASSERT(bsan_calls_enabled[BSAN_CALL_read]);
  ASSERT(bsan_calls_enabled[BSAN_CALL___read]);
  ASSERT(bsan_calls_enabled[BSAN_CALL___read_chk]);
  ASSERT_EQ(3, count_enabled());
  PASS();
}

TEST a_minus_first_takes_away_from_all(void) {
  read_checks("-sleep,-dns");
  int left = BSAN_CALL_COUNT - count_class(BSAN_CLASS_DNS);
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_nanosleep]);
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_getaddrinfo]);
  ASSERT(bsan_calls_enabled[BSAN_CALL_read]);
  ASSERT_EQ(left - count_class(BSAN_CLASS_SLEEP), count_enabled());
  PASS();
}

TEST items_apply_in_their_order(void) {
  read_checks("file,-open");
  ASSERT(bsan_calls_enabled[BSAN_CALL_read]);
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_open]);
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL___open64_2]);
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_nanosleep]);
  read_checks("-file,+open");
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_read]);
  ASSERT(bsan_calls_enabled[BSAN_CALL_open]);
  ASSERT(bsan_calls_enabled[BSAN_CALL_nanosleep]);
  read_checks("-all,dns");
  ASSERT_EQ(count_class(BSAN_CLASS_DNS), count_enabled());
  PASS();
}

TEST blanks_and_empty_items_mean_nothing(void) {
  read_checks(" dns ,, \t");
  ASSERT_EQ(count_class(BSAN_CLASS_DNS), count_enabled());
  read_checks("-");
  ASSERT_EQ(BSAN_CALL_COUNT, count_enabled());
  PASS();
}

// Else nothing at all would be checked, without a word.
TEST a_minus_is_first_behind_blanks_and_empty_items(void) {
  int all_but_dns = BSAN_CALL_COUNT - count_class(BSAN_CLASS_DNS);
  read_checks(" -dns");
  ASSERT_EQ_FMT(all_but_dns, count_enabled(), "%d");
  read_checks(",-dns");
  ASSERT_EQ_FMT(all_but_dns, count_enabled(), "%d");
  PASS();
}

TEST functions_of_the_program_are_a_class(void) {
  read_checks("-user");
  ASSERT_FALSE(bsan_calls_enabled[BSAN_CALL_USER]);
  ASSERT_EQ(BSAN_CALL_COUNT - 1, count_enabled());
  PASS();
}

static void read_unknown(void *unused) {
  (void)unused;
  read_checks("dns,slep,-gethostbynam");
  fprintf(stderr, "%d", count_enabled() - count_class(BSAN_CLASS_DNS));
}

TEST unknown_words_are_named(void) {
  struct bsan_child_result result = bsan_unit_run_child(read_unknown, NULL);
  ASSERT_STR_EQ(
      "BlockSanitizer: WARNING: checks: 'slep' is neither a class nor a "
      "function that is checked; ignored\n"
      "BlockSanitizer: WARNING: checks: 'gethostbynam' is neither a class nor "
      "a function that is checked; ignored\n0",
      result.stderr_text);
  PASS();
}

TEST knows_public_names_only(void) {
  ASSERT(bsan_calls_enable(bsan_span_of("read"), true));
  ASSERT(bsan_calls_enable(bsan_span_of("getaddrinfo"), true));
  ASSERT(bsan_calls_enable(bsan_span_of("dns"), true));
  ASSERT(bsan_calls_enable(bsan_span_of("all"), true));
  ASSERT_FALSE(bsan_calls_enable(bsan_span_of("__read_chk"), true));
  ASSERT_FALSE(bsan_calls_enable(bsan_span_of("rea"), true));
  PASS();
}

TEST symbols_are_unique(void) {
  for (int a = 1; a < BSAN_CALL_COUNT; a++)
    for (int b = a + 1; b < BSAN_CALL_COUNT; b++)
      ASSERTm(bsan_calls[a].symbol,
              strcmp(bsan_calls[a].symbol, bsan_calls[b].symbol) != 0);
  PASS();
}

// A name that is a class too would be ambiguous in `checks` and suppressions.
TEST no_call_is_named_like_a_class_of_others(void) {
  for (int call = 1; call < BSAN_CALL_COUNT; call++)
    for (unsigned cls = 0; cls < BSAN_CLASS_COUNT; cls++)
      if (strcmp(bsan_calls[call].name, bsan_classes[cls].word) == 0)
        ASSERT_EQ_FMTm(bsan_calls[call].name, cls,
                       (unsigned)bsan_calls[call].cls, "%u");
  PASS();
}

TEST every_call_has_its_own_wrapper(void) {
  for (int call = 1; call < BSAN_CALL_COUNT; call++) {
    if (!bsan_bindings[call].real)
      continue; // A system call that has no function.
    ASSERT_STR_EQ(bsan_calls[call].symbol, bsan_bindings[call].symbol);
    ASSERT(bsan_bindings[call].wrapper);
    ASSERTm(bsan_calls[call].symbol, bsan_resolve_address((unsigned)call) !=
                                         bsan_bindings[call].wrapper);
  }
  PASS();
}

BSAN_UNIT_SUITE(Calls, BSAN_UNIT(everything_is_checked_by_default),
                BSAN_UNIT(a_class_checks_its_calls_alone),
                BSAN_UNIT(a_call_checks_all_its_symbols),
                BSAN_UNIT(a_minus_first_takes_away_from_all),
                BSAN_UNIT(items_apply_in_their_order),
                BSAN_UNIT(blanks_and_empty_items_mean_nothing),
                BSAN_UNIT(a_minus_is_first_behind_blanks_and_empty_items),
                BSAN_UNIT(functions_of_the_program_are_a_class),
                BSAN_UNIT(unknown_words_are_named),
                BSAN_UNIT(knows_public_names_only),
                BSAN_UNIT(symbols_are_unique),
                BSAN_UNIT(no_call_is_named_like_a_class_of_others),
                BSAN_UNIT(every_call_has_its_own_wrapper));
