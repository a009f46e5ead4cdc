//===-- bsan_report_test.c - Unit tests of bsan_report.c ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is counted, what is printed and when the program ends. Reports change
// exit codes, so each is made in a child.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <signal.h>
#include <string.h>

#include "sanitizer/bsan_interface.h"

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

static const struct bsan_symbol symbols[] = {{.pc = 0x1000,
                                              .function = "on_request",
                                              .file = "/src/a.c",
                                              .line = 6,
                                              .column = 11,
                                              .module = "/bin/server",
                                              .offset = 0x10}};

// A call of nanosleep made COUNT times from a place that STACK_PC stands for.
static void report_calls(uintptr_t stack_pc, int count) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = 1;
  event.thread = bsan_loop_thread();
  event.elapsed_ns = bsan_flags.halt_on_error ? 0 : 1234567;
  event.site = bsan_report_site(BSAN_CALL_nanosleep,
                                bsan_bridge_depot_put(&stack_pc, 1));
  for (int i = 0; i < count; i++)
    bsan_report_event(&event);
}

static void report_three_sites(void *options) {
  bsan_unit_use_flags(options);
  report_calls(0x1000, 3);
  report_calls(0x2000, 2);
  report_calls(0x3000, 1);
  fprintf(stderr, "TOTAL %d\n", (int)bsan_report_total());
}

static struct bsan_child_result result;

static int count_reports(const char *options) {
  result = bsan_unit_run_child(report_three_sites, (void *)options);
  return bsan_unit_count(result.stderr_text, " on event loop thread ");
}

TEST equal_stacks_are_printed_once_and_counted(void) {
  ASSERT_EQ(3, count_reports("halt_on_error=0"));
  ASSERT(strstr(result.stderr_text, "TOTAL 6\n"));
  ASSERT_EQ(44, result.exit_code);
  PASS();
}

TEST equal_stacks_are_printed_each_time_when_asked_for(void) {
  ASSERT_EQ(6, count_reports("halt_on_error=0:suppress_equal_stacks=0"));
  PASS();
}

TEST the_number_of_reports_can_be_limited(void) {
  const char *note = "BlockSanitizer: 2 reports printed (max_reports); further "
                     "calls are only counted\n";
  ASSERT_EQ(2, count_reports("halt_on_error=0:max_reports=2"));
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text, note));
  ASSERT(strstr(result.stderr_text, "TOTAL 6\n"));
  ASSERT_EQ(3, count_reports("halt_on_error=0:max_reports=3"));
  ASSERT_EQ(0, bsan_unit_count(result.stderr_text, "max_reports"));
  PASS();
}

TEST a_fatal_report_ends_the_program(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=1"));
  ASSERT_EQ(44, result.exit_code);
  ASSERT(strstr(result.stderr_text, "==ERROR: BlockSanitizer: blocking-call: "
                                    "nanosleep"));
  const char *end = strstr(result.stderr_text, "==ABORTING\n");
  ASSERT(end);
  ASSERT_STR_EQ("==ABORTING\n", end);
  PASS();
}

TEST the_exit_code_is_the_flags(void) {
  ASSERT_EQ(1, count_reports("exitcode=7"));
  ASSERT_EQ(7, result.exit_code);
  ASSERT_EQ(3, count_reports("halt_on_error=0:exitcode=9"));
  ASSERT_EQ(9, result.exit_code);
  ASSERT_EQ(3, count_reports("halt_on_error=0:exitcode=0"));
  ASSERT_EQ(0, result.exit_code);
  ASSERT_EQ(1, count_reports("abort_on_error=1"));
  ASSERT_EQ(SIGABRT, result.signal);
  PASS();
}

TEST a_fatal_report_prints_the_statistics_before_the_end(void) {
  ASSERT_EQ(1, count_reports("print_stats_on_exit=1"));
  const char *stats = strstr(result.stderr_text, "1 blocking site, 1 call, ");
  ASSERT(stats);
  ASSERT(strstr(stats, "==ABORTING\n"));
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text, "blocking site,"));
  PASS();
}

