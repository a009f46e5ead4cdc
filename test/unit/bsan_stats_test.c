//===-- bsan_stats_test.c - Unit tests of bsan_stats.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The figures are put into the tables by hand and read from the child's stderr.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

static const struct bsan_symbol symbols[] = {
    {.pc = 0x1000,
     .function = "on_request",
     .file = "/src/a.c",
     .line = 6,
     .module = "/bin/server"},
    {.pc = 0x2000, .function = "flush", .module = "/lib/libfoo.so"},
    {.pc = 0x3000, .module = "/bin/server", .offset = 0x2fff},
    {.pc = 0x4000,
     .function = "serve",
     .file = "/src/b.c",
     .line = 9,
     .module = "/bin/server"}};

static struct bsan_site *add_site(unsigned call, uintptr_t pc, uint64_t count,
                                  uint64_t total_ns, uint64_t max_ns) {
  struct bsan_site *site =
      bsan_report_site(call, bsan_bridge_depot_put(&pc, 1));
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = sizeof(symbols) / sizeof(symbols[0]);
  site->count = count;
  site->total_ns = total_ns;
  site->max_ns = max_ns;
  return site;
}

static const char *print_in_child(void (*fill)(void *), void *arg) {
  static struct bsan_child_result result;
  result = bsan_unit_run_child(fill, arg);
  return result.exit_code == 0 ? result.stderr_text : "the child failed";
}

static void print_nothing(void *unused) {
  (void)unused;
  bsan_stats_print();
}

TEST nothing_found_and_no_loop_is_said(void) {
  const char *text = print_in_child(print_nothing, NULL);
  const char *expected = "BlockSanitizer: 0 blocking sites, 0 calls, 0 us "
                         "blocked\nNo event loop was seen in process ";
  ASSERT_STRN_EQ(expected, text, strlen(expected));
  PASS();
}

static void print_three_sites(void *unused) {
  (void)unused;
  add_site(BSAN_CALL_read, 0x1000, 2, 41250000, 41000000);
  add_site(BSAN_CALL_fdatasync, 0x2000, 900, 1904999000, 999999)->slept = 850;
  add_site(BSAN_CALL___read_chk, 0x3000, 1, 999, 999);
  bsan_stats_print();
}

TEST sites_are_sorted_by_their_time(void) {
  const char *text = print_in_child(print_three_sites, NULL);
  const char *expected =
      "BlockSanitizer: 3 blocking sites, 903 calls, 1.94 s blocked\n"
      "   calls   total     max        slept   where\n"
      "     900   1.90 s    999 us       850   fdatasync   flush   "
      "libfoo.so\n"
      "       2   41.2 ms   41.0 ms        0   read   on_request   /src/a.c:6\n"
      "       1   0 us      0 us           0   read   server+0x2fff   \n";
  ASSERT_STRN_EQ(expected, text, strlen(expected));
  PASS();
}

static void print_one_site(void *unused) {
  (void)unused;
  add_site(BSAN_CALL_read, 0x1000, 1, 1000000, 1000000);
  add_site(BSAN_CALL_write, 0x1000, 5, 9000000, 1)->rule =
      (struct bsan_rule *)symbols;
  bsan_stats_print();
}

TEST accepted_sites_are_left_out(void) {
  const char *text = print_in_child(print_one_site, NULL);
  ASSERT(strstr(text, "BlockSanitizer: 1 blocking site, 1 call, 1.0 ms "
                      "blocked\n"));
  ASSERT_EQ(NULL, strstr(text, "write"));
  PASS();
}

static void print_sites(void *count) {
  for (int i = 0; i < *(int *)count; i++)
    add_site(BSAN_CALL_read, 0x10000 + (uintptr_t)i, 1, 1000000, 1000);
  bsan_stats_print();
}

static int count_printed(int count) {
  return bsan_unit_count(print_in_child(print_sites, &count), "1.0 ms    1 us");
}

TEST sites_of_equal_time_are_all_printed(void) {
  ASSERT_EQ_FMT(3, count_printed(3), "%d");
  ASSERT_EQ_FMT(49, count_printed(49), "%d");
  PASS();
}

