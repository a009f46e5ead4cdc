//===-- bsan_flags_test.c - Unit tests of bsan_flags.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is not understood must be said, and must change nothing: not the flag's
// value, and not whether the program runs. The flags are read in children,
// whose stderr holds the warnings, and behind them the values in one line.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"

#define DEFAULTS "VALUES 1 [] [potential] 1000 1 [] 1 0 0 [epoll] 0 0\n"

// And ends the child, without the statistics that a test may have asked for.
static void print_values(void) {
  const struct bsan_flags *f = &bsan_flags;
  fprintf(stderr, "VALUES %d [%s] [%s] %d %d [%s] %d %d %d [%s] %d %d\n",
          f->enabled, f->checks, f->report, f->min_block_us, f->halt_on_error,
          f->suppressions, f->suppress_equal_stacks, f->max_reports,
          f->print_stats_on_exit, f->auto_loop, f->memory_files,
          f->std_streams);
  fflush(stderr);
  bsan_flags.print_stats_on_exit = false;
  _exit(0);
}

static void read_options(void *options) {
  bsan_unit_use_flags(options);
  print_values();
}

// Reads OPTIONS in a child, which must print WARNING and then have VALUES.
// Without a warning, it must print nothing else.
static greatest_test_res check(const char *options, const char *warning,
                               const char *values) {
  struct bsan_child_result result =
      bsan_unit_run_child(read_options, (void *)options);
  const char *mismatch =
      bsan_unit_child_mismatch(&result, 0, 0, warning ? warning : values);
  ASSERTm(mismatch, !mismatch);
  mismatch = bsan_unit_child_mismatch(&result, 0, 0, values);
  ASSERTm(mismatch, !mismatch);
  if (!warning)
    ASSERT_STR_EQ(values, result.stderr_text);
  PASS();
}

TEST defaults_are_those_of_the_table(void) {
  CHECK_CALL(check("", NULL, DEFAULTS));
  CHECK_CALL(check(" :,\n\t\r ", NULL, DEFAULTS));
  PASS();
}

TEST reads_values_of_every_type(void) {
  CHECK_CALL(check(
      "enabled=0:checks=dns:report=actual:min_block_us=5:halt_on_error=no:"
      "suppressions=a/b.supp:suppress_equal_stacks=false:max_reports=7:"
      "print_stats_on_exit=yes:auto_loop=all:memory_files=true:std_streams=1",
      NULL, "VALUES 0 [dns] [actual] 5 0 [a/b.supp] 0 7 1 [all] 1 1\n"));
  PASS();
}

TEST items_may_be_separated_by_blanks_and_commas(void) {
  CHECK_CALL(
      check("\nenabled=0 max_reports=2,min_block_us=3\tmemory_files=1\r\n"
            "std_streams=1::halt_on_error=0:",
            NULL, "VALUES 0 [] [potential] 3 0 [] 1 2 0 [epoll] 1 1\n"));
  PASS();
}

TEST the_last_value_wins(void) {
  CHECK_CALL(check("max_reports=1:max_reports=2", NULL,
                   "VALUES 1 [] [potential] 1000 1 [] 1 2 0 [epoll] 0 0\n"));
  PASS();
}

TEST a_list_goes_on_after_a_comma(void) {
  CHECK_CALL(check("checks=-stat,-file:max_reports=5", NULL,
                   "VALUES 1 [-stat,-file] [potential] 1000 1 [] 1 5 0 "
                   "[epoll] 0 0\n"));
  CHECK_CALL(check("checks=dns,sleep,max_reports=5,enabled=0", NULL,
                   "VALUES 0 [dns,sleep] [potential] 1000 1 [] 1 5 0 [epoll] "
                   "0 0\n"));
  PASS();
}

TEST quoted_values_may_hold_separators(void) {
  CHECK_CALL(check("suppressions='/a b:c,d':max_reports=5", NULL,
                   "VALUES 1 [] [potential] 1000 1 [/a b:c,d] 1 5 0 [epoll] 0 "
                   "0\n"));
  CHECK_CALL(check("checks=\"dns,sleep\" suppressions=\"it's\"", NULL,
                   "VALUES 1 [dns,sleep] [potential] 1000 1 [it's] 1 0 0 "
                   "[epoll] 0 0\n"));
  CHECK_CALL(check("suppressions=it's", NULL,
                   "VALUES 1 [] [potential] 1000 1 [it's] 1 0 0 [epoll] 0 "
                   "0\n"));
  PASS();
}

