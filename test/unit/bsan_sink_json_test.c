//===-- bsan_sink_json_test.c - Unit tests of bsan_sink_json.c ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lines of made-up events. That they are JSON is bsan_json_test.c's to say, and
// that they are as the schema says the whole programs'.
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

extern const struct bsan_sink bsan_sink_json;

static const struct bsan_symbol symbols[] = {
    {.pc = 0x1000, .function = "on_request", .file = "/src/a.c", .line = 6},
    {.pc = 0x2000, .function = "serve", .file = "/src/b.c", .line = 9}};

static struct bsan_event event;
static struct bsan_site site;
static struct bsan_thread thread;
static struct bsan_report report = {&event, &site, false, NULL, 5};

static void make_report(unsigned call) {
  uintptr_t call_pcs[2] = {0x1000, 0x2000}, loop_pcs[1] = {0x2000};
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = 2;
  event = bsan_unit_make_event(call);
  event.thread = &thread;
  event.tid = 77;
  event.iteration = 3;
  event.verdict = BSAN_MAY_BLOCK;
  thread.kind = BSAN_LOOP_LIBUV;
  snprintf(thread.name, sizeof(thread.name), "main");
  thread.stack_id = bsan_bridge_depot_put(loop_pcs, 1);
  site.call = (uint16_t)call;
  site.count = 9; // By now.
  site.stack_id = bsan_bridge_depot_put(call_pcs, 2);
}

static void write_report(void *unused) {
  static struct bsan_thread_facts facts;
  (void)unused;
  bsan_unit_use_flags("log_format=json");
  bsan_report_describe_thread(&facts, &thread);
  report.thread = &facts;
  bsan_sink_json.write(&report);
}

// Without the totals that follow at the end of the process.
static const char *get_line(void) {
  static struct bsan_child_result result;
  result = bsan_unit_run_child(write_report, NULL);
  char *end = strchr(result.stderr_text, '\n');
  if (end)
    end[1] = 0;
  return result.stderr_text;
}

// The line, which must have PART in it.
static greatest_test_res check_part(const char *part) {
  const char *text = get_line();
  char message[9000];
  snprintf(message, sizeof(message), "no '%s' in:\n%s", part, text);
  ASSERTm(message, strstr(text, part));
  PASS();
}

TEST a_report_is_one_line(void) {
  make_report(BSAN_CALL_nanosleep);
  const char *line = get_line();
  ASSERT_EQ(line,
            strstr(line, "{\"v\":1,\"type\":\"blocking-call\",\"time_us\":"));
  ASSERT_EQ(1, bsan_unit_count(line, "\n"));
  CHECK_CALL(check_part(",\"tid\":77,\"thread\":\"main\",\"loop\":\"serve\","
                        "\"adapter\":\"libuv\",\"iteration\":3,\"call\":"
                        "\"nanosleep\",\"class\":\"sleep\",\"verdict\":\"may\","
                        "\"count\":5,\"suppressed\":false,\"hash\":\""));
  CHECK_CALL(
      check_part("\",\"hint\":\"use a timer of the event loop\",\"stack\":"
                 "[{\"pc\":\"0xfff\",\"function\":\"on_request\",\"file\":"
                 "\"/src/a.c\",\"line\":6},{\"pc\":\"0x1fff\","));
  CHECK_CALL(check_part("],\"loop_stack\":[{\"pc\":\"0x1fff\",\"function\":"
                        "\"serve\",\"file\":\"/src/b.c\",\"line\":9}]}\n"));
  PASS();
}

TEST a_call_that_was_made_has_a_duration(void) {
  make_report(BSAN_CALL_nanosleep);
  ASSERT_EQ(NULL, strstr(get_line(), "duration_us"));
  ASSERT_EQ(NULL, strstr(get_line(), "slept"));
  event.elapsed_ns = 1234567;
  CHECK_CALL(
      check_part(",\"duration_us\":1234,\"slept\":false,\"switches\":0,"));
  event.switches = 2;
  CHECK_CALL(
      check_part(",\"duration_us\":1234,\"slept\":true,\"switches\":2,"));
  PASS();
}

TEST the_time_is_that_of_the_start(void) {
  make_report(BSAN_CALL_nanosleep);
  uint64_t before = bsan_platform_date_us();
  bsan_unit_fakes.now_ns = 7000000000000;
  event.start_ns = 7000000000000 - 3600 * 1000000000ull;
  const char *at = strstr(get_line(), "\"time_us\":");
  ASSERT(at);
  unsigned long long date = strtoull(at + strlen("\"time_us\":"), NULL, 10);
  ASSERT(date >= before - 3600 * 1000000ull);
  ASSERT(date < before - 3500 * 1000000ull);
  PASS();
}

TEST descriptors_are_described(void) {
  make_report(BSAN_CALL_read);
  event.fd = open("/etc/passwd", O_RDONLY | O_NONBLOCK);
  ASSERT(event.fd >= 0);
  char part[96];
  snprintf(part, sizeof(part),
           ",\"fd\":%d,\"object\":\"/etc/passwd\",\"nonblock\":true,",
           event.fd);
  CHECK_CALL(check_part(part));
  event.object = "pipe";
  snprintf(part, sizeof(part),
           ",\"fd\":%d,\"object\":\"pipe\",\"nonblock\":"
           "false,",
           event.fd);
  CHECK_CALL(check_part(part));
  close(event.fd);
  event.object = NULL;
  event.fd = 999;
  ASSERT_EQ(NULL, strstr(get_line(), "object"));
  PASS();
}

TEST names_may_be_any_bytes(void) {
  make_report(BSAN_CALL_nanosleep);
  snprintf(thread.name, sizeof(thread.name), "a\n\xff");
  thread.loop_name = "\"ui\"";
  CHECK_CALL(
      check_part(",\"thread\":\"a\\n\xef\xbf\xbd\",\"loop\":\"\\\"ui\\\"\""));
  PASS();
}

