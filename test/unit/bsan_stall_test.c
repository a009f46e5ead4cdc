//===-- bsan_stall_test.c - Unit tests of stalls ------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How threads are looked at is tested where they do something:
// test/bsan/stalls.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <string.h>
#include <sys/syscall.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_stall.h"

extern const struct bsan_sink bsan_sink_text, bsan_sink_json;

static const struct bsan_symbol symbols[] = {
    {.pc = 0x1000, .function = "on_request", .file = "/src/a.c", .line = 6},
    {.pc = 0x2000, .function = "serve", .file = "/src/b.c", .line = 9}};

static struct bsan_stall stall;
static const struct bsan_sink *sink;

static void make_stall(const struct bsan_sink *of) {
  uintptr_t pcs[2] = {0x1000, 0x2000}, loop_pcs[1] = {0x2000};
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = 2;
  sink = of;
  stall = (struct bsan_stall){
      .thread = {.tid = 77, .kind = BSAN_LOOP_LIBUV, .name = "main"},
      .iteration = 3,
      .elapsed_ns = 1234567890,
      .number = 2,
      .stack_id = bsan_bridge_depot_put(pcs, 2),
      .task = {.state = BSAN_TASK_SLEEPS,
               .call = SYS_read,
               .args = {3, 0x1000, 16},
               .place = "pipe_read"},
  };
  stall.thread.stack_id = bsan_bridge_depot_put(loop_pcs, 1);
}

static void write_stall(void *unused) {
  (void)unused;
  bsan_unit_use_flags("color=never");
  sink->write_stall(&stall);
}

// Whether PART is in what is written.
static bool has(const char *part) {
  struct bsan_child_result result = bsan_unit_run_child(write_stall, NULL);
  return strstr(result.stderr_text, part);
}

TEST a_report_says_how_long_and_in_what(void) {
  make_stall(&bsan_sink_text);
  ASSERT(has("==WARNING: BlockSanitizer: stall: callback on event loop thread "
             "T0 \"main\" (libuv, serve) has run for 1234 ms\n"
             "  it sleeps in the system call read(0x3, 0x1000, 0x10), in the "
             "kernel's pipe_read\n    #0 "));
  ASSERT(has(" in on_request /src/a.c:6"));
  ASSERT(has("SUMMARY: BlockSanitizer: stall /src/a.c:6 in on_request "
             "(sleeping)\n"));
  stall.task.call = 9999;
  stall.task.place[0] = 0;
  ASSERT(has("system call 9999(0x3, 0x1000, 0x10, 0x0, 0x0, 0x0)\n"));
  stall.task.call = -1;
  ASSERT(has("  it sleeps\n"));
  PASS();
}

TEST what_runs_has_no_system_call(void) {
  make_stall(&bsan_sink_text);
  stall.task.state = BSAN_TASK_RUNS;
  ASSERT(has("  it runs\n    #0 "));
  ASSERT(has("(running)\n"));
  stall.stack_id = 0;
  ASSERT(has("  it runs\n    its stack is not known\n"));
  ASSERT_FALSE(has("SUMMARY"));
  PASS();
}

TEST the_call_and_its_lock_are_named(void) {
  make_stall(&bsan_sink_text);
  stall.has_event = true;
  stall.event = bsan_unit_make_event(BSAN_CALL_pthread_mutex_lock);
  stall.event.args[0] = (struct bsan_arg){'p', {.number = 0xabc0}};
  stall.event.owner = (struct bsan_owner){
      .kind = BSAN_LOCK_MUTEX, .lock = 0xabc0, .tid = (1 << 22) - 1};
  ASSERT(has("\n  pthread_mutex_lock(0x00000000abc0): lock: "));
  ASSERT(has("\n  mutex 0x00000000abc0 is held by thread 4194303"));
  ASSERT(has("in on_request (pthread_mutex_lock)\n"));
  sink = &bsan_sink_json;
  ASSERT(has("\"call\":\"pthread_mutex_lock\",\"class\":\"lock\","));
  ASSERT(has("\"lock\":\"0xabc0\",\"owner_tid\":4194303}\n"));
  PASS();
}

TEST what_has_not_moved_is_one_line(void) {
  make_stall(&bsan_sink_text);
  stall.has_not_moved = true;
  ASSERT(has("has run for 1234 ms, and sleeps where it was\n"));
  ASSERT_FALSE(has("#0"));
  ASSERT_FALSE(has("====="));
  PASS();
}

TEST the_end_has_no_stack(void) {
  make_stall(&bsan_sink_text);
  stall.has_ended = true;
  ASSERT(has("==BlockSanitizer: stall ended after 1234 ms: callback on event "
             "loop thread T0 \"main\" (libuv, serve)\n"));
  ASSERT_FALSE(has("#0"));
  sink = &bsan_sink_json;
  ASSERT(has("\"duration_us\":1234567,\"number\":2,\"ended\":true}\n"));
  PASS();
}

TEST a_line_of_the_log_has_it_all(void) {
  make_stall(&bsan_sink_json);
  ASSERT(has("{\"v\":1,\"type\":\"stall\",\"time_us\":"));
  ASSERT(has(",\"tid\":77,\"thread\":\"main\",\"loop\":\"serve\","
             "\"adapter\":\"libuv\",\"iteration\":3,\"duration_us\":1234567,"
             "\"number\":2,\"ended\":false,\"state\":\"sleeping\",\"wchan\":"
             "\"pipe_read\",\"system_call_number\":"));
  ASSERT(has(",\"system_call\":\"read\",\"system_call_args\":[\"0x3\","
             "\"0x1000\",\"0x10\"],\"hash\":\""));
  ASSERT(has("\"stack\":[{\"pc\":\"0xfff\",\"function\":\"on_request\""));
  stall.task.state = BSAN_TASK_RUNS;
  ASSERT(has("\"ended\":false,\"state\":\"running\",\"hash\""));
  PASS();
}

TEST calls_that_sleep_have_names(void) {
  int args;
  ASSERT_STR_EQ("futex", bsan_stall_syscall_name(SYS_futex, &args));
  ASSERT_EQ(6, args);
  ASSERT_STR_EQ("fsync", bsan_stall_syscall_name(SYS_fsync, &args));
  ASSERT_EQ(1, args);
  ASSERT_EQ(NULL, bsan_stall_syscall_name(SYS_getpid, &args));
  ASSERT_EQ(BSAN_TASK_ARGS, args);
  PASS();
}

BSAN_UNIT_SUITE(Stall, BSAN_UNIT(a_report_says_how_long_and_in_what),
                BSAN_UNIT(what_runs_has_no_system_call),
                BSAN_UNIT(the_call_and_its_lock_are_named),
                BSAN_UNIT(what_has_not_moved_is_one_line),
                BSAN_UNIT(the_end_has_no_stack),
                BSAN_UNIT(a_line_of_the_log_has_it_all),
                BSAN_UNIT(calls_that_sleep_have_names));
