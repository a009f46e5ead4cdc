//===-- bsan_unit_json.c - The JSON report --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// googletest 1.12's keys, in its order, for lit's GoogleTest format: that
// wants the times as text ending in s and random_seed when shuffled.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

static void put_string(FILE *out, const char *name, const char *value) {
  fprintf(out, "\"%s\": \"", name);
  bsan_unit_put_json(out, value);
  fputs("\"", out);
}

static void put_times(FILE *out, int64_t start_us, int64_t elapsed_ms) {
  fputs(", \"timestamp\": \"", out);
  bsan_unit_put_json_time(out, start_us);
  fprintf(out, "\", \"time\": \"%.3fs\"", (double)elapsed_ms / 1000);
}

static void put_result(FILE *out, const struct bsan_unit_case *unit_case) {
  bool skipped = unit_case->outcome == BSAN_UNIT_SKIPPED;
  fprintf(out, ", \"status\": \"%s\", \"result\": \"%s\"",
          unit_case->selected ? "RUN" : "NOTRUN",
          !unit_case->selected ? "SUPPRESSED"
          : skipped            ? "SKIPPED"
                               : "COMPLETED");
  put_times(out, unit_case->start_us, unit_case->elapsed_ms);
  fputs(", ", out);
  put_string(out, "classname", unit_case->suite->name);
  if (unit_case->outcome != BSAN_UNIT_FAILED)
    return;
  fputs(",\n          \"failures\": [{\"failure\": \"", out);
  bsan_unit_put_json(out, unit_case->file);
  fprintf(out, ":%u\\n", unit_case->line);
  bsan_unit_put_json(out, unit_case->message);
  fputs("\", \"type\": \"\"}]", out);
}

static void put_case(FILE *out, const struct bsan_unit_case *unit_case,
                     bool list_only) {
  fputs("\n        {", out);
  put_string(out, "name", unit_case->test->name);
  fputs(", ", out);
  put_string(out, "file", unit_case->test->file);
  fprintf(out, ", \"line\": %u", unit_case->test->line);
  if (!list_only)
    put_result(out, unit_case);
  fputs("}", out);
}

static void put_group(FILE *out, const struct bsan_unit_group *group,
                      bool list_only) {
  struct bsan_unit_tally tally = bsan_unit_count_group(group);
  fputs("\n    {", out);
  put_string(out, "name", group->suite->name);
  fprintf(out, ", \"tests\": %zu", tally.reportable);
  if (!list_only) {
    fprintf(out, ", \"failures\": %zu, \"disabled\": %zu, \"errors\": 0",
            tally.failed, tally.reportable_disabled);
    put_times(out, group->start_us, group->elapsed_ms);
  }
  fputs(",\n      \"testsuite\": [", out);
  const char *separator = "";
  for (size_t i = 0; i < group->case_count; i++) {
    if (!group->cases[i].reportable)
      continue;
    fputs(separator, out);
    put_case(out, &group->cases[i], list_only);
    separator = ",";
  }
  fputs("\n      ]}", out);
}

void bsan_unit_write_json(FILE *out, const struct bsan_unit_plan *plan,
                          const struct bsan_unit_options *options) {
  struct bsan_unit_tally tally = bsan_unit_count_plan(plan);
  bool list_only = options->gtest_list_tests;
  fprintf(out, "{\"tests\": %zu", tally.reportable);
  if (!list_only) {
    fprintf(out, ", \"failures\": %zu, \"disabled\": %zu, \"errors\": 0",
            tally.failed, tally.reportable_disabled);
    if (options->gtest_shuffle)
      fprintf(out, ", \"random_seed\": %u", plan->seed);
    put_times(out, plan->start_us, plan->elapsed_ms);
  }
  fputs(", \"name\": \"AllTests\",\n  \"testsuites\": [", out);
  const char *separator = "";
  for (size_t i = 0; i < plan->group_count; i++) {
    if (bsan_unit_count_group(&plan->groups[i]).reportable == 0)
      continue;
    fputs(separator, out);
    put_group(out, &plan->groups[i], list_only);
    separator = ",";
  }
  fputs("\n  ]}\n", out);
}
