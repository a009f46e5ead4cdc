//===-- bsan_unit_main.c - The unit-test runner ---------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole run, from the command line to the exit code: 0 when every test
// passed or was skipped, 1 when one failed, 2 when the runner could not do
// what it was asked.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static bool run_group(struct bsan_unit_group *group,
                      const struct bsan_unit_options *options, bool *stop) {
  if (bsan_unit_count_group(group).selected == 0)
    return true;
  bool passed = true;
  bsan_unit_print_group_start(group, options);
  group->start_us = bsan_unit_wall_us();
  int64_t start_ms = bsan_unit_now_ms();
  for (size_t i = 0; i < group->case_count; i++) {
    struct bsan_unit_case *unit_case = &group->cases[i];
    bsan_unit_print_case_start(unit_case, options);
    if (!unit_case->selected)
      continue;
    if (*stop)
      unit_case->outcome = BSAN_UNIT_SKIPPED;
    else
      bsan_unit_run_case(unit_case, options);
    bsan_unit_print_case_end(unit_case, options);
    if (unit_case->outcome == BSAN_UNIT_FAILED) {
      passed = false;
      *stop = options->gtest_fail_fast;
    }
  }
  group->elapsed_ms = bsan_unit_now_ms() - start_ms;
  bsan_unit_print_group_end(group, options);
  return passed;
}

// Runs the selected tests once; returns the exit code.
static int run_plan(const struct bsan_unit_options *options, unsigned seed) {
  struct bsan_unit_plan plan = bsan_unit_make_plan(options, seed);
  bool passed = true, stop = false;
  bsan_unit_print_plan_start(&plan, options);
  plan.start_us = bsan_unit_wall_us();
  int64_t start_ms = bsan_unit_now_ms();
  for (size_t i = 0; i < plan.group_count; i++)
    passed &= run_group(&plan.groups[i], options, &stop);
  plan.elapsed_ms = bsan_unit_now_ms() - start_ms;
  bsan_unit_print_plan_end(&plan, options);
  if (options->gtest_fail_if_no_test_selected &&
      bsan_unit_count_plan(&plan).selected == 0) {
    fprintf(stderr, "%s: no test was selected\n", options->program);
    passed = false;
  }
  bool written = bsan_unit_write_report(&plan, options);
  bsan_unit_free_plan(&plan);
  return !written ? 2 : passed ? 0 : 1;
}

static unsigned first_seed(const struct bsan_unit_options *options) {
  if (options->gtest_random_seed != 0)
    return (unsigned)options->gtest_random_seed;
  return (unsigned)(bsan_unit_wall_us() / 1000 % 99999) + 1;
}

static int run_repeatedly(const struct bsan_unit_options *options) {
  unsigned seed = first_seed(options);
  int exit_code = 0;
  for (int i = 0; options->gtest_repeat < 0 || i < options->gtest_repeat; i++) {
    if (options->gtest_repeat != 1)
      printf("\nRepeating all tests (iteration %d) . . .\n\n", i + 1);
    int result = run_plan(options, seed);
    if (result > exit_code)
      exit_code = result;
    // Counting on makes each order one that --gtest_random_seed can repeat.
    seed = seed % 99999 + 1;
  }
  return exit_code;
}

static int list_tests(const struct bsan_unit_options *options) {
  struct bsan_unit_plan plan = bsan_unit_make_plan(options, 1);
  bsan_unit_print_list(&plan);
  bool written = bsan_unit_write_report(&plan, options);
  bsan_unit_free_plan(&plan);
  return written ? 0 : 2;
}

// The file tells a test driver that this program divides its tests itself.
static bool create_shard_status_file(const struct bsan_unit_options *options) {
  const char *path = options->gtest_shard_status_file;
  if (path[0] == '\0')
    return true;
  FILE *file = fopen(path, "w");
  if (!file || fclose(file) != 0) {
    fprintf(stderr, "%s: cannot create the shard status file '%s': %s\n",
            options->program, path, strerror(errno));
    return false;
  }
  return true;
}

int main(int argc, char **argv) {
  struct bsan_unit_options options;
  // By lines, or what a test printed would be lost when it crashes.
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  // Whoever started us may ignore it, which we would inherit; and then there is
  // no telling how a child ended.
  signal(SIGCHLD, SIG_DFL);
  if (!bsan_unit_parse_options(&options, argc, argv))
    return 2;
  if (options.help) {
    bsan_unit_print_help(&options);
    return 0;
  }
  if (!create_shard_status_file(&options) || !bsan_unit_check_suites())
    return 2;
  return options.gtest_list_tests ? list_tests(&options)
                                  : run_repeatedly(&options);
}