TEST a_word_alone_is_reported(void) {
  CHECK_CALL(check("halt:max_reports=5",
                   "WARNING: BSAN_OPTIONS: expected name=value, got 'halt'",
                   "VALUES 1 [] [potential] 1000 1 [] 1 5 0 [epoll] 0 0\n"));
  CHECK_CALL(check("=5", "expected name=value, got '=5'", DEFAULTS));
  CHECK_CALL(check("a,b", "expected name=value, got 'a,b'", DEFAULTS));
  PASS();
}

TEST an_open_quote_is_reported(void) {
  CHECK_CALL(check("max_reports=5:suppressions='a b",
                   "WARNING: BSAN_OPTIONS: a quote is not closed in "
                   "'suppressions='a b'",
                   "VALUES 1 [] [potential] 1000 1 [] 1 5 0 [epoll] 0 0\n"));
  PASS();
}

TEST a_value_of_the_wrong_type_is_reported(void) {
  CHECK_CALL(check("min_block_us=soon:enabled=0",
                   "'soon' is no value for min_block_us: keeping 1000",
                   "VALUES 0 [] [potential] 1000 1 [] 1 0 0 [epoll] 0 0\n"));
  CHECK_CALL(check("halt_on_error=2",
                   "'2' is no value for halt_on_error: keeping true",
                   DEFAULTS));
  CHECK_CALL(check("report=always",
                   "'always' is no value for report: expected potential or "
                   "actual; keeping potential",
                   DEFAULTS));
  CHECK_CALL(check("auto_loop=off",
                   "'off' is no value for auto_loop: expected epoll, all, "
                   "adapters or 0; keeping epoll",
                   DEFAULTS));
  PASS();
}

// Less than nothing would turn off what the flag is for without a word.
TEST a_negative_number_is_reported(void) {
  CHECK_CALL(check("min_block_us=-5", "min_block_us", DEFAULTS));
  CHECK_CALL(check("max_reports=-1", "max_reports", DEFAULTS));
  PASS();
}

TEST a_number_that_is_too_large_is_reported(void) {
  CHECK_CALL(check("max_reports=4294967297", "max_reports", DEFAULTS));
  PASS();
}

TEST an_unknown_name_is_reported(void) {
  CHECK_CALL(check("stall=1:max_reports=5",
                   "WARNING: found 1 unrecognized flag(s):\n    stall\n",
                   "VALUES 1 [] [potential] 1000 1 [] 1 5 0 [epoll] 0 0\n"));
  PASS();
}

TEST many_unknown_names_do_not_end_the_program(void) {
  char options[512] = "";
  for (int i = 0; i < 25; i++) {
    size_t used = strlen(options);
    snprintf(options + used, sizeof(options) - used, "flag_%d=1:", i);
  }
  CHECK_CALL(check(options, "unrecognized flag(s)", DEFAULTS));
  PASS();
}

TEST text_behind_a_closing_quote_does_not_end_the_program(void) {
  CHECK_CALL(check("enabled=0:suppressions='a'b", "BSAN_OPTIONS",
                   "VALUES 0 [] [potential] 1000 1 [] 1 0 0 [epoll] 0 0\n"));
  PASS();
}

TEST a_quote_inside_a_list_does_not_end_the_program(void) {
  CHECK_CALL(check("enabled=0:checks=dns,\"sleep:max_reports=5",
                   "'\"sleep' is neither a class nor a function",
                   "VALUES 0 [dns,\"sleep] [potential] 1000 1 [] 1 5 0 [epoll] "
                   "0 0\n"));
  PASS();
}

TEST a_value_that_is_too_long_is_reported(void) {
  static char options[9000];
  snprintf(options, sizeof(options), "suppressions=%08986d", 0);
  CHECK_CALL(check(options, "a value of 8999 bytes is too long (at most 8189)",
                   DEFAULTS));
  PASS();
}

static void read_both(void *unused) {
  (void)unused;
  bsan_unit_fakes.default_options = "max_reports=1:min_block_us=2:halt=1";
  bsan_unit_use_flags("max_reports=3:loud");
  print_values();
}

