//===-- bsan_unit_body.c - A test's function and its assertions -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only file that holds greatest's own definitions. greatest runs the test
// function, its long jumps and the test's SET_TEARDOWN; what it would print
// goes into the record, from where the runner makes the failure's message.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>

GREATEST_MAIN_DEFS();

// The test that runs in this process.
static struct {
  struct bsan_unit_record *record;
  bool break_on_failure;
} current;

int bsan_unit_log(FILE *stream, const char *format, ...) {
  (void)stream;
  char *details = current.record->details;
  size_t length = strlen(details);
  va_list arguments;
  va_start(arguments, format);
  int result =
      vsnprintf(details + length, sizeof(current.record->details) - length,
                format, arguments);
  va_end(arguments);
  return result;
}

static void note(const char *file, unsigned line, const char *message) {
  struct bsan_unit_record *record = current.record;
  snprintf(record->file, sizeof(record->file), "%s", file);
  record->line = line;
  snprintf(record->message, sizeof(record->message), "%s", message);
}

// Moves greatest's details behind the message, without the line ends that
// greatest sets around them.
static void take_details(void) {
  struct bsan_unit_record *record = current.record;
  const char *details = record->details + strspn(record->details, "\n");
  size_t length = strlen(details);
  while (length > 0 && details[length - 1] == '\n')
    length--;
  if (length > 0) {
    size_t used = strlen(record->message);
    snprintf(record->message + used, sizeof(record->message) - used, "\n%.*s",
             (int)length, details);
  }
  record->details[0] = '\0';
}

void bsan_unit_fail(const char *file, unsigned line, const char *message) {
  struct bsan_unit_record *record = current.record;
  // The first failure is the one that the later ones follow from.
  if (!record->failed) {
    record->failed = true;
    note(file, line, message ? message : "Failed");
    take_details();
  }
  if (current.break_on_failure)
    raise(SIGTRAP);
}

void bsan_unit_skip(const char *file, unsigned line, const char *message) {
  struct bsan_unit_record *record = current.record;
  if (record->failed)
    return;
  record->skipped = true;
  note(file, line, message ? message : "");
}

void bsan_unit_run_body(const struct bsan_unit_test *test,
                        struct bsan_unit_record *record,
                        bool break_on_failure) {
  current.record = record;
  current.break_on_failure = break_on_failure;
  GREATEST_INIT();
  GREATEST_RUN_TEST(test->run);
  // By hand, not through one of the macros.
  if (greatest_info.suite.failed > 0 && !record->failed)
    bsan_unit_fail(test->file, test->line, "the test returned a failure");
  record->assertions = greatest_info.assertions;
  record->details[0] = '\0'; // greatest's own dots and lines about the outcome
  record->ended = true;
}
