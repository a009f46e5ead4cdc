//===-- bsan_watchdog.c - Callbacks that take long, while they do ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread of the runtime's own reads, of every loop, when its present
// callbacks began, which the loop writes down anyway: nothing is paid per
// callback.  It sleeps until the first of them is due, and no longer than
// stall_ms, so that none begins and becomes due in between.
//
// The clock is the wall's: a thread that sleeps, or waits for a processor, is
// what it is for.  Only while the whole process is stopped (Ctrl-Z, a debugger)
// nobody stalls.  The watchdog finds out by its own sleep, which was too long
// then.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_watchdog.h"

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "loop/bsan_loop.h"
#include "platform/bsan_platform.h"
#include "report/bsan_report.h"
#include "report/bsan_reporter.h"
#include "report/bsan_stall.h"

enum { NOT_STARTED, STARTED };
static int state;
static uint32_t is_woken;
static bool is_over;

static uint64_t stall_ns(void) {
  return (uint64_t)bsan_flags.stall_ms * 1000000;
}

bool bsan_watchdog_is_wanted(void) { return bsan_flags.stall_ms != 0; }

//--- The end of a stall ----------------------------------------------------//

// The watchdog writes `told_ns` and then looks at the loop's times, and this
// the other way round: at least one of them sees the other.
void bsan_watchdog_note_end(const struct bsan_stretch *stretch) {
  struct bsan_watch *watch = &bsan_thread_self->watch;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (__atomic_load_n(&watch->told_ns, __ATOMIC_SEQ_CST) != stretch->start_ns)
    return;
  __atomic_store_n(&watch->ended_ns, stretch->elapsed_ns, __ATOMIC_SEQ_CST);
  __atomic_store_n(&is_woken, 1, __ATOMIC_SEQ_CST);
  bsan_platform_wake(&is_woken);
}

static void tell_end(struct bsan_thread *thread) {
  static struct bsan_stall stall;
  struct bsan_watch *watch = &thread->watch;
  uint64_t elapsed_ns =
      __atomic_exchange_n(&watch->ended_ns, 0, __ATOMIC_SEQ_CST);
  if (!elapsed_ns)
    return;
  stall = (struct bsan_stall){.start_ns = watch->told_ns,
                              .elapsed_ns = elapsed_ns,
                              .number = watch->number,
                              .has_ended = true,
                              .iteration = watch->iteration};
  bsan_report_describe_thread(&stall.thread, thread);
  __atomic_store_n(&watch->told_ns, 0, __ATOMIC_SEQ_CST);
  if (!is_over)
    bsan_report_write_stall(&stall);
}

void bsan_watchdog_drain(bool is_last) {
  struct bsan_thread *thread = NULL;
  while ((thread = bsan_loop_next(thread)) != NULL)
    tell_end(thread);
  if (is_last)
    is_over = true;
}

//--- A stall ---------------------------------------------------------------//

// Prints it, unless it has just ended.
static void tell(struct bsan_thread *thread, struct bsan_stall *stall) {
  struct bsan_watch *watch = &thread->watch;
  bsan_bridge_lock_report();
  tell_end(thread);
  if (!is_over && bsan_report_wants_stall(stall)) {
    __atomic_store_n(&watch->told_ns, watch->since_ns, __ATOMIC_SEQ_CST);
    if (bsan_loop_running_since(thread) == watch->since_ns)
      bsan_report_write_stall(stall);
    else
      __atomic_store_n(&watch->told_ns, 0, __ATOMIC_SEQ_CST);
  }
  bsan_bridge_unlock_report();
}

static void begin_stretch(struct bsan_watch *watch, uint64_t since_ns) {
  watch->since_ns = since_ns;
  watch->allowed_ns = stall_ns();
  watch->excused_ns = 0;
  watch->number = 0;
}

// How long a stretch may take that has taken ELAPSED_NS: the double, and more.
static uint64_t allow_more(struct bsan_watch *watch, uint64_t elapsed_ns) {
  do
    watch->allowed_ns *= 2;
  while (watch->excused_ns + watch->allowed_ns <= elapsed_ns);
  return watch->allowed_ns;
}

