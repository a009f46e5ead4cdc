//===-- bsan_stats_signal_test.c - Unit tests of bsan_stats_signal.c ------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which signals may be asked by, and whose handler stands.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <signal.h>
#include <string.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "report/bsan_stats_signal.h"

TEST signals_have_names_and_numbers(void) {
  ASSERT_EQ(SIGUSR2, bsan_stats_signal_number("USR2"));
  ASSERT_EQ(SIGUSR2, bsan_stats_signal_number("SIGUSR2"));
  ASSERT_EQ(SIGUSR2, bsan_stats_signal_number("12"));
  ASSERT_EQ(SIGHUP, bsan_stats_signal_number("HUP"));
  ASSERT_EQ(34, bsan_stats_signal_number("34"));
  ASSERT_EQ(64, bsan_stats_signal_number("64"));
  PASS();
}

TEST what_nobody_may_take_is_none(void) {
  static const char *const words[] = {
      "KILL", "STOP", "9", "SEGV", "11",   "33",    "65",    "-12",
      "12x",  "0",    "",  "SIG",  "usr2", "SIG12", "999999"};
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    ASSERT_EQ_FMTm(words[i], 0, bsan_stats_signal_number(words[i]), "%d");
  PASS();
}

static void handle(int number) { (void)number; }

static bool is_taken(void) {
  struct sigaction now;
  return sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler != handle &&
         now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
}

static void take(void *before) {
  struct sigaction action = {.sa_handler = before ? handle : SIG_DFL};
  sigaction(SIGUSR2, &action, NULL);
  bsan_flags.stats_signal = "USR2";
  bool is_had = bsan_stats_signal_init();
  fprintf(stderr, "HAD %d TAKEN %d\n", is_had, is_taken());
}

TEST a_signal_that_nobody_handles_is_taken(void) {
  struct bsan_child_result result = bsan_unit_run_child(take, NULL);
  ASSERT_STR_EQ("HAD 1 TAKEN 1\n", result.stderr_text);
  PASS();
}

TEST a_handler_that_is_there_stands(void) {
  struct bsan_child_result result = bsan_unit_run_child(take, &result);
  ASSERT(strstr(result.stderr_text, "WARNING: stats_signal=USR2: the program "
                                    "has a handler of its own for it"));
  ASSERT(strstr(result.stderr_text, "HAD 0 TAKEN 0\n"));
  PASS();
}

static void take_none(void *unused) {
  (void)unused;
  fprintf(stderr, "HAD %d\n", bsan_stats_signal_init());
}

TEST without_the_flag_nothing_is_taken(void) {
  struct bsan_child_result result = bsan_unit_run_child(take_none, NULL);
  ASSERT_STR_EQ("HAD 0\n", result.stderr_text);
  PASS();
}

BSAN_UNIT_SUITE(StatsSignal, BSAN_UNIT(signals_have_names_and_numbers),
                BSAN_UNIT(what_nobody_may_take_is_none),
                BSAN_UNIT(a_signal_that_nobody_handles_is_taken),
                BSAN_UNIT(a_handler_that_is_there_stands),
                BSAN_UNIT(without_the_flag_nothing_is_taken));