static void write_totals(void *unused) {
  (void)unused;
  bsan_unit_use_flags("log_format=json");
  uintptr_t pc = 0x1000;
  struct bsan_site *found =
      bsan_report_site(BSAN_CALL_read, bsan_bridge_depot_put(&pc, 1));
  found->cls = BSAN_CLASS_PIPE;
  found->count = 4;
  found->slept = 2;
  found->total_ns = 9000;
  found->max_ns = 5000;
  pc = 0x2000;
  struct bsan_site *hidden =
      bsan_report_site(BSAN_CALL_usleep, bsan_bridge_depot_put(&pc, 1));
  hidden->cls = BSAN_CLASS_SLEEP;
  hidden->count = 1;
  hidden->total_ns = 1000;
  hidden->rule = (struct bsan_rule *)hidden;
  struct bsan_loop_times *times = &bsan_loop_thread()->times;
  times->iterations = 8;
  times->callbacks_ns = 70000;
  times->longest_ns = 3000;
  bsan_histogram_add(&times->stretches, 1000);
  bsan_histogram_add(&times->stretches, 1000);
  bsan_histogram_add(&times->stretches, 3000);
  bsan_report_write_totals();
  bsan_report_write_final_totals();
  // What the process says at its end is nothing new.
  hidden->count = found->count = 0;
  bsan_loop_thread()->times.iterations = 0;
}

TEST the_totals_are_a_line_a_site_and_a_loop(void) {
  bsan_unit_fakes.symbols = symbols;
  bsan_unit_fakes.symbol_count = 2;
  static struct bsan_child_result result;
  result = bsan_unit_run_child(write_totals, NULL);
  const char *text = result.stderr_text;
  ASSERT_EQ(2, bsan_unit_count(
                   text,
                   ",\"call\":\"read\",\"class\":\"pipe\",\"count\":4,"
                   "\"slept\":2,\"total_us\":9,\"max_us\":5,\"late_events\":0,"
                   "\"suppressed\":false,\"hash\":\""));
  ASSERT_EQ(2, bsan_unit_count(text,
                               ",\"total_us\":1,\"max_us\":0,\"late_events\":0,"
                               "\"suppressed\":true,\"hash\":\""));
  ASSERT_EQ(2, bsan_unit_count(
                   text, ",\"iterations\":8,\"callbacks_us\":70,"
                         "\"blocked_us\":0,\"late_events\":0,\"waits_us\":0,"
                         "\"longest_us\":3,\"p50_us\":1,"
                         "\"p99_us\":3,\"p999_us\":3}\n"));
  const char *totals = "\"sites\":1,\"calls\":4,\"blocked_us\":9,"
                       "\"suppressed_sites\":1,\"suppressed_calls\":1,"
                       "\"suppressed_us\":1,";
  ASSERT_EQ(2, bsan_unit_count(text, totals));
  ASSERT_EQ(1, bsan_unit_count(text, "\"final\":false}\n"));
  ASSERT_EQ(2, bsan_unit_count(text, "\"final\":true}\n"));
  PASS();
}

static void print_message(void *unused) {
  (void)unused;
  bsan_unit_use_flags("log_format=json");
  bsan_print("it is \"%s\"\n", "so\n\xff");
}

TEST messages_are_lines_too(void) {
  static struct bsan_child_result result;
  result = bsan_unit_run_child(print_message, NULL);
  ASSERT_EQ(result.stderr_text,
            strstr(result.stderr_text, "{\"v\":1,\"type\":\"message\","));
  ASSERT(strstr(result.stderr_text,
                ",\"text\":\"it is \\\"so\\n\xef\xbf\xbd\\\"\"}\n"));
  PASS();
}

TEST origins_and_owners_are_told(void) {
  uintptr_t pcs[2] = {BSAN_CALL_pipe, 0x2000};
  uint32_t origin = bsan_bridge_depot_put(pcs, 2);
  make_report(BSAN_CALL_read);
  ASSERT_EQ(NULL, strstr(get_line(), "_stack\":[{\"pc\":\"0x1fff\"}"));
  ASSERT_EQ(NULL, strstr(get_line(), "owner"));
  event.fd = 0;
  event.created_id = event.mode_set_id = origin;
  CHECK_CALL(check_part(",\"origin_stack\":[{\"pc\":\"0x1fff\",\"function\":"
                        "\"serve\",\"file\":\"/src/b.c\",\"line\":9}]"));
  CHECK_CALL(check_part(",\"mode_stack\":[{\"pc\":\"0x1fff\","));
  event.start_ns = 13345678;
  event.owner = (struct bsan_owner){.kind = BSAN_LOCK_MUTEX,
                                    .lock = 0xabc0,
                                    .tid = (1 << 22) - 1,
                                    .since_ns = 1000000,
                                    .stack_id = origin};
  CHECK_CALL(check_part(",\"lock\":\"0xabc0\",\"owner_tid\":4194303,"
                        "\"held_us\":12345,\"owner_stack\":[{\"pc\":"));
  PASS();
}

BSAN_UNIT_SUITE(SinkJson, BSAN_UNIT(a_report_is_one_line),
                BSAN_UNIT(a_call_that_was_made_has_a_duration),
                BSAN_UNIT(the_time_is_that_of_the_start),
                BSAN_UNIT(descriptors_are_described),
                BSAN_UNIT(names_may_be_any_bytes),
                BSAN_UNIT(the_totals_are_a_line_a_site_and_a_loop),
                BSAN_UNIT(messages_are_lines_too),
                BSAN_UNIT(origins_and_owners_are_told));