TEST the_environment_wins_over_the_program(void) {
  struct bsan_child_result result = bsan_unit_run_child(read_both, NULL);
  ASSERT(strstr(result.stderr_text,
                "VALUES 1 [] [potential] 2 1 [] 1 3 0 [epoll] 0 0\n"));
  ASSERT(strstr(result.stderr_text, "BSAN_OPTIONS: expected name=value, got "
                                    "'loud'"));
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

// The program itself, started with BSAN_OPTIONS in its real environment.
static void start_again(void *options) {
  setenv("BSAN_OPTIONS", options, 1);
  close(STDOUT_FILENO);
  execl("/proc/self/exe", "bsan-unit", "--help", (char *)NULL);
  perror("execl");
  _exit(1);
}

TEST the_real_environment_is_read_at_the_start(void) {
  ASSERT_CHILD_EXITS(0, "'x' is no value for max_reports: keeping 0",
                     start_again, "max_reports=x");
  ASSERT_CHILD_EXITS(0,
                     "functions intercepted, loops by hooks, adapters and "
                     "their wait: all\n",
                     start_again, "verbosity=1:auto_loop=all");
  ASSERT_CHILD_EXITS(0, "", start_again, "");
  PASS();
}

TEST help_lists_every_flag(void) {
  struct bsan_child_result result = bsan_unit_run_child(read_options, "help=1");
  const char *text = result.stderr_text;
#define BSAN_FLAG(type, name, value, description)                              \
  ASSERTm("help=1 does not list " #name, strstr(text, "\t" #name "\n"));
#include "bsan_flags.inc"
#undef BSAN_FLAG
  PASS();
}

//===-- Odd texts ---------------------------------------------------------===//

static char *last_options; // Shared with the child, to be told afterwards.

static unsigned next_random(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

// clang-format off
static const char *const pieces[] = {
    "checks=", "max_reports=", "enabled=", "suppressions=", "log_suffix=",
    "report=", "auto_loop=", "dns", "-sleep", "7", "=", "'", "\"", ":", ",",
    " ", "\n", "\t", "x", "\\", "*", "%s%n", "\xff", "==", "''"};
// clang-format on
enum { PIECE_COUNT = sizeof(pieces) / sizeof(pieces[0]), PAGE_SIZE = 4096 };

static void read_odd_options(void *unused) {
  unsigned state = 44;
  (void)unused;
  for (int i = 0; i < 3000; i++) {
    size_t used = 0;
    last_options[0] = 0;
    for (unsigned n = next_random(&state) % 12; n; n--)
      used += (size_t)snprintf(last_options + used, PAGE_SIZE - used, "%s",
                               pieces[next_random(&state) % PIECE_COUNT]);
    bsan_unit_use_flags(last_options);
  }
}

TEST odd_texts_never_end_the_program(void) {
  last_options = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT(last_options != MAP_FAILED);
  struct bsan_child_result result = bsan_unit_run_child(read_odd_options, NULL);
  ASSERT_EQ_FMTm(last_options, 0, result.exit_code, "%d");
  PASS();
}

BSAN_UNIT_SUITE(Flags, BSAN_UNIT(defaults_are_those_of_the_table),
                BSAN_UNIT(reads_values_of_every_type),
                BSAN_UNIT(items_may_be_separated_by_blanks_and_commas),
                BSAN_UNIT(the_last_value_wins),
                BSAN_UNIT(a_list_goes_on_after_a_comma),
                BSAN_UNIT(quoted_values_may_hold_separators),
                BSAN_UNIT(a_word_alone_is_reported),
                BSAN_UNIT(an_open_quote_is_reported),
                BSAN_UNIT(a_value_of_the_wrong_type_is_reported),
                BSAN_UNIT(a_negative_number_is_reported),
                BSAN_UNIT(a_number_that_is_too_large_is_reported),
                BSAN_UNIT(an_unknown_name_is_reported),
                BSAN_UNIT(many_unknown_names_do_not_end_the_program),
                BSAN_UNIT(text_behind_a_closing_quote_does_not_end_the_program),
                BSAN_UNIT(a_quote_inside_a_list_does_not_end_the_program),
                BSAN_UNIT(a_value_that_is_too_long_is_reported),
                BSAN_UNIT(the_environment_wins_over_the_program),
                BSAN_UNIT(the_real_environment_is_read_at_the_start),
                BSAN_UNIT(help_lists_every_flag),
                BSAN_UNIT(odd_texts_never_end_the_program));