TEST a_fatal_report_needs_no_room_among_the_printed(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=1:max_reports=1"));
  ASSERT_EQ(44, result.exit_code);
  PASS();
}

static void say_goodbye(void) { fprintf(stderr, "GOODBYE\n"); }

static void report_with_callback(void *unused) {
  (void)unused;
  bsan_unit_use_flags("halt_on_error=1");
  __bsan_set_death_callback(say_goodbye);
  report_calls(0x1000, 1);
}

TEST the_death_callback_comes_last(void) {
  result = bsan_unit_run_child(report_with_callback, NULL);
  ASSERT(strstr(result.stderr_text, "==ABORTING\nGOODBYE\n"));
  ASSERT_EQ(44, result.exit_code);
  PASS();
}

static void report_accepted(void *unused) {
  (void)unused;
  bsan_unit_use_flags("halt_on_error=1:print_suppressions=0");
  uintptr_t pc = 0x1000;
  struct bsan_site *site =
      bsan_report_site(BSAN_CALL_nanosleep, bsan_bridge_depot_put(&pc, 1));
  static uint64_t rule[64]; // More than large enough for a struct bsan_rule.
  bsan_report_set_suppression(site, (struct bsan_rule *)rule);
  report_calls(0x1000, 3);
  fprintf(stderr, "%d %d", (int)bsan_report_total(), (int)site->count);
}

TEST what_is_accepted_is_counted_only(void) {
  ASSERT_CHILD_EXITS(0, "0 3", report_accepted, NULL);
  PASS();
}

static void clear_reports(void *unused) {
  (void)unused;
  bsan_unit_use_flags("halt_on_error=0:max_reports=1");
  report_calls(0x1000, 1);
  bsan_report_clear();
  fprintf(stderr, "CLEARED %d\n", (int)bsan_report_total());
  report_calls(0x1000, 1);
  bsan_report_clear();
}

TEST clearing_begins_anew(void) {
  result = bsan_unit_run_child(clear_reports, NULL);
  const char *cleared = strstr(result.stderr_text, "CLEARED 0\n");
  ASSERT(cleared);
  ASSERT(strstr(cleared, "WARNING: BlockSanitizer: blocking-call"));
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

//===-- What is judged later ----------------------------------------------===//

static const struct bsan_rule *hider;
static uint64_t hidden_calls, hidden_ns, found_ns;

// Its result is what a test asks for; what the program does meanwhile follows.
static void (*meanwhile)(void);

static struct bsan_rule *match(const struct bsan_site *site) {
  (void)site;
  if (meanwhile)
    meanwhile();
  return (struct bsan_rule *)hider;
}

static void hide(struct bsan_rule *rule, uint64_t calls, uint64_t ns) {
  hidden_calls += rule == hider ? calls : 0;
  hidden_ns += ns;
}

static void find(struct bsan_thread *thread, uint64_t ns) {
  found_ns += thread == bsan_loop_thread() ? ns : 0;
}

static const struct bsan_report_rules rules = {match, find, hide, NULL, NULL};

static void report_first(void) { report_calls(0x1000, 2); }

// Calls that come while the site is judged, under the report lock: those of
// another thread.
static void count_meanwhile(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  uintptr_t pc = 0x1000;
  meanwhile = NULL;
  event.thread = bsan_loop_thread();
  event.elapsed_ns = 1000;
  event.site =
      bsan_report_site(BSAN_CALL_nanosleep, bsan_bridge_depot_put(&pc, 1));
  for (int i = 0; i < 5; i++)
    bsan_report_event(&event);
}

static void report_and_judge_later(void *rule) {
  bsan_unit_use_flags("halt_on_error=0:symbolize=0");
  bsan_report_set_rules(&rules);
  hider = rule;
  meanwhile = count_meanwhile;
  report_first();
  fprintf(stderr, "TOTAL %d %d HIDDEN %d %d\n", (int)bsan_report_total(),
          (int)found_ns, (int)hidden_calls, (int)hidden_ns);
}

TEST calls_that_come_while_a_site_is_judged_are_found_once(void) {
  result = bsan_unit_run_child(report_and_judge_later, NULL);
  ASSERT(strstr(result.stderr_text, "TOTAL 7 2474134 HIDDEN 0 0\n"));
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text, " on event loop thread "));
  ASSERT_EQ(44, result.exit_code);
  PASS();
}

