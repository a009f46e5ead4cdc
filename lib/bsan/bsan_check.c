//===-- bsan_check.c - THE PIPELINE ---------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   intercept  ->  loop  ->  classify  ->  suppress  ->  report
//
// The only file that knows this order.  Cheap filters stand before the
// unwinder, and nothing is symbolized that is not printed or matched.
//
// A fatal report comes before the call, like every sanitizer's: the program is
// stopped at the mistake.  Every other one comes after it and says how long the
// call took.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bsan_check.h"

#include <errno.h>
#include <stdarg.h>

#include "bridge/bsan_bridge.h"
#include "bsan_children.h"
#include "bsan_flags.h"
#include "bsan_init.h"
#include "bsan_text.h"
#include "classify/bsan_fdtable.h"
#include "classify/bsan_owner.h"
#include "intercept/bsan_calls.h"
#include "intercept/bsan_seen.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"
#include "report/bsan_stats_signal.h"
#include "report/bsan_watchdog.h"
#include "suppress/bsan_suppress.h"

// Bit 0: activated.  The other bits count the contexts that are open.
enum { ACTIVATED = 1, CONTEXT = 2 };
static uint32_t is_active;

void bsan_check_activate(bool active) {
  if (active)
    __atomic_fetch_or(&is_active, ACTIVATED, __ATOMIC_RELAXED);
  else
    __atomic_fetch_and(&is_active, ~(uint32_t)ACTIVATED, __ATOMIC_RELAXED);
}

void bsan_check_begin_ctx(void) {
  __atomic_fetch_add(&is_active, CONTEXT, __ATOMIC_RELAXED);
}

void bsan_check_end_ctx(void) {
  __atomic_fetch_sub(&is_active, CONTEXT, __ATOMIC_RELAXED);
}

//--- Predicates ------------------------------------------------------------//

static struct {
  bsan_predicate ask;
  void *arg;
} predicates[BSAN_CALL_COUNT];

bool bsan_check_set_predicate(const char *name, bsan_predicate predicate,
                              void *arg) {
  bool found = false;
  for (unsigned call = 1; call < BSAN_CALL_COUNT; call++) {
    if (!bsan_text_equal(bsan_calls[call].name, name))
      continue;
    // Never asked with the other one's argument.
    __atomic_store_n(&predicates[call].ask, NULL, __ATOMIC_SEQ_CST);
    __atomic_store_n(&predicates[call].arg, arg, __ATOMIC_SEQ_CST);
    __atomic_store_n(&predicates[call].ask, predicate, __ATOMIC_SEQ_CST);
    found = true;
  }
  return found;
}

// The program's own code: it runs inside the scope of the call, so that what it
// calls itself is not looked at.
static bool is_accepted_by_program(const struct bsan_event *event) {
  bsan_predicate ask =
      __atomic_load_n(&predicates[event->call].ask, __ATOMIC_ACQUIRE);
  if (BSAN_LIKELY(!ask))
    return false;
  void *arg = __atomic_load_n(&predicates[event->call].arg, __ATOMIC_RELAXED);
  return ask(bsan_calls[event->call].name, event->fd, arg) != 0;
}

//--- Judging ---------------------------------------------------------------//

// What has to be known of a site before it is counted.  Threads that come here
// at once write the same.
static void prepare_site(const struct bsan_event *event) {
  struct bsan_site *site = event->site;
  if (__atomic_load_n(&site->is_prepared, __ATOMIC_ACQUIRE))
    return;
  if (event->call == BSAN_CALL_USER)
    bsan_report_set_label(site, event->args[0].value.string);
  site->cls = event->cls;
  site->is_unscanned = !bsan_suppress_is_scanned(site->stack_id);
  __atomic_store_n(&site->is_prepared, 1, __ATOMIC_RELEASE);
}

static struct bsan_rule *match_site(const struct bsan_site *site) {
  return bsan_suppress_match(site->call, site->cls, site->stack_id);
}

static void note_found(struct bsan_thread *thread, uint64_t elapsed_ns) {
  bsan_loop_add_blocked(thread, elapsed_ns);
  bsan_children_note_found();
}

// The site is known: the report.
static void report(const struct bsan_event *event) {
  prepare_site(event);
  if (!event->site->is_unscanned)
    bsan_report_event(event);
}

