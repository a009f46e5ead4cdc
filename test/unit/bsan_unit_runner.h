//===-- bsan_unit_runner.h - What the files of the runner share -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runner is googletest's command line, output and report files in front
// of greatest's tests, so that CTest, lit and IDEs drive it as they are. One
// run is a plan (the suites, each with its cases) that is built anew for each
// repetition, filled in as the cases run, printed and written.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_UNIT_RUNNER_H
#define BSAN_UNIT_RUNNER_H

#include "bsan_unit.h"

#include <stdint.h>

//===-- bsan_unit_flags.c -------------------------------------------------===//

struct bsan_unit_options {
#define BSAN_UNIT_BOOL(NAME, DEFAULT, HELP) bool NAME;
#define BSAN_UNIT_INT(NAME, DEFAULT, MIN, MAX, HELP) int NAME;
#define BSAN_UNIT_STRING(NAME, DEFAULT, ARGUMENT, HELP) const char *NAME;
#include "bsan_unit_flags.inc"
#undef BSAN_UNIT_STRING
#undef BSAN_UNIT_INT
#undef BSAN_UNIT_BOOL
  const char *program; // argv[0]
  bool help;
};

// Fills the options from the defaults, the environment and the command line,
// the later winning. False, after one line on stderr, when something is wrong.
bool bsan_unit_parse_options(struct bsan_unit_options *options, int argc,
                             char **argv);
void bsan_unit_print_help(const struct bsan_unit_options *options);

//===-- bsan_unit_filter.c ------------------------------------------------===//

// Whether "Suite.test" is meant by a POSITIVE[:...][-NEGATIVE[:...]] filter.
bool bsan_unit_filter_matches(const char *filter, const char *name);

//===-- bsan_unit_plan.c --------------------------------------------------===//

enum bsan_unit_outcome {
  BSAN_UNIT_NOT_RUN,
  BSAN_UNIT_PASSED,
  BSAN_UNIT_FAILED,
  BSAN_UNIT_SKIPPED,
};

struct bsan_unit_case {
  const struct bsan_unit_suite *suite;
  const struct bsan_unit_test *test;
  bool disabled;
  bool reportable; // matches the filter and is in this shard
  bool selected;   // reportable and to be run
  enum bsan_unit_outcome outcome;
  int64_t start_us; // CLOCK_REALTIME; 0 when not run
  int64_t elapsed_ms;
  const char *message; // of a failure or skip, owned by the case; or NULL
  const char *file;    // where that was, owned by the case; or NULL
  unsigned line;
};

struct bsan_unit_group {
  const struct bsan_unit_suite *suite;
  struct bsan_unit_case *cases;
  size_t case_count;
  int64_t start_us;
  int64_t elapsed_ms;
};

struct bsan_unit_plan {
  struct bsan_unit_group *groups;
  size_t group_count;
  unsigned seed; // of the shuffled order
  int64_t start_us;
  int64_t elapsed_ms;
};

// What is in a group or a plan.
struct bsan_unit_tally {
  size_t suites; // with a selected case
  size_t reportable;
  size_t reportable_disabled;
  size_t selected;
  size_t passed;
  size_t failed;
  size_t skipped;
};

// The table of suites, ending in NULL.
extern const struct bsan_unit_suite *const bsan_unit_suites[];

// False, after one line on stderr, when a suite lists a test twice.
bool bsan_unit_check_suites(void);
// Listing looks at no shard, as googletest does not.
struct bsan_unit_plan
bsan_unit_make_plan(const struct bsan_unit_options *options, unsigned seed);
void bsan_unit_free_plan(struct bsan_unit_plan *plan);
struct bsan_unit_tally
bsan_unit_count_group(const struct bsan_unit_group *group);
struct bsan_unit_tally bsan_unit_count_plan(const struct bsan_unit_plan *plan);

//===-- bsan_unit_body.c --------------------------------------------------===//

// What a test leaves for the runner, in memory that both processes share.
struct bsan_unit_record {
  bool ended; // the test function returned
  bool failed;
  bool skipped;
  unsigned assertions;
  unsigned line;
  char file[512];
  char message[16384];
  char details[16384]; // what greatest printed and no failure took yet
};

// Runs the test in this process. break_on_failure: stop in the debugger, or die
// by SIGTRAP without one, at the place of the failure.
void bsan_unit_run_body(const struct bsan_unit_test *test,
                        struct bsan_unit_record *record, bool break_on_failure);

//===-- bsan_unit_run.c ---------------------------------------------------===//

// Runs the case in a child and fills in its outcome, times and message. With
// --gtest_break_on_failure there is no child, so that a debugger is in place.
void bsan_unit_run_case(struct bsan_unit_case *unit_case,
                        const struct bsan_unit_options *options);

//===-- bsan_unit_print.c -------------------------------------------------===//

void bsan_unit_print_list(const struct bsan_unit_plan *plan);
void bsan_unit_print_plan_start(const struct bsan_unit_plan *plan,
                                const struct bsan_unit_options *options);
void bsan_unit_print_plan_end(const struct bsan_unit_plan *plan,
                              const struct bsan_unit_options *options);
void bsan_unit_print_group_start(const struct bsan_unit_group *group,
                                 const struct bsan_unit_options *options);
void bsan_unit_print_group_end(const struct bsan_unit_group *group,
                               const struct bsan_unit_options *options);
void bsan_unit_print_case_start(const struct bsan_unit_case *unit_case,
                                const struct bsan_unit_options *options);
void bsan_unit_print_case_end(const struct bsan_unit_case *unit_case,
                              const struct bsan_unit_options *options);

//===-- bsan_unit_report.c, _xml.c, _json.c, _text.c ----------------------===//

// Writes the file that --gtest_output asks for, if it does. False, after one
// line on stderr, when it cannot be written.
bool bsan_unit_write_report(const struct bsan_unit_plan *plan,
                            const struct bsan_unit_options *options);
void bsan_unit_write_xml(FILE *out, const struct bsan_unit_plan *plan,
                         const struct bsan_unit_options *options);
void bsan_unit_write_json(FILE *out, const struct bsan_unit_plan *plan,
                          const struct bsan_unit_options *options);

// Write text as it is, as the inside of an XML attribute or element, or of a
// JSON string. Bytes that the format cannot carry come out as \xNN.
void bsan_unit_put_plain(FILE *out, const char *text);
void bsan_unit_put_xml(FILE *out, const char *text);
void bsan_unit_put_json(FILE *out, const char *text);
// YYYY-MM-DDThh:mm:ss, and milliseconds. XML has local time, JSON UTC with Z.
void bsan_unit_put_xml_time(FILE *out, int64_t time_us);
void bsan_unit_put_json_time(FILE *out, int64_t time_us);

//===-- bsan_unit_clock.c -------------------------------------------------===//

int64_t bsan_unit_wall_us(void); // CLOCK_REALTIME
int64_t bsan_unit_now_ms(void);  // CLOCK_MONOTONIC

#endif // BSAN_UNIT_RUNNER_H
