//===-- bsan_stats_signal.c - Statistics when a signal comes --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The handler may have interrupted anything, so all it does is wake the
// reporter's thread.  That one is started with the first loop and not with the
// program: most programs of a tree of processes never have one, and many fork
// first.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_stats_signal.h"

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "platform/bsan_platform.h"
#include "report/bsan_reporter.h"

static int number;

// Signals that mean nothing by themselves, or may be asked for: not those that
// the kernel sends for a mistake of the program, nor what nobody can catch.
static const struct {
  const char *name;
  int number;
} known[] = {
    {"HUP", SIGHUP},     {"INT", SIGINT},   {"QUIT", SIGQUIT},
    {"USR1", SIGUSR1},   {"USR2", SIGUSR2}, {"ALRM", SIGALRM},
    {"TERM", SIGTERM},   {"CONT", SIGCONT}, {"URG", SIGURG},
    {"WINCH", SIGWINCH}, {"IO", SIGIO},     {"PWR", SIGPWR},
};

enum { KNOWN_COUNT = sizeof(known) / sizeof(known[0]) };

// glibc keeps the first two of the kernel's real-time signals.
enum { FIRST_REAL_TIME = 34, LAST_REAL_TIME = 64 };

static int read_number(const char *word) {
  int value = 0;
  for (const char *at = word; *at; at++) {
    if (*at < '0' || *at > '9' || value > LAST_REAL_TIME)
      return 0;
    value = value * 10 + (*at - '0');
  }
  return value;
}

int bsan_stats_signal_number(const char *word) {
  const char *name = bsan_text_starts_with(word, "SIG") ? word + 3 : word;
  int value = read_number(word);
  for (int i = 0; i < KNOWN_COUNT; i++)
    if (bsan_text_equal(known[i].name, name) || known[i].number == value)
      return known[i].number;
  return value >= FIRST_REAL_TIME && value <= LAST_REAL_TIME ? value : 0;
}

static void handle(int unused) {
  (void)unused;
  bsan_reporter_want_totals();
}

static void say_taken(void) {
  bsan_print("BlockSanitizer: WARNING: stats_signal=%s: the program has a "
             "handler of its own for it, which stands; name another signal\n",
             bsan_flags.stats_signal);
}

bool bsan_stats_signal_init(void) {
  if (!bsan_flags.stats_signal[0])
    return false;
  number = bsan_stats_signal_number(bsan_flags.stats_signal);
  if (!number) {
    bsan_print("BlockSanitizer: WARNING: '%s' is no value for stats_signal: "
               "expected a signal such as USR2, or a number from %d to %d; "
               "keeping none\n",
               bsan_flags.stats_signal, FIRST_REAL_TIME, LAST_REAL_TIME);
    return false;
  }
  bool is_caught = bsan_platform_catch_signal(number, handle);
  if (!is_caught)
    say_taken();
  return is_caught;
}

void bsan_stats_signal_start(void) {
  static bool is_said;
  if (bsan_platform_signal_is_caught(number, handle))
    bsan_reporter_start();
  else if (!__atomic_exchange_n(&is_said, true, __ATOMIC_RELAXED))
    say_taken();
}
