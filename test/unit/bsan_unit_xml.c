//===-- bsan_unit_xml.c - The XML report ----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// googletest 1.12's elements and attributes, which are JUnit's with status,
// result and skipped added. A list of tests has only what is known unrun.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

static void put_attribute(FILE *out, const char *name, const char *value) {
  fprintf(out, " %s=\"", name);
  bsan_unit_put_xml(out, value);
  fputs("\"", out);
}

static void put_times(FILE *out, int64_t start_us, int64_t elapsed_ms) {
  fprintf(out, " time=\"%.3f\" timestamp=\"", (double)elapsed_ms / 1000);
  bsan_unit_put_xml_time(out, start_us);
  fputs("\"", out);
}

// <failure> or <skipped>. The text is there twice, as googletest has it.
static void put_message(FILE *out, const struct bsan_unit_case *unit_case) {
  bool failed = unit_case->outcome == BSAN_UNIT_FAILED;
  const char *element = failed ? "failure" : "skipped";
  fprintf(out, ">\n      <%s message=\"", element);
  bsan_unit_put_xml(out, unit_case->file);
  fprintf(out, ":%u&#x0A;", unit_case->line);
  bsan_unit_put_xml(out, unit_case->message);
  fprintf(out, "\"%s>", failed ? " type=\"\"" : "");
  bsan_unit_put_xml(out, unit_case->file);
  fprintf(out, ":%u&#x0A;", unit_case->line);
  bsan_unit_put_xml(out, unit_case->message);
  fprintf(out, "</%s>\n    </testcase>\n", element);
}

static void put_case(FILE *out, const struct bsan_unit_case *unit_case,
                     bool list_only) {
  fputs("    <testcase", out);
  put_attribute(out, "name", unit_case->test->name);
  put_attribute(out, "file", unit_case->test->file);
  fprintf(out, " line=\"%u\"", unit_case->test->line);
  if (list_only) {
    fputs(" />\n", out);
    return;
  }
  bool skipped = unit_case->outcome == BSAN_UNIT_SKIPPED;
  fprintf(out, " status=\"%s\" result=\"%s\"",
          unit_case->selected ? "run" : "notrun",
          !unit_case->selected ? "suppressed"
          : skipped            ? "skipped"
                               : "completed");
  put_times(out, unit_case->start_us, unit_case->elapsed_ms);
  put_attribute(out, "classname", unit_case->suite->name);
  if (unit_case->message)
    put_message(out, unit_case);
  else if (skipped)
    fputs(">\n      <skipped message=\"\" />\n    </testcase>\n", out);
  else
    fputs(" />\n", out);
}

static void put_group(FILE *out, const struct bsan_unit_group *group,
                      bool list_only) {
  struct bsan_unit_tally tally = bsan_unit_count_group(group);
  if (tally.reportable == 0)
    return;
  fputs("  <testsuite", out);
  put_attribute(out, "name", group->suite->name);
  fprintf(out, " tests=\"%zu\"", tally.reportable);
  if (!list_only) {
    fprintf(out,
            " failures=\"%zu\" disabled=\"%zu\" skipped=\"%zu\" errors=\"0\"",
            tally.failed, tally.reportable_disabled, tally.skipped);
    put_times(out, group->start_us, group->elapsed_ms);
  }
  fputs(">\n", out);
  for (size_t i = 0; i < group->case_count; i++)
    if (group->cases[i].reportable)
      put_case(out, &group->cases[i], list_only);
  fputs("  </testsuite>\n", out);
}

void bsan_unit_write_xml(FILE *out, const struct bsan_unit_plan *plan,
                         const struct bsan_unit_options *options) {
  struct bsan_unit_tally tally = bsan_unit_count_plan(plan);
  bool list_only = options->gtest_list_tests;
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
  fprintf(out, "<testsuites tests=\"%zu\"", tally.reportable);
  if (!list_only) {
    fprintf(out, " failures=\"%zu\" disabled=\"%zu\" errors=\"0\"",
            tally.failed, tally.reportable_disabled);
    put_times(out, plan->start_us, plan->elapsed_ms);
    if (options->gtest_shuffle)
      fprintf(out, " random_seed=\"%u\"", plan->seed);
  }
  fputs(" name=\"AllTests\">\n", out);
  for (size_t i = 0; i < plan->group_count; i++)
    put_group(out, &plan->groups[i], list_only);
  fputs("</testsuites>\n", out);
}
