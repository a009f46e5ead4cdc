//===-- bsan_report.c - Count, print once, halt or go on ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call of a site that has not been judged is neither found nor hidden: it
// waits in the site's own counters.  Who judges, and who counts while that
// happens, both look at them afterwards, so that each call ends up on one side,
// once.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_report.h"

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "loop/bsan_loop.h"
#include "report/bsan_listener.h"
#include "report/bsan_reporter.h"
#include "report/bsan_stall.h"

#define BSAN_SINK(word) extern const struct bsan_sink bsan_sink_##word;
#include "report/bsan_sinks.inc"
#undef BSAN_SINK

static const struct bsan_report_rules *rules;
static uint64_t total;
static int printed;

// The events of some sites were not kept; they are looked for in the table.
static bool has_missed, is_looking;
static struct bsan_site *looked_at;

void bsan_report_set_rules(const struct bsan_report_rules *stage) {
  rules = stage;
}

uint64_t bsan_report_total(void) {
  return __atomic_load_n(&total, __ATOMIC_RELAXED);
}

void bsan_report_clear(void) {
  total = 0;
  printed = 0;
  has_missed = is_looking = false;
  bsan_sites_clear();
}

void bsan_report_describe_thread(struct bsan_thread_facts *facts,
                                 const struct bsan_thread *thread) {
  facts->tid = thread->tid;
  facts->index = thread->index;
  facts->kind = thread->kind ? thread->kind : thread->last_kind;
  facts->run_call = thread->run_call;
  facts->stack_id = thread->stack_id;
  facts->stack_loop_frame = thread->stack_loop_frame;
  __builtin_memcpy(facts->name, thread->name, sizeof(facts->name));
  // The program's: good until it leaves the loop.
  facts->has_loop_name =
      thread->loop_name &&
      bsan_platform_copy_string(thread->loop_name, facts->loop_name,
                                sizeof(facts->loop_name));
}

//--- Sinks -----------------------------------------------------------------//

static const struct bsan_sink *const sinks[] = {
#define BSAN_SINK(word) &bsan_sink_##word,
#include "report/bsan_sinks.inc"
#undef BSAN_SINK
};

enum { SINK_COUNT = sizeof(sinks) / sizeof(sinks[0]) };

static const struct bsan_sink *sink = &bsan_sink_text;

static void warn_format(void) {
  char known[64];
  struct bsan_text text;
  bsan_text_init(&text, known, sizeof(known));
  for (int i = 0; i < SINK_COUNT; i++)
    bsan_text_add(&text, "%s%s", i ? " or " : "", sinks[i]->word);
  bsan_print("BlockSanitizer: WARNING: '%s' is no value for log_format: "
             "expected %s; keeping %s\n",
             bsan_flags.log_format, known, sink->word);
}

void bsan_report_init(void) {
  int i = 0;
  while (i < SINK_COUNT &&
         !bsan_text_equal(sinks[i]->word, bsan_flags.log_format))
    i++;
  if (i == SINK_COUNT)
    warn_format();
  sink = i < SINK_COUNT ? sinks[i] : &bsan_sink_text;
  if (sink->init)
    sink->init();
}

void bsan_report_write_totals(void) { sink->write_totals(false); }

void bsan_report_write_final_totals(void) {
  if (bsan_flags.print_stats_on_exit || sink != &bsan_sink_text)
    sink->write_totals(true);
}

bool bsan_report_wants_callbacks(void) {
  return bsan_flags.log_callbacks_us && sink->write_callbacks;
}

void bsan_report_callbacks(const struct bsan_stretch *stretch) {
  bsan_bridge_lock_report();
  sink->write_callbacks(stretch);
  bsan_bridge_unlock_report();
}

//--- Counting --------------------------------------------------------------//

// Calls of a judged site, of THREAD.
static void count_judged(struct bsan_site *site, struct bsan_thread *thread,
                         uint64_t calls, uint64_t ns) {
  struct bsan_rule *rule = __atomic_load_n(&site->rule, __ATOMIC_RELAXED);
  if (rule) {
    rules->hide(rule, calls, ns);
    return;
  }
  __atomic_fetch_add(&total, calls, __ATOMIC_RELAXED);
  rules->find(thread, ns);
}

// Who made them is not known any more: mostly the thread of the first one.
static void settle_unjudged(struct bsan_site *site) {
  uint64_t calls =
      __atomic_exchange_n(&site->unjudged_count, 0, __ATOMIC_SEQ_CST);
  uint64_t ns = __atomic_exchange_n(&site->unjudged_ns, 0, __ATOMIC_SEQ_CST);
  if (calls || ns)
    count_judged(site, site->thread, calls, ns);
}

