//===-- bsan_check_test.c - Unit tests of bsan_check.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// check() stands for the armed half of a wrapper, around a call that the test
// gives. Time and switches are the test's too. Reports are made in children.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sanitizer/bsan_interface.h"

#include "bsan_check.h"
#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

#define NOINLINE __attribute__((noinline))
// Keeps the call before it from becoming a jump.
#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

// What the call takes, and how often the thread sleeps in it.
static uint64_t call_ns;
static uint32_t call_switches;

static void make_call(void) {
  bsan_unit_fakes.now_ns += call_ns;
  bsan_unit_fakes.switches += call_switches;
  fprintf(stderr, "CALLED\n");
}

// False when the call passed unchecked.
NOINLINE static bool check(enum bsan_verdict verdict, void (*call)(void)) {
  struct bsan_event event;
  memset(&event, 0xa5, sizeof(event));
  if (!bsan_check_open(&event, BSAN_CALL_nanosleep, BSAN_CALLER_PC(),
                       BSAN_CFA())) {
    call();
    return false;
  }
  event.verdict = (uint8_t)verdict;
  if (verdict == BSAN_WONT_BLOCK) {
    bsan_check_close(&event);
    call();
    return true;
  }
  bsan_check_show(&event, "d", 7);
  bsan_check_begin(&event);
  call();
  bsan_check_end(&event);
  return true;
}

//===-- Children ----------------------------------------------------------===//

struct run {
  const char *options;
  void (*body)(void);
};

static void print_end(void) { fprintf(stderr, "THE END\n"); }

static void run_in_loop(void *arg) {
  static const struct bsan_symbol symbol = {.pc = 1};
  const struct run *run = arg;
  bsan_unit_fakes.symbols = &symbol;
  bsan_unit_fakes.symbol_count = 1;
  bsan_unit_fakes.now_ns = 1000;
  bsan_unit_fakes.counts_switches = true;
  bsan_unit_use_flags(run->options);
  __bsan_set_death_callback(print_end);
  __bsan_enter_loop();
  run->body();
  __bsan_leave_loop();
}

static struct bsan_child_result result;

// Runs BODY inside a loop, in a child; gives its stderr.
static const char *run_child(const char *options, void (*body)(void)) {
  struct run run = {options, body};
  result = bsan_unit_run_child(run_in_loop, &run);
  return result.stderr_text;
}

static int count_reports(const char *options, void (*body)(void)) {
  return bsan_unit_count(run_child(options, body), " on event loop thread ");
}

//===-- Opening -----------------------------------------------------------===//

TEST a_thread_without_a_loop_passes(void) {
  struct bsan_event event;
  ASSERT_FALSE(
      bsan_check_open(&event, BSAN_CALL_read, BSAN_CALLER_PC(), BSAN_CFA()));
  ASSERT_EQ(0, bsan_tls.scope.cfa);
  PASS();
}

TEST opening_fills_the_event_and_closing_ends_its_scope(void) {
  struct bsan_event event;
  memset(&event, 0xa5, sizeof(event));
  __bsan_enter_loop();
  ASSERT(
      bsan_check_open(&event, BSAN_CALL_fsync, BSAN_CALLER_PC(), BSAN_CFA()));
  ASSERT_EQ(BSAN_CFA(), bsan_tls.scope.cfa);
  ASSERT_EQ(BSAN_CALL_fsync, event.call);
  ASSERT_EQ(BSAN_CLASS_SYNC, event.cls);
  ASSERT_EQ(-1, event.fd);
  ASSERT_EQ(BSAN_CALLER_PC(), event.pc);
  ASSERT_EQ(BSAN_CFA(), event.cfa);
  ASSERT_EQ(bsan_thread_self, event.thread);
  ASSERT_EQ(NULL, event.why);
  ASSERT_EQ(NULL, event.object);
  ASSERT_EQ(NULL, event.site);
  ASSERT_EQ(0, event.elapsed_ns);
  ASSERT_FALSE(event.fd_nonblocking);
  ASSERT_FALSE(event.undecided);
  bsan_check_close(&event);
  ASSERT_EQ(0, bsan_tls.scope.cfa);
  __bsan_leave_loop();
  PASS();
}