// The stack, and the report.
static void judge(struct bsan_event *event) {
  // A vfork's child: what it finds out would be its parent's.
  if (!bsan_init_owns_process() || is_accepted_by_program(event))
    return;
  struct bsan_site *site = bsan_report_find_site(event);
  if (!site)
    return;
  if (bsan_report_is_new(site) && !bsan_learned_is_inside(event)) {
    event->undecided = true;
    return;
  }
  event->site = site;
  if (bsan_report_is_new(site))
    bsan_loop_refresh_name(event->thread);
  report(event);
}

static bool is_judged_before_the_call(const struct bsan_event *event) {
  return bsan_flags.halt_on_error && !event->undecided &&
         event->verdict != BSAN_MEASURE &&
         !bsan_text_equal(bsan_flags.report, "actual");
}

static bool has_blocked(const struct bsan_event *event) {
  return event->switches &&
         event->elapsed_ns >= (uint64_t)bsan_flags.min_block_us * 1000;
}

bool bsan_check_open(struct bsan_event *event, unsigned call, uintptr_t pc,
                     uintptr_t cfa) {
  if (bsan_gate_is_nested(cfa) || !is_active || !bsan_calls_looked_at[call])
    return false;
  struct bsan_thread *thread = bsan_thread_self;
  if (!thread)
    return false;
  enum bsan_inside where = bsan_loop_where(thread, cfa);
  if (BSAN_UNLIKELY(where == BSAN_OUTSIDE))
    return false;
  // Field by field: most calls turn out not to block, and clearing the
  // arguments would be the larger part of what they cost.
  event->call = (uint16_t)call;
  event->cls = bsan_calls[call].cls;
  event->fd = -1;
  event->pc = pc;
  event->cfa = cfa;
  event->fp = 0;
  event->thread = thread;
  event->why = NULL;
  event->object = NULL;
  event->fd_nonblocking = false;
  event->site = NULL;
  event->owner.kind = BSAN_LOCK_NONE;
  event->elapsed_ns = 0;
  event->undecided = where == BSAN_UNDECIDED;
  event->outer_scope = bsan_gate_open_scope(cfa, pc);
  return true;
}

void bsan_check_close(struct bsan_event *event) {
  bsan_gate_close_scope(event->outer_scope);
}

void bsan_check_done(struct bsan_event *event) {
  if (BSAN_UNLIKELY(event->owner.kind != BSAN_LOCK_NONE))
    bsan_seen_note_taken(event, event->owner.kind,
                         (const void *)event->owner.lock);
  bsan_check_close(event);
}

// What the call may change: asked before it is made.
static void keep_origins(struct bsan_event *event) {
  event->created_id = 0;
  event->mode_set_id = 0;
  if (event->fd >= 0)
    bsan_fdtable_get_origin(event->fd, event->fd_nonblocking,
                            &event->created_id, &event->mode_set_id);
  // From now on it is worth while to know who takes locks.
  if (event->owner.kind)
    bsan_seen_watch_locks();
}

void bsan_check_begin(struct bsan_event *event) {
  // Now its class is known.
  if (!bsan_calls_is_enabled(event->call, event->cls)) {
    event->verdict = BSAN_WONT_BLOCK;
    return;
  }
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  event->tid = event->thread->tid;
  keep_origins(event);
  event->iteration = event->thread->times.iterations;
  if (is_judged_before_the_call(event)) {
    event->start_ns = bsan_platform_now_ns();
    judge(event);
  }
  event->switches = bsan_platform_switches();
  bsan_gate_leave_runtime(outer);
  event->start_ns = bsan_platform_now_ns();
  errno = saved_errno;
}

void bsan_check_end(struct bsan_event *event) {
  if (event->verdict == BSAN_WONT_BLOCK) {
    bsan_check_close(event);
    return;
  }
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  event->elapsed_ns = bsan_platform_now_ns() - event->start_ns;
  event->switches = bsan_platform_switches() - event->switches;
  bool must_have_blocked = event->verdict == BSAN_MEASURE ||
                           bsan_text_equal(bsan_flags.report, "actual");
  // A forked child comes back here outside every loop.
  bool is_in_loop = bsan_thread_self && bsan_thread_self->kind;
  if (is_in_loop && (!must_have_blocked || has_blocked(event))) {
    if (event->site)
      bsan_report_add_time(event);
    else if (!event->undecided)
      judge(event);
    if (event->undecided)
      bsan_learned_keep(event);
  }
  bsan_gate_leave_runtime(outer);
  bsan_check_close(event);
  errno = saved_errno;
}

