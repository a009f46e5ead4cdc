//===-- bsan_init_test.c - Unit tests of bsan_init.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a program ends after something was found, and what its children inherit.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sanitizer/bsan_interface.h"

#include "bsan_init.h"
#include "bsan_unit_fakes.h"
#include "report/bsan_report.h"

static void make_report(void) {
  static const struct bsan_symbol symbol = {.pc = 1};
  struct timespec time = {0, 1};
  bsan_unit_fakes.symbols = &symbol;
  bsan_unit_fakes.symbol_count = 1;
  __bsan_enter_loop();
  nanosleep(&time, NULL);
  __bsan_leave_loop();
}

struct end {
  const char *options;
  void (*end)(int);
  int code;
};

static void report_and_end(void *arg) {
  const struct end *end = arg;
  bsan_unit_use_flags(end->options);
  make_report();
  end->end(end->code);
}

static struct bsan_child_result result;

static int get_exit_code(const char *options, void (*how)(int), int code) {
  struct end end = {options, how, code};
  result = bsan_unit_run_child(report_and_end, &end);
  return result.exit_code;
}

TEST the_runtime_is_started_before_main(void) {
  ASSERT(bsan_init_is_done());
  ASSERT(bsan_init_owns_process());
  PASS();
}

TEST a_normal_exit_tells_that_something_was_found(void) {
  ASSERT_EQ(44, get_exit_code("halt_on_error=0", exit, 0));
  ASSERT_EQ(44, get_exit_code("halt_on_error=0", exit, 3));
  ASSERT_EQ(9, get_exit_code("halt_on_error=0:exitcode=9", exit, 3));
  ASSERT_EQ(3, get_exit_code("halt_on_error=0:exitcode=0", exit, 3));
  ASSERT_EQ(3, get_exit_code("checks=dns", exit, 3));
  PASS();
}

TEST other_exits_keep_their_code(void) {
  ASSERT_EQ(3, get_exit_code("halt_on_error=0", _exit, 3));
  ASSERT_EQ(0, get_exit_code("halt_on_error=0", _Exit, 0));
  ASSERT_EQ(3, get_exit_code("halt_on_error=0", quick_exit, 3));
  PASS();
}

static greatest_test_res check_statistics(void (*how)(int)) {
  get_exit_code("halt_on_error=0:print_stats_on_exit=1", how, 0);
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text,
                               "BlockSanitizer: 1 blocking site, 1 call, "));
  get_exit_code("halt_on_error=0", how, 0);
  ASSERT_EQ(NULL, strstr(result.stderr_text, "blocking site,"));
  PASS();
}

TEST statistics_are_printed_once_however_it_ends(void) {
  CHECK_CALL(check_statistics(exit));
  CHECK_CALL(check_statistics(_exit));
  CHECK_CALL(check_statistics(quick_exit));
  PASS();
}

static bool exits_in_destructor;

// Runs after the runtime's own exit handler.
__attribute__((destructor)) static void exit_in_destructor(void) {
  if (exits_in_destructor)
    _exit(7);
}

static void exit_twice(int code) {
  exits_in_destructor = true;
  exit(code);
}

TEST statistics_are_printed_once_when_it_ends_twice(void) {
  ASSERT_EQ(7,
            get_exit_code("checks=dns:print_stats_on_exit=1", exit_twice, 3));
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text, "0 blocking sites"));
  PASS();
}

// The exit code is changed behind libc's back, which then flushes nothing.
TEST what_was_printed_is_not_lost(void) {
  int ends[2];
  char text[16] = "";
  ASSERT_EQ(0, pipe(ends));
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(STDERR_FILENO);
    bsan_unit_use_flags("halt_on_error=0");
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    printf("buffered");
    make_report();
    exit(0);
  }
  close(ends[1]);
  int status = 0;
  ASSERT_EQ(child, waitpid(child, &status, 0));
  ASSERT_EQ(44, WEXITSTATUS(status));
  ASSERT_EQ(8, read(ends[0], text, sizeof(text) - 1));
  ASSERT_STR_EQ("buffered", text);
  PASS();
}

//===-- Fork --------------------------------------------------------------===//

static void report_and_fork(void *reports_too) {
  bsan_unit_use_flags("halt_on_error=0:exitcode=44");
  make_report();
  pid_t child = fork();
  if (child == 0) {
    if (reports_too)
      make_report();
    exit(5);
  }
  int status = 0;
  waitpid(child, &status, 0);
  fprintf(stderr, "CHILD %d\n", WEXITSTATUS(status));
}

TEST what_the_parent_found_is_not_the_childs(void) {
  result = bsan_unit_run_child(report_and_fork, NULL);
  ASSERT(strstr(result.stderr_text, "CHILD 5\n"));
  ASSERT_EQ(44, result.exit_code);
  PASS();
}

TEST what_the_child_finds_is_its_own(void) {
  result = bsan_unit_run_child(report_and_fork, "");
  ASSERT(strstr(result.stderr_text, "CHILD 44\n"));
  ASSERT_EQ(44, result.exit_code);
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text, " on event loop thread "));
  PASS();
}

static bool is_over;

static void *report_all_the_time(void *arg) {
  while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
    make_report();
  return arg;
}

static void run_reporting_child(void) {
  make_report();
  exit(0);
}

// A child that inherits a lock that another thread held would wait for ever.
static void fork_beside_reports(void *unused) {
  pthread_t threads[2];
  int failed = 0;
  int own_stderr = dup(STDERR_FILENO);
  dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
  bsan_unit_use_flags("halt_on_error=0:suppress_equal_stacks=0");
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, report_all_the_time, unused);
  for (int i = 0; i < 40; i++) {
    int status = 0;
    pid_t child = fork();
    if (child == 0)
      run_reporting_child();
    waitpid(child, &status, 0);
    failed += WEXITSTATUS(status) != 44;
  }
  __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  dprintf(own_stderr, "%d failed\n", failed);
}

TEST a_fork_waits_for_the_reports_of_others(void) {
  result = bsan_unit_run_child(fork_beside_reports, NULL);
  ASSERT_STR_EQ("0 failed\n", result.stderr_text);
  PASS();
}

BSAN_UNIT_SUITE(Init, BSAN_UNIT(the_runtime_is_started_before_main),
                BSAN_UNIT(a_normal_exit_tells_that_something_was_found),
                BSAN_UNIT(other_exits_keep_their_code),
                BSAN_UNIT(statistics_are_printed_once_however_it_ends),
                BSAN_UNIT(statistics_are_printed_once_when_it_ends_twice),
                BSAN_UNIT(what_was_printed_is_not_lost),
                BSAN_UNIT(what_the_parent_found_is_not_the_childs),
                BSAN_UNIT(what_the_child_finds_is_its_own),
                BSAN_UNIT(a_fork_waits_for_the_reports_of_others));