static void add(const struct bsan_event *event, uint64_t calls) {
  struct bsan_site *site = event->site;
  uint64_t ns = event->elapsed_ns;
  if (ns) {
    bsan_sites_add_time(event);
    bsan_sites_note_longest(event);
  }
  if (BSAN_LIKELY(!bsan_report_is_new(site))) {
    count_judged(site, event->thread, calls, ns);
    return;
  }
  __atomic_fetch_add(&site->unjudged_count, calls, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&site->unjudged_ns, ns, __ATOMIC_SEQ_CST);
  if (!bsan_report_is_new(site))
    settle_unjudged(site);
}

static void judge(struct bsan_site *site) {
  if (bsan_report_is_new(site))
    bsan_report_set_suppression(site, rules->match(site));
  settle_unjudged(site);
}

void bsan_report_add_time(const struct bsan_event *event) { add(event, 0); }

//--- Printing --------------------------------------------------------------//

static bool is_limit_reached(int number) {
  return bsan_flags.max_reports && number > bsan_flags.max_reports;
}

// Counts a report; false when there have been enough, which is said once.
static bool take_number(void) {
  int number = __atomic_add_fetch(&printed, 1, __ATOMIC_RELAXED);
  if (!is_limit_reached(number))
    return true;
  if (number == bsan_flags.max_reports + 1)
    bsan_print("BlockSanitizer: %d reports printed (max_reports); further "
               "calls are only counted\n",
               bsan_flags.max_reports);
  return false;
}

// Whether EVENT tells more than what *DONE says was told of its site: the first
// one does, and the first that knows where the lock was taken.
static bool is_news(uint8_t *done, const struct bsan_event *event) {
  uint8_t news = event->owner.kind && event->owner.stack_id ? 2 : 1;
  uint8_t before = __atomic_load_n(done, __ATOMIC_RELAXED);
  while (before < news)
    if (__atomic_compare_exchange_n(done, &before, news, true, __ATOMIC_ACQ_REL,
                                    __ATOMIC_RELAXED))
      return true;
  return false;
}

// Whether this call is to be printed, as long as there have not been enough.
static bool is_due(struct bsan_site *site, const struct bsan_event *event) {
  if (!is_news(&site->is_printed, event) && bsan_flags.suppress_equal_stacks)
    return false;
  return take_number();
}

bool bsan_report_write(const struct bsan_report *report) {
  struct bsan_site *site = report->event->site;
  judge(site);
  bool is_wanted =
      !site->rule && (is_due(site, report->event) || report->is_fatal);
  if (is_wanted)
    sink->write(report);
  return is_wanted;
}

static void write_end(void) {
  bsan_report_write_final_totals();
  if (sink == &bsan_sink_text)
    bsan_print("==%d==ABORTING\n", bsan_platform_pid());
}

// The report, by the thread that made the call: the last one of all, or one
// that the program is told of.
static void report_here(const struct bsan_event *event, uint64_t count) {
  static struct bsan_thread_facts facts;
  bool is_fatal = bsan_flags.halt_on_error;
  bool is_told = bsan_listener_is_set();
  if (is_told)
    bsan_listener_begin();
  bsan_bridge_lock_report();
  bsan_report_describe_thread(&facts, event->thread);
  struct bsan_report report = {event, event->site, is_fatal, &facts, count};
  if (is_told)
    bsan_bridge_begin_copy();
  bool is_written = bsan_report_write(&report);
  const char *text = is_told ? bsan_bridge_end_copy() : NULL;
  if (is_written && is_fatal)
    write_end();
  if (is_written && is_told) {
    bsan_bridge_unlock_report();
    bsan_listener_tell(text);
    bsan_bridge_lock_report();
  }
  if (is_written && is_fatal)
    bsan_bridge_die();
  bsan_bridge_unlock_report();
  if (is_told)
    bsan_listener_end();
}

// Whether a call that has been counted may have to be printed.
static bool is_wanted(const struct bsan_event *event) {
  struct bsan_site *site = event->site;
  bool is_judged = !bsan_report_is_new(site);
  if (is_judged && site->rule)
    return false;
  if (bsan_flags.halt_on_error)
    return true;
  if (is_judged &&
      is_limit_reached(__atomic_load_n(&printed, __ATOMIC_RELAXED)))
    return false;
  return !bsan_flags.suppress_equal_stacks || is_news(&site->is_posted, event);
}

