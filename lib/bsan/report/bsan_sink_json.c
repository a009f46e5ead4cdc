//===-- bsan_sink_json.c - Reports and totals as lines of JSON ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One object a line, one write(2) a line.  docs/bsan-log.schema.json says what
// the fields are.  A report says what was known when it was made; the lines
// that end a log have the exact counts and times of every site, so that nobody
// has to print a line per call to know them.
//
// The buffer is mapped once: lines are written one at a time, under the report
// lock, on threads whose stacks may be small.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_event.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "platform/bsan_platform.h"
#include "report/bsan_json.h"
#include "report/bsan_origin_text.h"
#include "report/bsan_report.h"
#include "report/bsan_stack_json.h"
#include "report/bsan_stall.h"

enum { VERSION = 1, LINE_SIZE = 1 << 19 };

//--- Lines -----------------------------------------------------------------//

static void begin_line(struct bsan_json *json, const char *type,
                       uint64_t date_us) {
  static char *buffer;
  if (!buffer)
    buffer = bsan_bridge_map(LINE_SIZE, "bsan line of the log");
  bsan_json_begin(json, buffer, LINE_SIZE);
  bsan_json_add_number(json, "v", VERSION);
  bsan_json_add_string(json, "type", type);
  bsan_json_add_number(json, "time_us", date_us);
  bsan_json_add_number(json, "pid", (uint64_t)bsan_platform_pid());
}

static void end_line(struct bsan_json *json) {
  bsan_json_end(json);
  bsan_bridge_write_line(json->data, json->length);
}

// Anything else that the runtime has to say is a line too.
static size_t format_message(const char *text, char *line, size_t size) {
  struct bsan_json json;
  size_t length = __builtin_strlen(text);
  bsan_json_begin(&json, line, size);
  bsan_json_add_number(&json, "v", VERSION);
  bsan_json_add_string(&json, "type", "message");
  bsan_json_add_number(&json, "time_us", bsan_platform_date_us());
  bsan_json_add_number(&json, "pid", (uint64_t)bsan_platform_pid());
  while (length && text[length - 1] == '\n')
    length--;
  bsan_json_add_span(&json, "text", (struct bsan_span){text, length});
  bsan_json_end(&json);
  return json.length;
}

static void init_json(void) { bsan_bridge_set_line_format(format_message); }

static void add_loop(struct bsan_json *json,
                     const struct bsan_thread_facts *thread) {
  bsan_json_add_string(json, "thread", thread->name);
  if (thread->has_loop_name)
    bsan_json_add_string(json, "loop", thread->loop_name);
  else if (thread->run_call)
    bsan_json_add_string(json, "loop", bsan_calls[thread->run_call].name);
  else
    bsan_stack_json_add_name(json, "loop", thread->stack_id,
                             thread->stack_loop_frame);
  if (thread->kind)
    bsan_json_add_string(json, "adapter", bsan_loops[thread->kind].word);
}

//--- Reports ---------------------------------------------------------------//

static const char *verdict_word(unsigned verdict) {
  switch ((enum bsan_verdict)verdict) {
  case BSAN_MEASURE:
    return "measured";
  case BSAN_WILL_BLOCK:
    return "will";
  case BSAN_WONT_BLOCK:
  case BSAN_MAY_BLOCK:
  case BSAN_DONE:
    return "may";
  }
  return NULL;
}

// O_NONBLOCK of a descriptor that was described late may not be what it was
// then.
static bool is_nonblocking(const struct bsan_event *event) {
  return event->object_mode == BSAN_OBJECT_PAST
             ? event->fd_nonblocking
             : event->object_mode == BSAN_OBJECT_NONBLOCKING;
}

static void add_object(struct bsan_json *json, const struct bsan_event *event) {
  static struct bsan_event_text text;
  static struct bsan_event described;
  if (event->fd < 0)
    return;
  if (!event->object) {
    bsan_event_keep(&described, &text, event);
    event = &described;
  }
  bsan_json_add_number(json, "fd", (uint64_t)event->fd);
  if (!event->object[0])
    return;
  bsan_json_add_string(json, "object", event->object);
  bsan_json_add_bool(json, "nonblock", is_nonblocking(event));
}

static void add_duration(struct bsan_json *json,
                         const struct bsan_event *event) {
  if (!event->elapsed_ns)
    return;
  bsan_json_add_number(json, "duration_us", event->elapsed_ns / 1000);
  bsan_json_add_bool(json, "slept", event->switches != 0);
  bsan_json_add_number(json, "switches", event->switches);
}

// CLOCK_REALTIME at a time of CLOCK_MONOTONIC.  The difference of the two is
// asked for each time, but kept as long as it is nearly the same: a call must
// not seem to begin before the callback that makes it.
static uint64_t date_of(uint64_t time_ns) {
  const uint64_t nearly_us = 1000;
  static uint64_t difference_us;
  uint64_t now_us = bsan_platform_date_us() - bsan_platform_now_ns() / 1000;
  if (now_us - difference_us + nearly_us > 2 * nearly_us)
    difference_us = now_us;
  return time_ns / 1000 + difference_us;
}

