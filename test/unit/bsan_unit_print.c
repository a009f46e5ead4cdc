//===-- bsan_unit_print.c - The runner's output on stdout -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// googletest's lines, which test drivers read: the tag, the full name, the
// time. Everything is flushed before a test starts, because the test writes to
// the same descriptor.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum color { RED = 31, GREEN = 32, YELLOW = 33 };

static bool wants_color(const struct bsan_unit_options *options) {
  if (strcmp(options->gtest_color, "auto") != 0)
    return strcmp(options->gtest_color, "yes") == 0;
  const char *term = getenv("TERM");
  return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static void print_colored(const struct bsan_unit_options *options,
                          enum color color, const char *text) {
  if (wants_color(options))
    printf("\033[0;%dm%s\033[m", (int)color, text);
  else
    printf("%s", text);
}

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

static void print_elapsed(const struct bsan_unit_options *options,
                          int64_t elapsed_ms, const char *word) {
  if (options->gtest_print_time)
    printf(" (%lld ms%s)", (long long)elapsed_ms, word);
  printf("\n");
}

void bsan_unit_print_list(const struct bsan_unit_plan *plan) {
  for (size_t i = 0; i < plan->group_count; i++) {
    const struct bsan_unit_group *group = &plan->groups[i];
    if (bsan_unit_count_group(group).reportable == 0)
      continue;
    printf("%s.\n", group->suite->name);
    for (size_t j = 0; j < group->case_count; j++)
      if (group->cases[j].reportable)
        printf("  %s\n", group->cases[j].test->name);
  }
}

static void print_notes(const struct bsan_unit_plan *plan,
                        const struct bsan_unit_options *options) {
  if (strcmp(options->gtest_filter, "*") != 0) {
    print_colored(options, YELLOW, "Note: Google Test filter = ");
    printf("%s\n", options->gtest_filter);
  }
  if (options->gtest_total_shards > 1)
    printf("Note: This is test shard %d of %d.\n",
           options->gtest_shard_index + 1, options->gtest_total_shards);
  if (options->gtest_shuffle)
    printf("Note: Randomizing tests' orders with a seed of %u .\n", plan->seed);
}

void bsan_unit_print_plan_start(const struct bsan_unit_plan *plan,
                                const struct bsan_unit_options *options) {
  struct bsan_unit_tally tally = bsan_unit_count_plan(plan);
  // A shard may well be left without a test.
  if (tally.selected == 0 && options->gtest_total_shards < 2)
    fprintf(stderr, "%s: warning: no test is selected by the filter '%s'\n",
            options->program, options->gtest_filter);
  if (options->gtest_brief)
    return;
  print_notes(plan, options);
  print_colored(options, GREEN, "[==========] ");
  printf("Running %zu test%s from %zu test suite%s.\n", tally.selected,
         plural(tally.selected), tally.suites, plural(tally.suites));
}

static void print_group_line(const struct bsan_unit_group *group,
                             const struct bsan_unit_options *options) {
  size_t count = bsan_unit_count_group(group).selected;
  print_colored(options, GREEN, "[----------] ");
  printf("%zu test%s from %s", count, plural(count), group->suite->name);
}

void bsan_unit_print_group_start(const struct bsan_unit_group *group,
                                 const struct bsan_unit_options *options) {
  if (options->gtest_brief)
    return;
  print_group_line(group, options);
  printf("\n");
}

void bsan_unit_print_group_end(const struct bsan_unit_group *group,
                               const struct bsan_unit_options *options) {
  if (options->gtest_brief)
    return;
  print_group_line(group, options);
  print_elapsed(options, group->elapsed_ms, " total");
  printf("\n");
}

static void print_case_name(const struct bsan_unit_options *options,
                            enum color color, const char *tag,
                            const struct bsan_unit_case *unit_case) {
  print_colored(options, color, tag);
  printf("%s.%s", unit_case->suite->name, unit_case->test->name);
}

void bsan_unit_print_case_start(const struct bsan_unit_case *unit_case,
                                const struct bsan_unit_options *options) {
  if (options->gtest_brief || !unit_case->reportable)
    return;
  if (unit_case->selected)
    print_case_name(options, GREEN, "[ RUN      ] ", unit_case);
  else
    print_case_name(options, YELLOW, "[ DISABLED ] ", unit_case);
  printf("\n");
}

void bsan_unit_print_case_end(const struct bsan_unit_case *unit_case,
                              const struct bsan_unit_options *options) {
  bool failed = unit_case->outcome == BSAN_UNIT_FAILED;
  if (unit_case->message) {
    printf("%s:%u: %s\n", unit_case->file, unit_case->line,
           failed ? "Failure" : "Skipped");
    bsan_unit_put_plain(stdout, unit_case->message);
    printf("\n");
  }
  if (failed)
    print_case_name(options, RED, "[  FAILED  ] ", unit_case);
  else if (options->gtest_brief)
    return;
  else if (unit_case->outcome == BSAN_UNIT_SKIPPED)
    print_case_name(options, GREEN, "[  SKIPPED ] ", unit_case);
  else
    print_case_name(options, GREEN, "[       OK ] ", unit_case);
  print_elapsed(options, unit_case->elapsed_ms, "");
}

// "[  TAG  ] 2 tests, listed below:" and the tests with that outcome.
static void print_outcomes(const struct bsan_unit_plan *plan,
                           const struct bsan_unit_options *options,
                           enum bsan_unit_outcome outcome, size_t count) {
  bool failed = outcome == BSAN_UNIT_FAILED;
  const char *tag = failed ? "[  FAILED  ] " : "[  SKIPPED ] ";
  enum color color = failed ? RED : GREEN;
  print_colored(options, color, tag);
  printf("%zu test%s%s\n", count, plural(count),
         options->gtest_brief ? "." : ", listed below:");
  if (options->gtest_brief)
    return;
  for (size_t i = 0; i < plan->group_count; i++) {
    const struct bsan_unit_group *group = &plan->groups[i];
    for (size_t j = 0; j < group->case_count; j++) {
      if (group->cases[j].outcome != outcome)
        continue;
      print_case_name(options, color, tag, &group->cases[j]);
      printf("\n");
    }
  }
}

void bsan_unit_print_plan_end(const struct bsan_unit_plan *plan,
                              const struct bsan_unit_options *options) {
  struct bsan_unit_tally tally = bsan_unit_count_plan(plan);
  print_colored(options, GREEN, "[==========] ");
  printf("%zu test%s from %zu test suite%s ran.", tally.selected,
         plural(tally.selected), tally.suites, plural(tally.suites));
  print_elapsed(options, plan->elapsed_ms, " total");
  print_colored(options, GREEN, "[  PASSED  ] ");
  printf("%zu test%s.\n", tally.passed, plural(tally.passed));
  if (tally.skipped > 0)
    print_outcomes(plan, options, BSAN_UNIT_SKIPPED, tally.skipped);
  if (tally.failed > 0) {
    print_outcomes(plan, options, BSAN_UNIT_FAILED, tally.failed);
    printf("\n%2zu FAILED TEST%s\n", tally.failed,
           tally.failed == 1 ? "" : "S");
  }
  if (tally.reportable_disabled == 0 || options->gtest_also_run_disabled_tests)
    return;
  printf("%s", tally.failed == 0 ? "\n" : "");
  print_colored(options, YELLOW, "  YOU HAVE ");
  printf("%zu DISABLED TEST%s\n\n", tally.reportable_disabled,
         tally.reportable_disabled == 1 ? "" : "S");
}
