//===-- bsan_sink_text_test.c - Unit tests of bsan_sink_text.c ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reports of made-up events, line by line.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

extern const struct bsan_sink bsan_sink_text;

static const struct bsan_symbol symbols[] = {{.pc = 0x1000,
                                              .function = "on_request",
                                              .file = "/src/a.c",
                                              .line = 6,
                                              .column = 11,
                                              .module = "/bin/server"},
                                             {.pc = 0x2000,
                                              .function = "serve",
                                              .file = "/src/b.c",
                                              .line = 9,
                                              .column = 3,
                                              .module = "/bin/server"}};

// What a test changes of the usual report.
static struct bsan_event event;
static struct bsan_site site;
static struct bsan_thread thread;
static struct bsan_report report = {&event, &site, true, NULL, 1};
static const char *options = "color=never";

static void write_report(void *unused) {
  static struct bsan_thread_facts facts;
  (void)unused;
  bsan_unit_use_flags(options);
  bsan_report_describe_thread(&facts, &thread);
  report.thread = &facts;
  bsan_sink_text.write(&report);
}

static void make_report(unsigned call) {
  uintptr_t call_pcs[2] = {0x1000, 0x2000}, loop_pcs[1] = {0x2000};
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = 2;
  event = bsan_unit_make_event(call);
  event.thread = &thread;
  thread.kind = BSAN_LOOP_API;
  snprintf(thread.name, sizeof(thread.name), "main");
  thread.stack_id = bsan_bridge_depot_put(loop_pcs, 1);
  site.call = (uint16_t)call;
  site.stack_id = bsan_bridge_depot_put(call_pcs, 2);
}

static const char *get_report(void) {
  static struct bsan_child_result result;
  result = bsan_unit_run_child(write_report, NULL);
  return result.stderr_text;
}

// The report, whose LINE must be in it.
static greatest_test_res check_line(const char *line) {
  const char *text = get_report();
  char message[9000];
  snprintf(message, sizeof(message), "no line '%s' in:\n%s", line, text);
  ASSERTm(message, strstr(text, line));
  PASS();
}

TEST a_fatal_report_has_all_its_parts_in_order(void) {
  static const char *const parts[] = {
      "=================================================================\n==",
      "==ERROR: BlockSanitizer: blocking-call: getaddrinfo on event loop "
      "thread T0 \"main\" (hooks, serve)\n",
      "  getaddrinfo(\"localhost\", NULL): dns: name lookups wait for the "
      "network\n",
      "    #0 0x",
      " in getaddrinfo ",
      "    #1 0x000000000fff in on_request /src/a.c:6:11\n",
      "    #2 0x000000001fff in serve /src/b.c:9:3\n",
      "The thread entered the loop here:\n    #0 0x000000001fff in serve "
      "/src/b.c:9:3\n",
      "HINT: use uv_getaddrinfo() with a callback, c-ares, or a worker "
      "thread\n",
      "SUMMARY: BlockSanitizer: blocking-call /src/a.c:6:11 in on_request "
      "(getaddrinfo)\n"};
  make_report(BSAN_CALL_getaddrinfo);
  event.args[0] = (struct bsan_arg){'s', {.string = "localhost"}};
  event.args[1] = (struct bsan_arg){'s', {.string = NULL}};
  const char *at = get_report();
  for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
    ASSERTm(parts[i], strstr(at, parts[i]));
    at = strstr(at, parts[i]) + strlen(parts[i]);
  }
  ASSERT_STR_EQ("", at);
  PASS();
}

TEST a_fatal_report_before_the_call_has_no_duration(void) {
  make_report(BSAN_CALL_nanosleep);
  ASSERT_EQ(NULL, strstr(get_report(), "  took "));
  event.elapsed_ns = 1000;
  CHECK_CALL(check_line("\n  took 0.001 ms (did not sleep)\n"));
  PASS();
}

TEST other_reports_are_warnings_with_a_duration(void) {
  make_report(BSAN_CALL_nanosleep);
  report.is_fatal = false;
  event.elapsed_ns = 1234567;
  CHECK_CALL(check_line("==WARNING: BlockSanitizer: blocking-call: nanosleep"));
  CHECK_CALL(check_line("\n  took 1.234 ms (did not sleep)\n"));
  event.switches = 1;
  CHECK_CALL(
      check_line("\n  blocked for 1.234 ms (slept; 1 voluntary switch)\n"));
  event.switches = 3;
  event.elapsed_ns = 62000000000;
  CHECK_CALL(check_line("\n  blocked for 62000.000 ms (slept; 3 voluntary "
                        "switches)\n"));
  PASS();
}