// When to look at the thread again; CLOCK_MONOTONIC, like NOW_NS.
static uint64_t look_at(struct bsan_thread *thread, uint64_t now_ns) {
  static struct bsan_stall stall;
  struct bsan_watch *watch = &thread->watch;
  uint64_t since_ns = bsan_loop_running_since(thread);
  if (!since_ns)
    return now_ns + stall_ns();
  if (watch->since_ns != since_ns)
    begin_stretch(watch, since_ns);
  uint64_t due_ns = since_ns + watch->excused_ns + watch->allowed_ns;
  if (now_ns < due_ns)
    return due_ns;
  bool is_found = bsan_stall_look_at(&stall, thread);
  if (bsan_loop_running_since(thread) != since_ns)
    return now_ns + stall_ns();
  if (!is_found) {
    uint64_t soon_ns = stall_ns() / 4;
    if (stall.task.state == BSAN_TASK_STOPPED)
      watch->excused_ns += soon_ns;
    return now_ns + soon_ns;
  }
  stall.start_ns = since_ns;
  stall.elapsed_ns = bsan_platform_now_ns() - since_ns;
  stall.number = ++watch->number;
  stall.was_told = watch->told_ns == since_ns;
  stall.has_not_moved = stall.was_told && watch->stack_id == stall.stack_id &&
                        stall.task.state == BSAN_TASK_SLEEPS;
  watch->iteration = stall.iteration;
  watch->stack_id = stall.stack_id;
  tell(thread, &stall);
  // Telling takes its time, with the first name that is looked up a second.
  return since_ns + watch->excused_ns +
         allow_more(watch, bsan_platform_now_ns() - since_ns);
}

//--- The thread ------------------------------------------------------------//

static void drain_here(void) {
  bsan_bridge_lock_report();
  bsan_watchdog_drain(false);
  bsan_bridge_unlock_report();
}

// The process was stopped for STOPPED_NS, before NOW_NS.
static void excuse(uint64_t now_ns, uint64_t stopped_ns) {
  struct bsan_thread *thread = NULL;
  while ((thread = bsan_loop_next(thread)) != NULL) {
    uint64_t since_ns = bsan_loop_running_since(thread);
    if (!since_ns || since_ns > now_ns - stopped_ns)
      continue;
    if (thread->watch.since_ns != since_ns)
      begin_stretch(&thread->watch, since_ns);
    thread->watch.excused_ns += stopped_ns;
  }
}

static void sleep_for(uint64_t ns) {
  const uint64_t least_late_ns = 100000000;
  uint64_t start_ns = bsan_platform_now_ns();
  bsan_platform_sleep_for(&is_woken, 0, ns);
  uint64_t end_ns = bsan_platform_now_ns();
  uint64_t late_ns = end_ns - start_ns > ns ? end_ns - start_ns - ns : 0;
  if (late_ns > least_late_ns && late_ns > stall_ns() / 2)
    excuse(end_ns, late_ns);
}

static void run(void) {
  bsan_loop_exempt_thread();
  for (;;) {
    uint64_t now_ns = bsan_platform_now_ns();
    uint64_t next_ns = now_ns + stall_ns();
    struct bsan_thread *thread = NULL;
    while ((thread = bsan_loop_next(thread)) != NULL) {
      uint64_t due_ns = look_at(thread, now_ns);
      next_ns = due_ns < next_ns ? due_ns : next_ns;
    }
    now_ns = bsan_platform_now_ns();
    if (next_ns > now_ns)
      sleep_for(next_ns - now_ns);
    if (__atomic_exchange_n(&is_woken, 0, __ATOMIC_SEQ_CST))
      drain_here();
  }
}

void bsan_watchdog_start(void) {
  int expected = NOT_STARTED;
  if (!__atomic_compare_exchange_n(&state, &expected, STARTED, false,
                                   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
      bsan_reporter_start_thread(run, "bsan-watch"))
    return;
  bsan_print("BlockSanitizer: WARNING: there can be no thread that looks for "
             "stalls: stall_ms=%d is ignored\n",
             bsan_flags.stall_ms);
}

void bsan_watchdog_after_fork(void) {
  state = NOT_STARTED;
  is_woken = 0;
  is_over = false;
  bsan_platform_park_after_fork();
}