static void add_origin(struct bsan_json *json, const char *key,
                       uint32_t stack_id) {
  if (stack_id)
    bsan_stack_json_add(json, key, stack_id, 1, bsan_origin_call(stack_id));
}

static void add_owner(struct bsan_json *json, const struct bsan_event *event) {
  const struct bsan_owner *owner = &event->owner;
  struct bsan_thread_state state;
  if (!owner->kind || !owner->tid)
    return;
  bsan_json_add_address(json, "lock", owner->lock);
  bsan_json_add_number(json, "owner_tid", (uint64_t)owner->tid);
  if (bsan_platform_thread_state(owner->tid, &state))
    bsan_json_add_string(json, "owner", state.name);
  if (owner->since_ns && event->start_ns >= owner->since_ns)
    bsan_json_add_number(json, "held_us",
                         (event->start_ns - owner->since_ns) / 1000);
  add_origin(json, "owner_stack", owner->stack_id);
}

static void add_origins(struct bsan_json *json,
                        const struct bsan_event *event) {
  if (event->fd >= 0) {
    add_origin(json, "origin_stack", event->created_id);
    add_origin(json, "mode_stack", event->mode_set_id);
  }
  add_owner(json, event);
}

static void write_report(const struct bsan_report *report) {
  const struct bsan_event *event = report->event;
  const struct bsan_site *site = report->site;
  const struct bsan_thread_facts *thread = report->thread;
  const struct bsan_class_info *cls = &bsan_classes[event->cls];
  struct bsan_json json;
  begin_line(&json, "blocking-call", date_of(event->start_ns));
  bsan_json_add_number(&json, "tid", (uint64_t)event->tid);
  add_loop(&json, thread);
  bsan_json_add_number(&json, "iteration", event->iteration);
  bsan_json_add_string(&json, "call", bsan_report_label(site));
  bsan_json_add_string(&json, "class", cls->word);
  bsan_json_add_string(&json, "verdict", verdict_word(event->verdict));
  add_object(&json, event);
  add_duration(&json, event);
  bsan_json_add_number(&json, "count", report->count);
  bsan_json_add_bool(&json, "suppressed", site->rule != NULL);
  bsan_stack_json_add_hash(&json, "hash", site->stack_id,
                           bsan_report_label(site));
  bsan_json_add_string(&json, "hint", cls->hint);
  bsan_stack_json_add(&json, "stack", site->stack_id, 0, event->call);
  bsan_stack_json_add(&json, "loop_stack", thread->stack_id,
                      thread->stack_loop_frame, thread->run_call);
  add_origins(&json, event);
  end_line(&json);
}

static void write_callbacks(const struct bsan_stretch *stretch) {
  const struct bsan_thread *thread = stretch->thread;
  static struct bsan_thread_facts facts; // One at a time: under the lock.
  uint64_t end_us = (stretch->start_ns + stretch->elapsed_ns + 999) / 1000;
  struct bsan_json json;
  begin_line(&json, "callbacks", date_of(stretch->start_ns));
  bsan_json_add_number(&json, "tid", (uint64_t)thread->tid);
  bsan_report_describe_thread(&facts, thread);
  add_loop(&json, &facts);
  bsan_json_add_number(&json, "iteration", thread->times.iterations);
  bsan_json_add_number(&json, "duration_us", end_us - stretch->start_ns / 1000);
  end_line(&json);
}

//--- Stalls ----------------------------------------------------------------//

static void add_task(struct bsan_json *json, const struct bsan_task *task) {
  int count;
  const char *name = bsan_stall_syscall_name(task->call, &count);
  if (task->state == BSAN_TASK_RUNS)
    bsan_json_add_string(json, "state", "running");
  if (task->state != BSAN_TASK_SLEEPS)
    return;
  bsan_json_add_string(json, "state", "sleeping");
  if (task->place[0])
    bsan_json_add_string(json, "wchan", task->place);
  if (task->call < 0)
    return;
  bsan_json_add_number(json, "system_call_number", (uint64_t)task->call);
  bsan_json_add_string(json, "system_call", name);
  bsan_json_open(json, "system_call_args", '[');
  for (int i = 0; i < count; i++)
    bsan_json_add_address(json, NULL, task->args[i]);
  bsan_json_close(json, ']');
}

static void add_call(struct bsan_json *json, const struct bsan_stall *stall) {
  if (!stall->has_event)
    return;
  bsan_json_add_string(json, "call", bsan_calls[stall->event.call].name);
  bsan_json_add_string(json, "class", bsan_classes[stall->event.cls].word);
  add_object(json, &stall->event);
}