void bsan_report_event(const struct bsan_event *event) {
  struct bsan_site *site = event->site;
  if (!site->thread)
    site->thread = event->thread;
  uint64_t number = __atomic_add_fetch(&site->count, 1, __ATOMIC_RELAXED);
  add(event, 1);
  if (!is_wanted(event))
    return;
  if (bsan_flags.halt_on_error || bsan_listener_is_set())
    report_here(event, number);
  else
    bsan_reporter_post(event, number);
}

//--- Stalls ----------------------------------------------------------------//

// Where a thread runs is another place each time: what counts is who has
// called.
static uint32_t place_of(const struct bsan_stall *stall) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stall->stack_id, &pcs);
  bool runs = stall->task.state == BSAN_TASK_RUNS && !stall->has_event;
  return runs && count > 1 ? bsan_bridge_depot_put(pcs + 1, count - 1)
                           : stall->stack_id;
}

// Whether a stall at that place has been told, which it is now.
static bool is_told(uint32_t place) {
  enum { REMEMBERED = 256 };
  static uint32_t told[REMEMBERED];
  static size_t next;
  for (size_t i = 0; i < REMEMBERED; i++)
    if (told[i] == place)
      return true;
  told[next++ % REMEMBERED] = place;
  return false;
}

// One that goes on is told again.
bool bsan_report_wants_stall(const struct bsan_stall *stall) {
  bool is_first = stall->number == 1;
  if (rules->hides_stall(stall->stack_id, stall->elapsed_ns, is_first))
    return false;
  if (!is_first)
    return stall->was_told;
  if (bsan_flags.suppress_equal_stacks && stall->stack_id &&
      is_told(place_of(stall)))
    return false;
  return take_number();
}

void bsan_report_find_owner(struct bsan_event *event) {
  if (event->owner.kind && event->owner.tid)
    rules->find_owner(&event->owner, event->owner.kind,
                      (const void *)event->owner.lock);
}

void bsan_report_write_stall(const struct bsan_stall *stall) {
  sink->write_stall(stall);
}

//--- What was missed -------------------------------------------------------//

void bsan_report_miss(const struct bsan_event *event) {
  struct bsan_site *site = event->site;
  if (!bsan_flags.suppress_equal_stacks)
    __atomic_fetch_add(&site->dropped, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&site->is_posted, 0, __ATOMIC_RELEASE);
  __atomic_store_n(&has_missed, true, __ATOMIC_SEQ_CST);
}

bool bsan_report_has_missed(void) {
  return __atomic_load_n(&has_missed, __ATOMIC_SEQ_CST);
}

// Prints what the table knows.
static void write_site(struct bsan_site *site) {
  static struct bsan_thread_facts facts;
  static struct bsan_event event;
  judge(site);
  if (site->rule)
    return;
  if (site->dropped)
    __atomic_fetch_sub(&site->dropped, 1, __ATOMIC_RELAXED);
  event = (struct bsan_event){.call = site->call,
                              .cls = site->cls,
                              .fd = -1,
                              .thread = site->thread,
                              .tid = site->thread->tid,
                              .start_ns = bsan_platform_now_ns(),
                              .site = site,
                              .args = {{.kind = '.'}}};
  bsan_report_describe_thread(&facts, site->thread);
  struct bsan_report report = {&event, site, false, &facts, site->count};
  bsan_report_write(&report);
}

static void tell_dropped(void) {
  uint64_t dropped = 0;
  for (struct bsan_site *site = bsan_sites_next(NULL); site;
       site = bsan_sites_next(site))
    if (!site->rule)
      dropped += __atomic_exchange_n(&site->dropped, 0, __ATOMIC_RELAXED);
  if (dropped && !is_limit_reached(printed))
    bsan_print(
        "BlockSanitizer: WARNING: %zu calls came faster than they can be "
        "printed, and are only counted\n",
        (size_t)dropped);
}

static bool was_missed(const struct bsan_site *site, bool is_last) {
  if (site->is_printed || site->rule)
    return false;
  if (!bsan_flags.suppress_equal_stacks)
    return site->dropped;
  return is_last || !__atomic_load_n(&site->is_posted, __ATOMIC_ACQUIRE);
}

// One site at a time, so that others get the report lock in between.
bool bsan_report_write_missed(bool is_last) {
  if (!is_looking) {
    if (!__atomic_exchange_n(&has_missed, false, __ATOMIC_SEQ_CST) && !is_last)
      return false;
    is_looking = true;
    looked_at = NULL;
  }
  while ((looked_at = bsan_sites_next(looked_at)) != NULL)
    if (was_missed(looked_at, is_last)) {
      write_site(looked_at);
      return true;
    }
  is_looking = false;
  tell_dropped();
  return false;
}