TEST more_than_fifty_sites_are_cut(void) {
  int count = 53;
  ASSERT(strstr(print_in_child(print_sites, &count), "\n   ... and 3 more "
                                                     "sites\n"));
  ASSERT_EQ_FMT(50, count_printed(53), "%d");
  PASS();
}

TEST just_fifty_sites_are_not_cut(void) {
  int count = 50;
  ASSERT_EQ(NULL, strstr(print_in_child(print_sites, &count), "more sites"));
  ASSERT_EQ_FMT(50, count_printed(50), "%d");
  PASS();
}

static void print_times(void *unused) {
  static const uint64_t times[] = {0,         999,        1000,
                                   999999,    1000000,    9949999,
                                   999999999, 1000000000, 59999999999999u};
  (void)unused;
  for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
    add_site(BSAN_CALL_read, 0x10000 + i, 1, times[i], 0);
  bsan_stats_print();
}

TEST times_are_cut_and_not_rounded(void) {
  static const char *const written[] = {
      "   0 us      0 us", "   1 us      0 us", "   999 us    0 us",
      "   1.0 ms    0 us", "   9.9 ms    0 us", "   999.9 ms  0 us",
      "   1.00 s    0 us", "   59999.99 s 0 us"};
  const char *text = print_in_child(print_times, NULL);
  for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++)
    ASSERTm(written[i], strstr(text, written[i]));
  PASS();
}

//===-- Loops -------------------------------------------------------------===//

static void print_blocked_loop(void *unused) {
  (void)unused;
  struct bsan_thread *thread = bsan_loop_thread();
  add_site(BSAN_CALL_read, 0x1000, 1234567, 13924000, 1000);
  thread->loop_name = "ui";
  thread->times.iterations = 12;
  thread->times.callbacks_ns = 118000000;
  bsan_stats_print();
}

static void print_loop(void *name) {
  struct bsan_thread *thread = bsan_loop_thread();
  uintptr_t pcs[2] = {0x1000, 0x4000};
  add_site(BSAN_CALL_read, 0x1000, 1, 1000, 1000);
  thread->stack_id = bsan_bridge_depot_put(pcs, 2);
  thread->stack_loop_frame = 1;
  thread->loop_name = name;
  snprintf(thread->name, sizeof(thread->name), "wor\nker");
  thread->times.iterations = 1204;
  thread->times.callbacks_ns = 118000000;
  thread->times.waits_ns = 882000000;
  thread->times.blocked_ns = 59000000;
  thread->times.longest_ns = 41000000;
  for (int i = 0; i < 1203; i++)
    bsan_histogram_add(&thread->times.stretches, i < 1180 ? 63999 : 3000000);
  bsan_histogram_add(&thread->times.stretches, 41000000);
  bsan_stats_print();
}

TEST loops_are_listed_by_function_or_name(void) {
  ASSERT(strstr(print_in_child(print_loop, NULL), "\nLoop \"serve\" on thread "
                                                  "T0 "));
  const char *text = print_in_child(print_loop, "u\ti");
  ASSERT(strstr(text, "\nLoop \"u?i\" on thread T0 "));
  ASSERT(strstr(text, ": 1,204 iterations, 118.0 ms in callbacks (11.8% of its "
                      "time), longest 41.0 ms\n   callbacks between two waits: "
                      "p50 64 us, p99 3.0 ms, p99.9 3.0 ms; 59.0 ms blocked "
                      "(50.0%)\n"));
  ASSERT_EQ(NULL, strstr(text, "No event loop"));
  PASS();
}

static void print_one_iteration(void *unused) {
  (void)unused;
  struct bsan_loop_times *times = &bsan_loop_thread()->times;
  times->iterations = 1;
  times->callbacks_ns = times->longest_ns = 40100000;
  bsan_histogram_add(&times->stretches, 40100000);
  bsan_stats_print();
}