TEST calls_that_come_while_a_site_is_judged_are_hidden_once(void) {
  result = bsan_unit_run_child(report_and_judge_later, &result);
  ASSERT_STR_EQ("TOTAL 0 0 HIDDEN 7 2474134\n", result.stderr_text);
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

//===-- What could not be kept --------------------------------------------===//

static void miss(uintptr_t stack_pc) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = 1;
  event.thread = bsan_loop_thread();
  event.site = bsan_report_site(BSAN_CALL_nanosleep,
                                bsan_bridge_depot_put(&stack_pc, 1));
  event.site->thread = event.thread;
  event.site->count++;
  bsan_report_miss(&event);
}

static void miss_and_print(void *options) {
  bsan_unit_use_flags(options);
  miss(0x1000);
  miss(0x2000);
  miss(0x2000);
  fprintf(stderr, "MISSED %d\n", bsan_report_has_missed());
  while (bsan_report_write_missed(false))
    ;
  fprintf(stderr, "MISSED %d\n", bsan_report_has_missed());
  report_calls(0x1000, 1);
}

TEST what_was_missed_is_printed_from_the_table_once(void) {
  result = bsan_unit_run_child(miss_and_print, (void *)"halt_on_error=0");
  ASSERT_STRN_EQ("MISSED 1\n", result.stderr_text, 9);
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text, "  nanosleep(...): sleep:"));
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text, " on event loop thread "));
  ASSERT(strstr(result.stderr_text, "MISSED 0\n"));
  ASSERT_EQ(NULL, strstr(result.stderr_text, "came faster"));
  PASS();
}

TEST what_is_left_out_is_said(void) {
  result = bsan_unit_run_child(
      miss_and_print, (void *)"halt_on_error=0:suppress_equal_stacks=0");
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text, "  nanosleep(...): sleep:"));
  ASSERT(strstr(result.stderr_text,
                "BlockSanitizer: WARNING: 1 calls came faster than they can be "
                "printed, and are only counted\nMISSED 0\n"));
  PASS();
}

//===-- The thread --------------------------------------------------------===//

static void report_on_a_thread(void *options) {
  bsan_unit_use_flags(options);
  report_calls(0x1000, 3);
  report_calls(0x2000, 2);
}

TEST what_the_thread_has_to_print_is_printed_at_the_end(void) {
  result = bsan_unit_run_child(report_on_a_thread,
                               (void *)"halt_on_error=0:report_thread=1");
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text, " on event loop thread "));
  ASSERT_EQ(44, result.exit_code);
  PASS();
}

BSAN_UNIT_SUITE(
    Report, BSAN_UNIT(equal_stacks_are_printed_once_and_counted),
    BSAN_UNIT(equal_stacks_are_printed_each_time_when_asked_for),
    BSAN_UNIT(the_number_of_reports_can_be_limited),
    BSAN_UNIT(a_fatal_report_ends_the_program),
    BSAN_UNIT(the_exit_code_is_the_flags),
    BSAN_UNIT(a_fatal_report_prints_the_statistics_before_the_end),
    BSAN_UNIT(a_fatal_report_needs_no_room_among_the_printed),
    BSAN_UNIT(the_death_callback_comes_last),
    BSAN_UNIT(what_is_accepted_is_counted_only),
    BSAN_UNIT(clearing_begins_anew),
    BSAN_UNIT(calls_that_come_while_a_site_is_judged_are_found_once),
    BSAN_UNIT(calls_that_come_while_a_site_is_judged_are_hidden_once),
    BSAN_UNIT(what_was_missed_is_printed_from_the_table_once),
    BSAN_UNIT(what_is_left_out_is_said),
    BSAN_UNIT(what_the_thread_has_to_print_is_printed_at_the_end));