static void write_stall(const struct bsan_stall *stall) {
  const struct bsan_thread_facts *thread = &stall->thread;
  unsigned call = stall->has_event ? stall->event.call : 0;
  struct bsan_json json;
  begin_line(&json, "stall", date_of(stall->start_ns));
  bsan_json_add_number(&json, "tid", (uint64_t)thread->tid);
  add_loop(&json, thread);
  bsan_json_add_number(&json, "iteration", stall->iteration);
  bsan_json_add_number(&json, "duration_us", stall->elapsed_ns / 1000);
  bsan_json_add_number(&json, "number", stall->number);
  bsan_json_add_bool(&json, "ended", stall->has_ended);
  if (!stall->has_ended) {
    add_task(&json, &stall->task);
    add_call(&json, stall);
    bsan_stack_json_add_hash(&json, "hash", stall->stack_id,
                             call ? bsan_calls[call].name : "");
    bsan_stack_json_add(&json, "stack", stall->stack_id, 0, call);
    bsan_stack_json_add(&json, "loop_stack", thread->stack_id,
                        thread->stack_loop_frame, thread->run_call);
  }
  if (call)
    add_origins(&json, &stall->event);
  end_line(&json);
}

//--- Totals ----------------------------------------------------------------//

struct totals {
  uint64_t sites, calls, ns, hidden_sites, hidden_calls, hidden_ns;
};

static void add_percentile(struct bsan_json *json, const char *key,
                           const struct bsan_loop_times *times,
                           unsigned per_mille) {
  uint64_t ns = bsan_histogram_percentile(&times->stretches, per_mille);
  if (ns > times->longest_ns)
    ns = times->longest_ns; // A bucket's largest value.
  bsan_json_add_number(json, key, ns / 1000);
}

static void write_loop(const struct bsan_thread *thread, void *arg) {
  static struct bsan_thread_facts facts;
  const struct bsan_loop_times *times = &thread->times;
  struct bsan_json json;
  (void)arg;
  if (!times->iterations)
    return;
  bsan_report_describe_thread(&facts, thread);
  begin_line(&json, "loop", bsan_platform_date_us());
  bsan_json_add_number(&json, "tid", (uint64_t)thread->tid);
  add_loop(&json, &facts);
  bsan_json_add_number(&json, "iterations", times->iterations);
  bsan_json_add_number(&json, "callbacks_us",
                       bsan_loop_callbacks_ns(thread) / 1000);
  bsan_json_add_number(&json, "blocked_us", times->blocked_ns / 1000);
  bsan_json_add_number(&json, "late_events", times->late_events);
  bsan_json_add_number(&json, "waits_us", times->waits_ns / 1000);
  bsan_json_add_number(&json, "longest_us", times->longest_ns / 1000);
  add_percentile(&json, "p50_us", times, 500);
  add_percentile(&json, "p99_us", times, 990);
  add_percentile(&json, "p999_us", times, 999);
  if (thread->is_excluded)
    bsan_json_add_bool(&json, "excluded", true);
  end_line(&json);
}

static void add_totals(const struct bsan_site *site, struct totals *totals) {
  if (site->rule) {
    totals->hidden_sites++;
    totals->hidden_calls += site->count;
    totals->hidden_ns += site->total_ns;
  } else {
    totals->sites++;
    totals->calls += site->count;
    totals->ns += site->total_ns;
  }
}

static void write_site(const struct bsan_site *site, void *arg) {
  struct bsan_json json;
  add_totals(site, arg);
  begin_line(&json, "site", bsan_platform_date_us());
  bsan_json_add_string(&json, "call", bsan_report_label(site));
  bsan_json_add_string(&json, "class", bsan_classes[site->cls].word);
  bsan_json_add_number(&json, "count", site->count);
  bsan_json_add_number(&json, "slept", site->slept);
  bsan_json_add_number(&json, "total_us", site->total_ns / 1000);
  bsan_json_add_number(&json, "max_us", site->max_ns / 1000);
  bsan_json_add_number(&json, "late_events", site->late_events);
  bsan_json_add_bool(&json, "suppressed", site->rule != NULL);
  bsan_stack_json_add_hash(&json, "hash", site->stack_id,
                           bsan_report_label(site));
  bsan_stack_json_add(&json, "stack", site->stack_id, 0, site->call);
  end_line(&json);
}

static void write_totals(bool is_final) {
  static char program[BSAN_PATH_SIZE];
  struct totals totals = {0, 0, 0, 0, 0, 0};
  struct bsan_json json;
  bsan_report_visit(write_site, &totals);
  bsan_loop_visit(write_loop, NULL);
  bsan_bridge_program(program, sizeof(program));
  begin_line(&json, "summary", bsan_platform_date_us());
  bsan_json_add_string(&json, "program", program);
  bsan_json_add_number(&json, "sites", totals.sites);
  bsan_json_add_number(&json, "calls", totals.calls);
  bsan_json_add_number(&json, "blocked_us", totals.ns / 1000);
  bsan_json_add_number(&json, "suppressed_sites", totals.hidden_sites);
  bsan_json_add_number(&json, "suppressed_calls", totals.hidden_calls);
  bsan_json_add_number(&json, "suppressed_us", totals.hidden_ns / 1000);
  bsan_json_add_bool(&json, "final", is_final);
  end_line(&json);
}

const struct bsan_sink bsan_sink_json = {
    .word = "json",
    .init = init_json,
    .write = write_report,
    .write_totals = write_totals,
    .write_callbacks = write_callbacks,
    .write_stall = write_stall,
};
