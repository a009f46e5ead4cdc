//===-- bsan_sink_text.c - Reports in the sanitizers' text form -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shape of ASan's reports, line for line where there is an equivalent, so
// that the scripts and editors that read those read these.
//
// Buffers are static: reports are written one at a time, under their lock, on
// threads whose stacks may be small.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_event.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "platform/bsan_platform.h"
#include "report/bsan_origin_text.h"
#include "report/bsan_report.h"
#include "report/bsan_stack_text.h"
#include "report/bsan_stall.h"

#define SEPARATOR                                                              \
  "=================================================================\n"

static void add_arg(struct bsan_text *text, const struct bsan_arg *arg) {
  static char string[BSAN_PATH_SIZE];
  switch (arg->kind) {
  case 's':
    if (!arg->value.string) {
      bsan_text_add(text, "NULL");
    } else if (bsan_platform_copy_string(arg->value.string, string,
                                         sizeof(string))) {
      bsan_text_add(text, "\"");
      bsan_text_add_quoted(text, string);
      bsan_text_add(text, "\"");
    } else {
      bsan_text_add(text, "%p", (const void *)arg->value.string);
    }
    break;
  case 'd':
    bsan_text_add(text, "%ld", arg->value.number);
    break;
  case 'u':
    bsan_text_add(text, "%lu", (unsigned long)arg->value.number);
    break;
  case 'p':
    bsan_text_add(text, "%p", (void *)arg->value.number);
    break;
  case '.': // Not kept.
    bsan_text_add(text, "...");
    break;
  }
}

// "read(7, 512)"
static void write_call(const struct bsan_event *event, const char *label,
                       struct bsan_text *text) {
  bsan_text_add(text, "%s(", label);
  bool has_args =
      event->call != BSAN_CALL_USER; // Else its only one is the name.
  for (int i = 0; has_args && i < BSAN_MAX_SHOWN_ARGS && event->args[i].kind;
       i++) {
    if (i)
      bsan_text_add(text, ", ");
    add_arg(text, &event->args[i]);
  }
  bsan_text_add(text, ")");
}

static void print_object(const struct bsan_event *event) {
  static struct bsan_event_text text;
  static struct bsan_event described;
  if (event->fd < 0)
    return;
  if (!event->object) {
    bsan_event_keep(&described, &text, event);
    event = &described;
  }
  if (!event->object[0])
    return;
  if (event->object_mode == BSAN_OBJECT_PAST)
    bsan_print("  fd %d was %s\n", event->fd, event->object);
  else
    bsan_print("  fd %d is %s, %s\n", event->fd, event->object,
               event->object_mode == BSAN_OBJECT_NONBLOCKING
                   ? "O_NONBLOCK set"
                   : "in blocking mode");
}

// "event loop thread T0 "server" (learned, run_loop)"
static void add_thread(struct bsan_text *text,
                       const struct bsan_thread_facts *thread) {
  char name[128];
  struct bsan_text loop;
  bsan_text_init(&loop, name, sizeof(name));
  bsan_stack_loop_name(thread, &loop);
  bsan_text_add(text, "event loop thread T%d \"", thread->index);
  bsan_text_add_quoted(text, thread->name);
  bsan_text_add(text, "\" (%s, %s)", bsan_loops[thread->kind].word, name);
}

static void print_header(const struct bsan_report *report) {
  static char who[3 * BSAN_PATH_SIZE];
  struct bsan_text text;
  bsan_text_init(&text, who, sizeof(who));
  add_thread(&text, report->thread);
  bsan_print("%s==%d==%s: BlockSanitizer: blocking-call: %s on %s%s\n",
             bsan_bridge_color(BSAN_COLOR_ERROR), bsan_platform_pid(),
             report->is_fatal ? "ERROR" : "WARNING",
             bsan_report_label(report->site), who,
             bsan_bridge_color(BSAN_COLOR_PLAIN));
}

static void print_call(const struct bsan_event *event, const char *label) {
  static char call[3 * BSAN_PATH_SIZE];
  struct bsan_text text;
  bsan_text_init(&text, call, sizeof(call));
  write_call(event, label, &text);
  const struct bsan_class_info *cls = &bsan_classes[event->cls];
  bsan_print("  %s%s%s: %s: %s\n", bsan_bridge_color(BSAN_COLOR_NAME), call,
             bsan_bridge_color(BSAN_COLOR_PLAIN), cls->word,
             event->why ? event->why : cls->why);
}

// "12.4 ms": there is no floating point in sanitizer_common's formats.
static void print_duration(const struct bsan_event *event) {
  uint64_t us = event->elapsed_ns / 1000;
  int ms = (int)(us / 1000), fraction = (int)(us % 1000);
  if (event->switches)
    bsan_print("  blocked for %d.%03d ms (slept; %u voluntary switch%s)\n", ms,
               fraction, event->switches, event->switches == 1 ? "" : "es");
  else
    bsan_print("  took %d.%03d ms (did not sleep)\n", ms, fraction);
}