TEST what_is_not_checked_passes(void) {
  struct bsan_event event;
  __bsan_enter_loop();
  bsan_flags.checks = "-sync";
  bsan_calls_init();
  ASSERT_FALSE(
      bsan_check_open(&event, BSAN_CALL_fsync, BSAN_CALLER_PC(), BSAN_CFA()));
  ASSERT(bsan_check_open(&event, BSAN_CALL_read, BSAN_CALLER_PC(), BSAN_CFA()));
  bsan_check_close(&event);
  __bsan_deactivate();
  ASSERT_FALSE(
      bsan_check_open(&event, BSAN_CALL_read, BSAN_CALLER_PC(), BSAN_CFA()));
  __bsan_activate();
  ASSERT(bsan_check_open(&event, BSAN_CALL_read, BSAN_CALLER_PC(), BSAN_CFA()));
  bsan_check_close(&event);
  __bsan_leave_loop();
  PASS();
}

TEST the_runtime_itself_passes(void) {
  struct bsan_event event;
  __bsan_enter_loop();
  uint8_t outer = bsan_gate_enter_runtime();
  ASSERT_FALSE(
      bsan_check_open(&event, BSAN_CALL_read, BSAN_CALLER_PC(), BSAN_CFA()));
  bsan_gate_leave_runtime(outer);
  __bsan_leave_loop();
  PASS();
}

TEST shown_arguments_follow_their_codes(void) {
  struct bsan_event event;
  int here = 0;
  memset(&event, 0xa5, sizeof(event));
  bsan_check_show(&event, "sdu", "text", -5, (size_t)7);
  ASSERT_EQ('s', event.args[0].kind);
  ASSERT_STR_EQ("text", event.args[0].value.string);
  ASSERT_EQ(-5, event.args[1].value.number);
  ASSERT_EQ(7, event.args[2].value.number);
  bsan_check_show(&event, "p", &here);
  ASSERT_EQ((long)&here, event.args[0].value.number);
  ASSERT_EQ(0, event.args[1].kind);
  bsan_check_show(&event, "-");
  ASSERT_EQ(0, event.args[0].kind);
  PASS();
}

//===-- Before and after --------------------------------------------------===//

NOINLINE static void call_may_block(void) {
  check(BSAN_MAY_BLOCK, make_call);
  KEEP_FRAME();
}

// From one instruction: a compiler that knew the number would unroll it.
static volatile int two = 2;

static void call_twice(void) {
  for (int i = 0; i < two; i++)
    call_may_block();
}

static void call_wont_block(void) { check(BSAN_WONT_BLOCK, make_call); }

static void call_measured(void) { check(BSAN_MEASURE, make_call); }

TEST a_fatal_report_comes_before_the_call(void) {
  ASSERT_EQ(1, count_reports("", call_may_block));
  ASSERT_EQ(44, result.exit_code);
  ASSERT_EQ(NULL, strstr(result.stderr_text, "CALLED"));
  ASSERT(strstr(result.stderr_text, "==ABORTING\nTHE END\n"));
  PASS();
}

TEST other_reports_come_after_it(void) {
  call_ns = 2500000;
  ASSERT_EQ(1, count_reports("halt_on_error=0", call_twice));
  ASSERT_EQ(44, result.exit_code);
  ASSERT_STRN_EQ("CALLED\n", result.stderr_text, 7);
  ASSERT(strstr(result.stderr_text, "  took 2.500 ms (did not sleep)\n"));
  ASSERT_EQ(2, bsan_unit_count(result.stderr_text, "CALLED"));
  PASS();
}

