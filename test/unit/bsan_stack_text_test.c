//===-- bsan_stack_text_test.c - Unit tests of bsan_stack_text.c ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Made-up stacks, in which the call itself may have left frames.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <string.h>

#include "bsan_text.h"
#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "report/bsan_stack_text.h"

static const struct bsan_symbol symbols[] = {
    {.pc = 0x1000,
     .function = "__interceptor_read",
     .file = "/llvm/compiler-rt/lib/asan/x.cpp",
     .line = 1},
    {.pc = 0x2000,
     .function = "read",
     .file = "/usr/include/bits/unistd.h",
     .line = 28},
    {.pc = 0x2000,
     .function = "on_request",
     .file = "/src/a.c",
     .line = 6,
     .column = 11,
     .module = "/bin/server"},
    {.pc = 0x3000,
     .function = "serve",
     .module = "/lib/libfoo.so.1",
     .offset = 0x3000},
    {.pc = 0x4000, .module = "/bin/server", .offset = 0x4000}};

static uint32_t make_stack(void) {
  static const uintptr_t pcs[] = {0x1000, 0x2000, 0x3000, 0x4000};
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = sizeof(symbols) / sizeof(symbols[0]);
  return bsan_bridge_depot_put(pcs, 4);
}

static void print_call_stack(void *unused) {
  (void)unused;
  bsan_stack_print(make_stack(), 0, BSAN_CALL_read);
}

TEST a_stack_begins_with_the_called_function(void) {
  struct bsan_child_result result = bsan_unit_run_child(print_call_stack, NULL);
  const char *first = strstr(result.stderr_text, "    #0 0x");
  ASSERT_EQ(result.stderr_text, first);
  ASSERT(strstr(first, " in read (/"));
  const char *second = strstr(first, "\n");
  ASSERT_STR_EQ("\n    #1 0x000000001fff in on_request /src/a.c:6:11\n"
                "    #2 0x000000002fff in serve (/lib/libfoo.so.1+0x3000)\n"
                "    #3 0x000000003fff  (/bin/server+0x4000)\n",
                second);
  PASS();
}

static void print_loop_stack(void *unused) {
  (void)unused;
  bsan_stack_print(make_stack(), 2, 0);
}

TEST a_stack_may_begin_further_out(void) {
  struct bsan_child_result result = bsan_unit_run_child(print_loop_stack, NULL);
  ASSERT_STR_EQ("    #0 0x000000002fff in serve (/lib/libfoo.so.1+0x3000)\n"
                "    #1 0x000000003fff  (/bin/server+0x4000)\n",
                result.stderr_text);
  PASS();
}

static void print_summary(void *label) {
  bsan_stack_print_summary("blocking-call", make_stack(), BSAN_CALL_read,
                           label);
}

TEST the_summary_is_about_the_programs_own_frame(void) {
  struct bsan_child_result result = bsan_unit_run_child(print_summary, "read");
  ASSERT_STR_EQ("SUMMARY: BlockSanitizer: blocking-call /src/a.c:6:11 in "
                "on_request (read)\n",
                result.stderr_text);
  PASS();
}

static greatest_test_res check_name(unsigned index, unsigned call,
                                    const char *function, const char *place) {
  char functions[64], places[64];
  struct bsan_text function_text, place_text;
  bsan_text_init(&function_text, functions, sizeof(functions));
  bsan_text_init(&place_text, places, sizeof(places));
  bsan_stack_name(make_stack(), index, call, &function_text, &place_text);
  ASSERT_STR_EQ(function, functions);
  ASSERT_STR_EQ(place, places);
  PASS();
}

TEST frames_have_names_and_places(void) {
  CHECK_CALL(check_name(0, BSAN_CALL_read, "on_request", "/src/a.c:6"));
  CHECK_CALL(check_name(1, 0, "read", "/usr/include/bits/unistd.h:28"));
  CHECK_CALL(check_name(2, 0, "serve", "libfoo.so.1"));
  CHECK_CALL(check_name(3, 0, "server+0x4000", ""));
  CHECK_CALL(check_name(4, 0, "", ""));
  PASS();
}

TEST frames_of_another_call_are_kept(void) {
  CHECK_CALL(
      check_name(0, BSAN_CALL_write, "read", "/usr/include/bits/unistd.h:28"));
  PASS();
}

BSAN_UNIT_SUITE(StackText, BSAN_UNIT(a_stack_begins_with_the_called_function),
                BSAN_UNIT(a_stack_may_begin_further_out),
                BSAN_UNIT(the_summary_is_about_the_programs_own_frame),
                BSAN_UNIT(frames_have_names_and_places),
                BSAN_UNIT(frames_of_another_call_are_kept));