static void write_text(const struct bsan_report *report) {
  const struct bsan_event *event = report->event;
  const struct bsan_thread_facts *thread = report->thread;
  bsan_print(SEPARATOR);
  print_header(report);
  print_call(event, bsan_report_label(report->site));
  print_object(event);
  if (event->elapsed_ns)
    print_duration(event);
  bsan_origin_print_owner(event);
  bsan_stack_print(report->site->stack_id, 0, event->call);
  bsan_origin_print_stacks(event);
  bsan_print("The thread entered the loop here:\n");
  bsan_stack_print(thread->stack_id, thread->stack_loop_frame,
                   thread->run_call);
  bsan_print("HINT: %s\n", bsan_classes[event->cls].hint);
  bsan_stack_print_summary("blocking-call", report->site->stack_id, event->call,
                           bsan_report_label(report->site));
}

//--- Stalls ----------------------------------------------------------------//

// "it sleeps in futex(0x7f00, 0x80, ...), in the kernel's futex_do_wait"
static void print_task(const struct bsan_task *task) {
  char args[128] = "";
  struct bsan_text text;
  int count;
  const char *name = bsan_stall_syscall_name(task->call, &count);
  if (task->state != BSAN_TASK_SLEEPS) {
    if (task->state == BSAN_TASK_RUNS)
      bsan_print("  it runs\n");
    return;
  }
  bsan_text_init(&text, args, sizeof(args));
  for (int i = 0; i < count; i++)
    bsan_text_add(&text, "%s0x%zx", i ? ", " : "", (size_t)task->args[i]);
  const char *in = task->place[0] ? ", in the kernel's " : "";
  if (task->call < 0)
    bsan_print("  it sleeps%s%s\n", in, task->place);
  else if (name)
    bsan_print("  it sleeps in the system call %s(%s)%s%s\n", name, args, in,
               task->place);
  else
    bsan_print("  it sleeps in the system call %ld(%s)%s%s\n", task->call, args,
               in, task->place);
}

static void print_place(const struct bsan_stall *stall) {
  const struct bsan_thread_facts *thread = &stall->thread;
  bool is_asleep = stall->task.state == BSAN_TASK_SLEEPS;
  unsigned call = stall->has_event ? stall->event.call : 0;
  const char *label = is_asleep ? "sleeping" : "running";
  if (call) {
    label = bsan_calls[call].name;
    print_call(&stall->event, label);
    print_object(&stall->event);
    bsan_origin_print_owner(&stall->event);
  }
  if (stall->stack_id)
    bsan_stack_print(stall->stack_id, 0, call);
  else
    bsan_print("    its stack is not known\n");
  if (call)
    bsan_origin_print_stacks(&stall->event);
  bsan_print("The thread entered the loop here:\n");
  bsan_stack_print(thread->stack_id, thread->stack_loop_frame,
                   thread->run_call);
  bsan_print("HINT: %s\n",
             call ? bsan_classes[stall->event.cls].hint
                  : "do long work on another thread, or in pieces that let the "
                    "loop go round in between");
  if (stall->stack_id)
    bsan_stack_print_summary("stall", stall->stack_id, call, label);
}

static void write_stall(const struct bsan_stall *stall) {
  static char who[3 * BSAN_PATH_SIZE];
  struct bsan_text text;
  size_t ms = (size_t)(stall->elapsed_ns / 1000000);
  int pid = bsan_platform_pid();
  bsan_text_init(&text, who, sizeof(who));
  add_thread(&text, &stall->thread);
  if (stall->has_ended) {
    bsan_print(
        "==%d==BlockSanitizer: stall ended after %zu ms: callback on %s\n", pid,
        ms, who);
    return;
  }
  bsan_print(
      "%s%s==%d==WARNING: BlockSanitizer: stall: callback on %s has run for "
      "%zu ms%s%s\n",
      stall->has_not_moved ? "" : SEPARATOR,
      bsan_bridge_color(BSAN_COLOR_ERROR), pid, who, ms,
      stall->has_not_moved ? ", and sleeps where it was" : "",
      bsan_bridge_color(BSAN_COLOR_PLAIN));
  if (stall->has_not_moved)
    return;
  print_task(&stall->task);
  print_place(stall);
}

static void write_totals(bool is_final) {
  (void)is_final;
  bsan_stats_print();
}

const struct bsan_sink bsan_sink_text = {
    .word = "text",
    .write = write_text,
    .write_totals = write_totals,
    .write_stall = write_stall,
};