TEST what_wont_block_is_silent(void) {
  ASSERT_STR_EQ("CALLED\n", run_child("", call_wont_block));
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

static greatest_test_res check_actual(uint64_t ns, uint32_t switches,
                                      int reports) {
  call_ns = ns;
  call_switches = switches;
  ASSERT_EQ(reports,
            count_reports("halt_on_error=0:report=actual", call_may_block));
  ASSERT_EQ(reports ? 44 : 0, result.exit_code);
  ASSERT_EQ(reports, count_reports("halt_on_error=0", call_measured));
  PASS();
}

TEST actual_reports_need_time_and_a_switch(void) {
  CHECK_CALL(check_actual(1000000, 1, 1));
  CHECK_CALL(check_actual(999999, 1, 0));
  CHECK_CALL(check_actual(5000000, 0, 0));
  CHECK_CALL(check_actual(5000000, 9, 1));
  PASS();
}

TEST the_time_is_the_flags(void) {
  call_ns = 50000;
  call_switches = 1;
  ASSERT_EQ(1, count_reports("halt_on_error=0:report=actual:min_block_us=50",
                             call_may_block));
  ASSERT_EQ(0, count_reports("halt_on_error=0:report=actual:min_block_us=51",
                             call_may_block));
  PASS();
}

TEST a_fatal_report_that_is_measured_comes_after_the_call(void) {
  call_ns = 5000000;
  call_switches = 1;
  ASSERT_EQ(1, count_reports("report=actual", call_may_block));
  ASSERT_EQ(44, result.exit_code);
  ASSERT_STRN_EQ("CALLED\n", result.stderr_text, 7);
  ASSERT(strstr(result.stderr_text, "==ERROR"));
  ASSERT(strstr(result.stderr_text,
                "  blocked for 5.000 ms (slept; 1 voluntary "
                "switch)\n"));
  ASSERT_EQ(1, count_reports("", call_measured));
  ASSERT_STRN_EQ("CALLED\n", result.stderr_text, 7);
  PASS();
}

static void print_errno_around_the_call(void) {
  struct bsan_event event;
  if (!bsan_check_open(&event, BSAN_CALL_nanosleep, BSAN_CALLER_PC(),
                       BSAN_CFA()))
    return;
  event.verdict = BSAN_MAY_BLOCK;
  bsan_check_show(&event, "-");
  errno = 4711;
  bsan_check_begin(&event);
  int before = errno;
  errno = 4712;
  bsan_check_end(&event);
  int after = errno;
  fprintf(stderr, "ERRNO %d %d\n", before, after);
}

TEST errno_is_kept(void) {
  // With the symbolizer, log file and all.
  ASSERT(strstr(run_child("halt_on_error=0", print_errno_around_the_call),
                "ERRNO 4711 4712\n"));
  ASSERT(strstr(run_child("report=actual", print_errno_around_the_call),
                "ERRNO 4711 4712\n"));
  PASS();
}

//===-- Accepted calls ----------------------------------------------------===//

static void call_accepted(void) {
  static const struct bsan_symbol symbol = {.pc = 1, .module = "server"};
  uintptr_t pc = 1;
  bsan_unit_use_suppressions("blocking:server:*");
  struct bsan_site *site =
      bsan_report_site(BSAN_CALL_nanosleep, bsan_bridge_depot_put(&pc, 1));
  bsan_unit_fakes.symbols = &symbol;
  struct bsan_event event;
  for (int i = 0; i < 3; i++) {
    if (!bsan_check_open(&event, BSAN_CALL_nanosleep, pc, BSAN_CFA()))
      return;
    event.verdict = BSAN_MAY_BLOCK;
    bsan_check_begin(&event);
    bsan_unit_fakes.now_ns += 700000;
    bsan_check_end(&event);
  }
  (void)site;
}

TEST accepted_calls_are_counted_with_their_time(void) {
  ASSERT_EQ(0, count_reports("", call_accepted));
  ASSERT_EQ(0, result.exit_code);
  ASSERT(strstr(result.stderr_text,
                "         3           2  blocking:server:*\n"));
  PASS();
}

//===-- Scopes ------------------------------------------------------------===//

static void call_inside_call(void) { check(BSAN_MAY_BLOCK, call_may_block); }

TEST a_call_inside_another_belongs_to_it(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=0", call_inside_call));
  ASSERT_EQ(1, bsan_unit_count(result.stderr_text, "CALLED"));
  PASS();
}

static void call_after_harmless_one(void) {
  call_wont_block();
  call_may_block();
}

TEST a_call_that_wont_block_hides_no_other(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=0", call_after_harmless_one));
  PASS();
}

static void call_inside_harmless_one(void) {
  check(BSAN_WONT_BLOCK, call_may_block);
}

TEST a_call_inside_one_that_wont_block_is_its_own(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=0", call_inside_harmless_one));
  PASS();
}

static jmp_buf jump;

static void jump_out(void) { longjmp(jump, 1); }

NOINLINE static void call_deeper(void) {
  volatile char room[512];
  room[0] = 0;
  call_may_block();
  (void)room[0];
  KEEP_FRAME();
}

static void jump_out_and_call(void) {
  if (setjmp(jump) == 0)
    check(BSAN_MAY_BLOCK, jump_out);
  call_deeper();
}

TEST a_call_that_was_jumped_out_of_hides_no_other(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=0", jump_out_and_call));
  ASSERT(strstr(result.stderr_text, "CALLED"));
  PASS();
}

static void call_disabled(void) {
  struct timespec time = {0, 1};
  __bsan_disable();
  nanosleep(&time, NULL);
  __bsan_enable();
}

TEST disabled_calls_pass(void) {
  ASSERT_STR_EQ("", run_child("", call_disabled));
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

//===-- Signals -----------------------------------------------------------===//

static void sleep_in_handler(int signal) {
  struct timespec time = {0, 1};
  (void)signal;
  nanosleep(&time, NULL);
}

static void handle_on_another_stack(void) {
  static char memory[1 << 16];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
  struct sigaction action = {.sa_handler = sleep_in_handler,
                             .sa_flags = SA_ONSTACK};
  sigaltstack(&stack, NULL);
  sigaction(SIGUSR1, &action, NULL);
}

static void interrupt_callback(void) {
  handle_on_another_stack();
  raise(SIGUSR1);
  fprintf(stderr, "SCOPE %zu\n", (size_t)bsan_tls.scope.cfa);
}

TEST a_handler_on_another_stack_is_checked(void) {
  ASSERT_EQ(1, count_reports("halt_on_error=0", interrupt_callback));
  ASSERT(strstr(result.stderr_text, "SCOPE 0\n"));
  PASS();
}

static void interrupt_runtime(void) {
  handle_on_another_stack();
  uint8_t outer = bsan_gate_enter_runtime();
  raise(SIGUSR1);
  bsan_gate_leave_runtime(outer);
}

TEST a_handler_that_interrupts_the_runtime_passes(void) {
  ASSERT_STR_EQ("", run_child("halt_on_error=0", interrupt_runtime));
  PASS();
}

static void raise_signal(void) { raise(SIGUSR1); }

static void interrupt_call(void) {
  handle_on_another_stack();
  check(BSAN_MAY_BLOCK, raise_signal);
  call_may_block();
  fprintf(stderr, "SCOPE %zu\n", (size_t)bsan_tls.scope.cfa);
}

// The handler's own call, and the two that are not in it.
TEST a_handler_that_interrupts_a_call_leaves_its_scope_alone(void) {
  ASSERT_EQ(3, count_reports("halt_on_error=0", interrupt_call));
  ASSERT(strstr(result.stderr_text, "SCOPE 0\n"));
  PASS();
}

//===-- Processes ---------------------------------------------------------===//

static void sleep_in_vforked_child(void) {
  struct timespec time = {0, 1};
  pid_t child = vfork(); // NOLINT
  if (child == 0) {
    nanosleep(&time, NULL); // NOLINT
    _exit(0);
  }
  __bsan_disable();
  waitpid(child, NULL, 0);
  __bsan_enable();
}

TEST a_vforked_child_reports_nothing(void) {
  ASSERT_STR_EQ("", run_child("", sleep_in_vforked_child));
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

//===-- The program's own functions ---------------------------------------===//

static void notify(void) { __bsan_notify_blocking_call("db_query"); }

TEST the_programs_functions_are_reported_in_a_loop(void) {
  ASSERT_EQ(1, count_reports("", notify));
  ASSERT(strstr(result.stderr_text, "blocking-call: db_query on event loop"));
  ASSERT_EQ(44, result.exit_code);
  ASSERT_EQ(0, count_reports("checks=-user", notify));
  ASSERT_EQ(0, count_reports("enabled=0", notify));
  PASS();
}

TEST the_programs_functions_pass_elsewhere(void) {
  notify();
  ASSERT_EQ(0, bsan_report_total());
  PASS();
}

BSAN_UNIT_SUITE(
    Check, BSAN_UNIT(a_thread_without_a_loop_passes),
    BSAN_UNIT(opening_fills_the_event_and_closing_ends_its_scope),
    BSAN_UNIT(what_is_not_checked_passes), BSAN_UNIT(the_runtime_itself_passes),
    BSAN_UNIT(shown_arguments_follow_their_codes),
    BSAN_UNIT(a_fatal_report_comes_before_the_call),
    BSAN_UNIT(other_reports_come_after_it),
    BSAN_UNIT(what_wont_block_is_silent),
    BSAN_UNIT(actual_reports_need_time_and_a_switch),
    BSAN_UNIT(the_time_is_the_flags),
    BSAN_UNIT(a_fatal_report_that_is_measured_comes_after_the_call),
    BSAN_UNIT(errno_is_kept),
    BSAN_UNIT(accepted_calls_are_counted_with_their_time),
    BSAN_UNIT(a_call_inside_another_belongs_to_it),
    BSAN_UNIT(a_call_that_wont_block_hides_no_other),
    BSAN_UNIT(a_call_inside_one_that_wont_block_is_its_own),
    BSAN_UNIT(a_call_that_was_jumped_out_of_hides_no_other),
    BSAN_UNIT(disabled_calls_pass),
    BSAN_UNIT(a_handler_on_another_stack_is_checked),
    BSAN_UNIT(a_handler_that_interrupts_the_runtime_passes),
    BSAN_UNIT(a_handler_that_interrupts_a_call_leaves_its_scope_alone),
    BSAN_UNIT(a_vforked_child_reports_nothing),
    BSAN_UNIT(the_programs_functions_are_reported_in_a_loop),
    BSAN_UNIT(the_programs_functions_pass_elsewhere));
