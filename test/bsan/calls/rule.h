//===-- rule.h - Tests of rules: one row per entry point ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row of lib/bsan/intercept/bsan_calls.inc is tested by a row here, which
// gives two calls of the same function: one that may block and one that cannot.
// check_rule.py runs them and expects that
//   - inside a loop the first is reported, as the function and at the line that
//     the programmer wrote, and ends the program with status 44;
//   - inside a loop the second is silent;
//   - both return what they return outside of every loop, and set errno alike.
//
// RULE(symbol, name, class, fires, silent)
//   the columns of the table of calls, and two expressions
// RULE_PREPARED(symbol, name, class, (prepare), fires, (prepare), silent)
//   with statements that come before the expression, outside of the loop
// RULE_VARIANT(variant, symbol, name, class, (prepare), fires, (prepare),
//              silent)
//   one more pair for a symbol that has a row
//
// RULE_MEASURED(symbol, name, class, (prepare), fires, (prepare), silent)
//   for a call that is reported only when it has slept for min_block_us: the
//   first one sleeps, and runs with 0 of them; the second one with many
// RULE_QUIET(symbol, name, class, (prepare), silent, (prepare), silent)
//   for a call that is reported only when the machine makes it wait (a disk, a
//   serial line, the first entropy after a boot): nothing here can, so both
//   expressions are silent
// RULE_OPTIONAL(symbol, name, class, (prepare), fires, (prepare), silent)
//   for a function that a libc may be without; there the row is left out
//
// Under FORTIFY printf(x) and __printf_chk(1, x) are the same code, and gcc
// merges functions that are: rows of such a pair take different arguments.
//
// Calls that may always block have no silent form: RULE_OUTSIDE() as the last
// column is the same call between two rounds of the loop.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_TEST_CALLS_RULE_H
#define BSAN_TEST_CALLS_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include <sanitizer/bsan_interface.h>

enum rule_kind { RULE_IS_PLAIN, RULE_IS_MEASURED, RULE_IS_QUIET };

struct rule {
  enum rule_kind kind;
  bool is_optional;
  const char *label;   // Unique in a program.
  const char *symbol;  // What the program binds to.
  const char *name;    // What a report calls it.
  const char *cls;     // The word of its class in a report.
  long (*fires)(void);
  long (*silent)(void);
};

// Defined by each class's program, called outside of loops around every call.
// setup() starts in an empty folder.  What has descriptors is closed by itself.
void rule_setup(void);
void rule_teardown(void);

// Data that calls read into; compared like results.
extern char rule_data[64];

void rule_begin(void);  // Enters the loop, or not, as the program was told.
void rule_end(void);    // Keeps errno and leaves the loop.
void rule_leave_loop(void);

// Runs `release` on another thread once the main thread, in the call under
// test, has fallen asleep; `take` before that, while the main thread waits.
// Either may be NULL.
void rule_other(void (*take)(void), void (*release)(void));
// The same for a call that waits without sleeping.
void rule_other_while_spinning(void (*take)(void), void (*release)(void));
// Returns once the main thread is asleep in the call under test, or the call is
// over: for threads and child processes that it waits for.
void rule_wait_for_sleep(void);

// True when the call is expected to end the program: its time must not be over
// before it is looked at, however slow the machine is.
extern bool rule_is_fatal;

// The function of that name, which no header declares any more, or only as
// something that the compiler may replace.
void *rule_lookup(const char *symbol);

#define RULE_UNWRAP_(...) __VA_ARGS__
#define RULE_BODY_(prepare, call)                                              \
  {                                                                            \
    RULE_UNWRAP_ prepare;                                                      \
    rule_begin();                                                              \
    long value = (long)(call);                                                 \
    rule_end();                                                                \
    return value;                                                              \
  }

#define RULE_ROW_(kind, is_optional, label, symbol, name, cls, fires_prepare,  \
                  fires_call, silent_prepare, silent_call)                     \
  static long fires_##label(void)                                              \
      RULE_BODY_(fires_prepare, fires_call) static long silent_##label(void)   \
          RULE_BODY_(silent_prepare,                                           \
                     silent_call) static const struct rule rule_##label = {    \
              kind, is_optional, #label,        symbol,                        \
              name, cls,         fires_##label, silent_##label};               \
  static const struct rule *const rule_row_##label                             \
      __attribute__((used, section("rules"))) = &rule_##label

#define RULE_VARIANT(variant, symbol, name, cls, fires_prepare, fires_call,    \
                     silent_prepare, silent_call)                              \
  RULE_ROW_(RULE_IS_PLAIN, false, variant, #symbol, #name, #cls,               \
            fires_prepare, fires_call, silent_prepare, silent_call)

#define RULE_MEASURED(symbol, name, cls, fires_prepare, fires_call,            \
                      silent_prepare, silent_call)                             \
  RULE_ROW_(RULE_IS_MEASURED, false, symbol, #symbol, #name, #cls,             \
            fires_prepare, fires_call, silent_prepare, silent_call)

#define RULE_QUIET(symbol, name, cls, first_prepare, first_call,               \
                   second_prepare, second_call)                                \
  RULE_ROW_(RULE_IS_QUIET, false, symbol, #symbol, #name, #cls, first_prepare, \
            first_call, second_prepare, second_call)

#define RULE_OPTIONAL(symbol, name, cls, fires_prepare, fires_call,            \
                      silent_prepare, silent_call)                             \
  RULE_ROW_(RULE_IS_PLAIN, true, symbol, #symbol, #name, #cls, fires_prepare,  \
            fires_call, silent_prepare, silent_call)

#define RULE_PREPARED(symbol, name, cls, fires_prepare, fires_call,            \
                      silent_prepare, silent_call)                             \
  RULE_VARIANT(symbol, symbol, name, cls, fires_prepare, fires_call,           \
               silent_prepare, silent_call)

#define RULE(symbol, name, cls, fires_call, silent_call)                       \
  RULE_VARIANT(symbol, symbol, name, cls, (), fires_call, (), silent_call)

#define RULE_OUTSIDE(call) (rule_leave_loop(), (call))

#endif  // BSAN_TEST_CALLS_RULE_H
