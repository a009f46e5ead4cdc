//===-- selftest_dies_test.c - Tests that do not end well -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each takes its process down in its own way; check_runner.py expects the
// description of it. Signals are put back to their defaults first, because a
// sanitizer's handler would turn them into exit codes.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void die_by(int signal_number) {
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

TEST segfaults(void) {
  printf("printed before the crash\n");
  die_by(SIGSEGV);
  PASS();
}

TEST aborts_after_a_failure(void) {
  greatest_info.assertions++;
  bsan_unit_fail(__FILE__, __LINE__, "the failure before");
  die_by(SIGABRT);
  PASS();
}

TEST dies_by_a_nameless_signal(void) {
  die_by(SIGRTMIN + 3);
  PASS();
}

TEST exits_early(void) { exit(3); }

TEST exits_early_as_if_well(void) { exit(0); }

static void exit_with_44(void) { _exit(44); }

TEST exits_badly_when_done(void) {
  atexit(exit_with_44);
  ASSERT(true);
  PASS();
}

static void segfault(void) { die_by(SIGSEGV); }

TEST dies_when_done(void) {
  atexit(segfault);
  ASSERT(true);
  PASS();
}

TEST hangs(void) {
  for (;;)
    pause();
  PASS();
}

// A child of the test hangs and holds the runner's output open.
static void hang(void *unused) {
  (void)unused;
  for (;;)
    pause();
}

TEST waits_for_a_hanging_child(void) {
  ASSERT_CHILD_EXITS(0, "", hang, NULL);
  PASS();
}

BSAN_UNIT_SUITE(Dies, BSAN_UNIT(segfaults), BSAN_UNIT(aborts_after_a_failure),
                BSAN_UNIT(dies_by_a_nameless_signal), BSAN_UNIT(exits_early),
                BSAN_UNIT(exits_early_as_if_well),
                BSAN_UNIT(exits_badly_when_done), BSAN_UNIT(dies_when_done),
                BSAN_UNIT(hangs), BSAN_UNIT(waits_for_a_hanging_child));