// The bucket of 40.1 ms reaches to 40.8.
TEST no_percentile_exceeds_the_longest(void) {
  const char *text = print_in_child(print_one_iteration, NULL);
  ASSERT(strstr(text, ": 1 iteration, 40.1 ms in callbacks (100.0% of its "
                      "time), longest 40.1 ms\n   callbacks between two waits: "
                      "p50 40.1 ms, p99 40.1 ms, p99.9 40.1 ms; 0 us blocked "
                      "(0.0%)\n"));
  PASS();
}

static void print_running_loop(void *unused) {
  (void)unused;
  struct bsan_thread *thread = bsan_loop_thread();
  bsan_unit_fakes.now_ns = 1000000;
  bsan_loop_begin_callbacks(thread);
  bsan_loop_add_blocked(thread, 2000000);
  bsan_unit_fakes.now_ns = 9000000;
  bsan_stats_print();
}

TEST callbacks_that_are_running_count(void) {
  const char *text = print_in_child(print_running_loop, NULL);
  ASSERT(strstr(text, ": 1 iteration, 8.0 ms in callbacks (100.0% of its "
                      "time), longest 0 us\n"));
  ASSERT(strstr(text, "; 2.0 ms blocked (25.0%)\n"));
  PASS();
}

//===-- The first line ----------------------------------------------------===//

TEST the_only_loop_is_named_with_its_share(void) {
  const char *text = print_in_child(print_blocked_loop, NULL);
  ASSERT(strstr(text, "BlockSanitizer: 1 blocking site, 1,234,567 calls, "
                      "13.9 ms blocked on loop \"ui\" (11.8% of its callbacks' "
                      "time)\n"));
  ASSERT(strstr(text, "\n1,234,567   13.9 ms "));
  PASS();
}

static void *run_second_loop(void *arg) {
  bsan_loop_thread()->times.iterations = 3;
  bsan_thread_self->times.callbacks_ns = 882000000;
  return arg;
}

static void print_two_loops(void *unused) {
  pthread_t thread;
  bsan_loop_thread();
  pthread_create(&thread, NULL, run_second_loop, NULL);
  pthread_join(thread, NULL);
  print_blocked_loop(unused);
}

TEST several_loops_are_counted(void) {
  const char *text = print_in_child(print_two_loops, NULL);
  ASSERT(strstr(text, ", 13.9 ms blocked on 2 loops (1.3% of their callbacks' "
                      "time)\n"));
  ASSERT_EQ(2, bsan_unit_count(text, "\nLoop \""));
  PASS();
}

TEST names_of_threads_cannot_forge_lines(void) {
  ASSERT(strstr(print_in_child(print_loop, NULL), "T0 \"wor?ker\": 1,2"));
  PASS();
}

static void print_idle_loop(void *unused) {
  (void)unused;
  bsan_loop_thread();
  bsan_stats_print();
}

TEST threads_that_never_ran_callbacks_are_no_loops(void) {
  const char *text = print_in_child(print_idle_loop, NULL);
  ASSERT(strstr(text, "No event loop was seen"));
  ASSERT_EQ(NULL, strstr(text, "Loop \""));
  PASS();
}

BSAN_UNIT_SUITE(Stats, BSAN_UNIT(nothing_found_and_no_loop_is_said),
                BSAN_UNIT(sites_are_sorted_by_their_time),
                BSAN_UNIT(accepted_sites_are_left_out),
                BSAN_UNIT(sites_of_equal_time_are_all_printed),
                BSAN_UNIT(more_than_fifty_sites_are_cut),
                BSAN_UNIT(just_fifty_sites_are_not_cut),
                BSAN_UNIT(times_are_cut_and_not_rounded),
                BSAN_UNIT(loops_are_listed_by_function_or_name),
                BSAN_UNIT(no_percentile_exceeds_the_longest),
                BSAN_UNIT(callbacks_that_are_running_count),
                BSAN_UNIT(the_only_loop_is_named_with_its_share),
                BSAN_UNIT(several_loops_are_counted),
                BSAN_UNIT(names_of_threads_cannot_forge_lines),
                BSAN_UNIT(threads_that_never_ran_callbacks_are_no_loops));