TEST arguments_are_shown_by_their_codes(void) {
  make_report(BSAN_CALL_read);
  event.args[0] = (struct bsan_arg){'d', {.number = -1}};
  event.args[1] = (struct bsan_arg){'u', {.number = -1}};
  event.args[2] = (struct bsan_arg){'p', {.number = 0xabc0}};
  CHECK_CALL(check_line("  read(-1, 18446744073709551615, 0x"));
  CHECK_CALL(check_line("abc0): file: file data"));
  make_report(BSAN_CALL_get_current_dir_name);
  CHECK_CALL(check_line("  get_current_dir_name(): path: "));
  PASS();
}

TEST strings_are_quoted_and_cannot_forge_lines(void) {
  make_report(BSAN_CALL_open);
  event.args[0] = (struct bsan_arg){'s', {.string = "/a\n==1==ERROR\x1b[0m"}};
  CHECK_CALL(check_line("  open(\"/a?==1==ERROR?[0m\"): file: "));
  PASS();
}

TEST strings_that_cannot_be_read_are_pointers(void) {
  make_report(BSAN_CALL_open);
  event.args[0] = (struct bsan_arg){'s', {.string = (const char *)16}};
  CHECK_CALL(check_line("  open(0x000000000010): file: "));
  PASS();
}

TEST long_strings_are_cut(void) {
  static char path[5000];
  char shown[300];
  memset(path, 'x', sizeof(path) - 1);
  snprintf(shown, sizeof(shown), "  open(\"%.255s\"): file: ", path);
  make_report(BSAN_CALL_open);
  event.args[0] = (struct bsan_arg){'s', {.string = path}};
  CHECK_CALL(check_line(shown));
  PASS();
}

TEST the_reason_of_the_classifier_is_shown(void) {
  make_report(BSAN_CALL_read);
  event.cls = BSAN_CLASS_SOCKET;
  CHECK_CALL(check_line("  read(): socket: the socket is in blocking mode\n"));
  CHECK_CALL(check_line("HINT: set O_NONBLOCK (SOCK_NONBLOCK, fcntl, FIONBIO) "
                        "and wait for readiness in the loop\n"));
  event.why = "it is Monday";
  CHECK_CALL(check_line("  read(): socket: it is Monday\n"));
  PASS();
}

TEST descriptors_are_described(void) {
  char line[128];
  make_report(BSAN_CALL_read);
  event.fd = open("/dev/null", O_RDONLY);
  snprintf(line, sizeof(line), "\n  fd %d is /dev/null, in blocking mode\n",
           event.fd);
  CHECK_CALL(check_line(line));
  ASSERT_EQ(0, fcntl(event.fd, F_SETFL, O_NONBLOCK));
  snprintf(line, sizeof(line), "\n  fd %d is /dev/null, O_NONBLOCK set\n",
           event.fd);
  CHECK_CALL(check_line(line));
  event.object = "/var/log/x";
  snprintf(line, sizeof(line), "\n  fd %d was /var/log/x\n", event.fd);
  CHECK_CALL(check_line(line));
  PASS();
}

TEST descriptors_that_are_closed_are_left_out(void) {
  make_report(BSAN_CALL_flock);
  event.fd = 9999;
  ASSERT_EQ(NULL, strstr(get_report(), "fd 9999"));
  PASS();
}

TEST functions_of_the_program_are_named_everywhere(void) {
  make_report(BSAN_CALL_USER);
  event.args[0] = (struct bsan_arg){'s', {.string = "db_query"}};
  bsan_report_set_label(&site, "db_query");
  CHECK_CALL(check_line("blocking-call: db_query on event loop thread T0"));
  CHECK_CALL(check_line("  db_query(): user: the program declared the function "
                        "as blocking\n"));
  CHECK_CALL(check_line("\n    #0 0x000000000fff in on_request"));
  CHECK_CALL(check_line("HINT: call it on a worker thread\n"));
  CHECK_CALL(check_line("in on_request (db_query)\n"));
  PASS();
}

TEST names_cannot_forge_lines(void) {
  make_report(BSAN_CALL_USER);
  bsan_report_set_label(&site, "a\nb");
  snprintf(thread.name, sizeof(thread.name), "x\ny");
  thread.loop_name = "u\ni";
  CHECK_CALL(check_line("thread T0 \"x?y\" (hooks, u?i)\n"));
  CHECK_CALL(check_line("blocking-call: a?b on event loop"));
  CHECK_CALL(check_line("  a?b(): user: "));
  PASS();
}