void bsan_check_late(struct bsan_thread *thread, uint64_t events) {
  bsan_sites_add_late(thread, events);
}

bool bsan_check_judge(struct bsan_event *event) {
  if (event->verdict == BSAN_WONT_BLOCK) {
    bsan_check_close(event);
    return false;
  }
  bsan_check_begin(event);
  return true;
}

void bsan_check_jump(struct bsan_event *event, uintptr_t real) {
  bool was_judged = is_judged_before_the_call(event);
  if (!bsan_check_judge(event))
    return;
  if (event->verdict == BSAN_WONT_BLOCK) {
    bsan_check_close(event);
    return;
  }
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  if (!was_judged)
    judge(event);
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
  if (real)
    bsan_tls.scope.function = real; // Stays open: see bsan_gate.h.
  else
    bsan_check_close(event);
}

void bsan_check_show(struct bsan_event *event, const char *codes, ...) {
  va_list args;
  va_start(args, codes);
  for (int i = 0; i < BSAN_MAX_SHOWN_ARGS; i++)
    event->args[i].kind = 0;
  for (int i = 0; i < BSAN_MAX_SHOWN_ARGS && codes[i] && codes[i] != '-'; i++) {
    struct bsan_arg *arg = &event->args[i];
    arg->kind = codes[i];
    if (codes[i] == 'd')
      arg->value.number = va_arg(args, int);
    else if (codes[i] == 's')
      arg->value.string = va_arg(args, const char *);
    else
      arg->value.number = va_arg(args, long);
  }
  va_end(args);
}

void bsan_check_notify(const char *function, const struct bsan_scope *origin) {
  struct bsan_event event;
  if (!bsan_check_open(&event, BSAN_CALL_USER, origin->pc, origin->cfa))
    return;
  event.verdict = BSAN_MAY_BLOCK;
  bsan_check_show(&event, "s", function);
  bsan_check_jump(&event, origin->function);
}

// An undecided call that turned out to have been inside the loop.
static void report_kept(const struct bsan_pending *pending) {
  struct bsan_event event = pending->event;
  event.undecided = false;
  event.site = bsan_report_site(event.call, pending->stack_id);
  if (!event.site)
    return;
  report(&event);
}

static bool hides_stall(uint32_t stack_id, uint64_t elapsed_ns,
                        bool is_counted) {
  if (!is_active || !bsan_suppress_is_scanned(stack_id))
    return true;
  struct bsan_rule *rule = bsan_suppress_match_stall(stack_id);
  if (rule && is_counted)
    bsan_suppress_count(rule, 1, elapsed_ns);
  return rule;
}

static uint64_t log_callbacks_ns(void) {
  return bsan_report_wants_callbacks()
             ? (uint64_t)bsan_flags.log_callbacks_us * 1000
             : UINT64_MAX;
}

static uint64_t stall_ns(void) {
  return bsan_watchdog_is_wanted() ? (uint64_t)bsan_flags.stall_ms * 1000000
                                   : UINT64_MAX;
}

static void report_callbacks(const struct bsan_stretch *stretch) {
  if (!bsan_init_owns_process())
    return;
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  if (stretch->elapsed_ns >= stall_ns())
    bsan_watchdog_note_end(stretch);
  if (stretch->elapsed_ns >= log_callbacks_ns())
    bsan_report_callbacks(stretch);
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}

static bool answers_signal; // See bsan_stats_signal.h.

// The threads that have something to do once there is a loop.
static void start_threads(void) {
  if (!bsan_init_owns_process())
    return;
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  if (bsan_watchdog_is_wanted())
    bsan_watchdog_start();
  if (answers_signal)
    bsan_stats_signal_start();
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}

void bsan_check_init(void) {
  static const struct bsan_report_rules rules = {match_site, note_found,
                                                 bsan_suppress_count,
                                                 bsan_owner_find, hides_stall};
  bsan_report_set_rules(&rules);
  bsan_learned_set_reporter(report_kept);
  uint64_t least_ns =
      stall_ns() < log_callbacks_ns() ? stall_ns() : log_callbacks_ns();
  if (least_ns != UINT64_MAX)
    bsan_loop_set_reporter(report_callbacks, least_ns);
  answers_signal = bsan_stats_signal_init();
  if (bsan_watchdog_is_wanted() || answers_signal)
    bsan_loop_set_starter(start_threads);
  bsan_check_activate(bsan_flags.enabled);
}