TEST the_named_loop_is_the_name(void) {
  make_report(BSAN_CALL_nanosleep);
  thread.loop_name = "ui";
  thread.index = 3;
  thread.kind = BSAN_LOOP_LIBUV;
  CHECK_CALL(check_line("thread T3 \"main\" (libuv, ui)\n"));
  PASS();
}

TEST colours_are_for_terminals_and_who_asks(void) {
  make_report(BSAN_CALL_nanosleep);
  ASSERT_EQ(NULL, strstr(get_report(), "\033["));
  options = "color=always";
  CHECK_CALL(check_line("\033["));
  PASS();
}

TEST the_summary_can_be_turned_off(void) {
  make_report(BSAN_CALL_nanosleep);
  options = "print_summary=0:color=never";
  ASSERT_EQ(NULL, strstr(get_report(), "SUMMARY"));
  PASS();
}

static uint32_t origin_of(unsigned call) {
  uintptr_t pcs[2] = {call, 0x2000};
  return bsan_bridge_depot_put(pcs, 2);
}

TEST origins_have_their_stacks(void) {
  make_report(BSAN_CALL_read);
  event.created_id = origin_of(BSAN_CALL_pipe);
  ASSERT_EQ(NULL, strstr(get_report(), "was created here"));
  event.fd = 0;
  event.mode_set_id = origin_of(BSAN_CALL_fcntl);
  const char *text = get_report();
  const char *created = strstr(text, "\nThe descriptor was created here:\n");
  const char *set = strstr(text, "\nIts mode was last set here:\n");
  ASSERT(created && set && created < set);
  ASSERT(strstr(created, " in pipe ") && strstr(created, " in pipe ") < set);
  ASSERT(strstr(set, " in fcntl "));
  ASSERT(strstr(set, "    #1 0x000000001fff in serve /src/b.c:9:3\n"));
  PASS();
}

TEST the_owner_of_a_lock_is_named(void) {
  char line[128];
  make_report(BSAN_CALL_pthread_mutex_lock);
  event.tid = 1;
  event.owner = (struct bsan_owner){.kind = BSAN_LOCK_MUTEX, .lock = 0xabc0};
  ASSERT_EQ(NULL, strstr(get_report(), " held by "));
  event.owner.tid = (1 << 22) - 1;
  snprintf(line, sizeof(line),
           "\n  mutex 0x00000000abc0 is held by thread %d, which is not in "
           "this process\n",
           event.owner.tid);
  CHECK_CALL(check_line(line));
  event.owner.since_ns = 1000000;
  event.start_ns = 13345678;
  CHECK_CALL(check_line(", which is not in this process for 12.345 ms\n"));
  event.elapsed_ns = 1;
  CHECK_CALL(check_line(", which is not in this process for 12.345 ms by "
                        "then\n"));
  ASSERT(strstr(get_report(), "mutex 0x00000000abc0 was held by"));
  event.owner.tid = 1;
  CHECK_CALL(check_line(" was held by this thread itself for 12.345 ms"));
  event.owner.stack_id = origin_of(BSAN_CALL_pthread_mutex_lock);
  CHECK_CALL(check_line("\nThe lock was taken here:\n    #0 0x"));
  event.owner.kind = BSAN_LOCK_RWLOCK;
  CHECK_CALL(check_line("\n  rwlock 0x"));
  PASS();
}

BSAN_UNIT_SUITE(SinkText, BSAN_UNIT(a_fatal_report_has_all_its_parts_in_order),
                BSAN_UNIT(a_fatal_report_before_the_call_has_no_duration),
                BSAN_UNIT(other_reports_are_warnings_with_a_duration),
                BSAN_UNIT(arguments_are_shown_by_their_codes),
                BSAN_UNIT(strings_are_quoted_and_cannot_forge_lines),
                BSAN_UNIT(strings_that_cannot_be_read_are_pointers),
                BSAN_UNIT(long_strings_are_cut),
                BSAN_UNIT(the_reason_of_the_classifier_is_shown),
                BSAN_UNIT(descriptors_are_described),
                BSAN_UNIT(descriptors_that_are_closed_are_left_out),
                BSAN_UNIT(functions_of_the_program_are_named_everywhere),
                BSAN_UNIT(names_cannot_forge_lines),
                BSAN_UNIT(the_named_loop_is_the_name),
                BSAN_UNIT(colours_are_for_terminals_and_who_asks),
                BSAN_UNIT(the_summary_can_be_turned_off),
                BSAN_UNIT(origins_have_their_stacks),
                BSAN_UNIT(the_owner_of_a_lock_is_named));
