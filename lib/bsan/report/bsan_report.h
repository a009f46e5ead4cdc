//===-- bsan_report.h - Call sites and reports ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stage 5 of 5 (report).  A *site* is a call together with its stack.  Equal
// stacks are one site, found without a lock by any number of threads; it is
// printed once and counted for ever.
//
// A report that does not end the program is made in two halves.  The loop
// thread counts the call and puts a copy of the event into a ring; a thread of
// the runtime's own (bsan_reporter.c) takes it out, finds out whether somebody
// accepted it, which takes the symbolizer, and prints it.
//
// Context: armed, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_REPORT_H
#define BSAN_REPORT_BSAN_REPORT_H

#include "bsan.h"
#include "platform/bsan_platform.h"

struct bsan_rule;
struct bsan_stall;
struct bsan_stretch;

enum { BSAN_LABEL_SIZE = 48, BSAN_LOOP_NAME_SIZE = 128 };

struct bsan_site {
  uint64_t key;           // 0: free.  Atomic, like all that follows.
  uint32_t stack_id;      // Depot.
  uint16_t call;          // enum bsan_call_id.
  uint8_t cls;            // enum bsan_class, of the first call.
  uint8_t is_prepared;    // `label` and `is_unscanned` have been set.
  uint8_t is_judged;      // `rule` has been set.
  uint8_t is_posted;      // A call is on its way to be judged and printed,
  uint8_t is_printed;     // or has been; 2: one that says where its lock was
                          // taken.
  uint8_t is_unscanned;   // No frame in scan_modules.
  struct bsan_rule *rule; // What suppresses it, or NULL.
  struct bsan_thread *thread; // Of the first call.
  uint64_t count;
  uint64_t unjudged_count; // Neither found nor hidden yet.
  uint64_t unjudged_ns;
  uint64_t dropped; // Not printed, though each call was to be.
  uint64_t slept;   // Calls during which the thread really slept.
  uint64_t total_ns;
  uint64_t max_ns;
  uint64_t late_events; // Had been waiting when the loop got back to its wait.
  char label[BSAN_LABEL_SIZE]; // What the program declared; else empty.
};

// The thread of a call as it was then.
struct bsan_thread_facts {
  int tid;
  int index;    // "T<index>": 0 is the main thread.
  uint8_t kind; // enum bsan_loop_kind; of its last loop, outside.
  bool has_loop_name;
  uint16_t run_call;         // What runs the loop, for a known library; else 0.
  uint32_t stack_id;         // Where it entered the loop (depot).
  uint32_t stack_loop_frame; // Index in that stack of the loop's function.
  char name[BSAN_NAME_SIZE];
  char loop_name[BSAN_LOOP_NAME_SIZE]; // Of __bsan_enter_loop_named().
};

// A finished report, for the sinks.
struct bsan_report {
  const struct bsan_event *event; // Maybe a copy; no descriptor or string of
                                  // the program has to be asked for.
  const struct bsan_site *site;
  bool is_fatal; // The program ends after it; the call was not made.
  const struct bsan_thread_facts *thread;
  uint64_t count; // Of the site's calls, with this one.
};

// A format of reports: one per row of bsan_sinks.inc.
struct bsan_sink {
  const char *word;   // In `log_format`.
  void (*init)(void); // Once it is chosen, or NULL.  Context: init.
  void (*write)(const struct bsan_report *report);
  // The counts and times so far; `is_final` when nothing will follow.
  void (*write_totals)(bool is_final);
  void (*write_callbacks)(const struct bsan_stretch *stretch); // Or NULL.
  void (*write_stall)(const struct bsan_stall *stall);
};

//--- bsan_sites.c ----------------------------------------------------------//

// The site of CALL with this stack, new or known; NULL when the table is full
// (said once).
struct bsan_site *bsan_report_site(unsigned call, uint32_t stack_id);
// The site of an event: unwinds its stack, unless it is a known one.
struct bsan_site *bsan_report_find_site(const struct bsan_event *event);
bool bsan_report_is_new(const struct bsan_site *site);
// Keeps the name of a call that the program declared.  Context: report.
void bsan_report_set_label(struct bsan_site *site, const char *name);
// What is called at the site, for people.
const char *bsan_report_label(const struct bsan_site *site);
// Settles the site: what suppresses it, or NULL.  Last of all.
void bsan_report_set_suppression(struct bsan_site *site,
                                 struct bsan_rule *rule);
// Every site is to be judged again: the rules have changed.  Context: report.
void bsan_report_rejudge(void);
// Adds what the event measured to its site.  Context: any.
void bsan_sites_add_time(const struct bsan_event *event);
// The event's thread will get back to its wait: it may have been the longest
// until then.  Context: any, on that thread.
void bsan_sites_note_longest(const struct bsan_event *event);
// EVENTS were ready when the loop of THREAD, the calling one, got back to its
// wait: they waited for the longest of the calls that were found since the last
// one. Context: any.
void bsan_sites_add_late(struct bsan_thread *thread, uint64_t events);
// The next site after PREVIOUS (NULL: the first) that has calls, or NULL.
struct bsan_site *bsan_sites_next(const struct bsan_site *previous);
// Visits every site that has calls.  Context: report.
void bsan_report_visit(void (*visit)(const struct bsan_site *, void *),
                       void *arg);
void bsan_sites_clear(void);

//--- bsan_report.c ---------------------------------------------------------//

// What the report stage asks of the rules.
struct bsan_report_rules {
  // What suppresses a site, or NULL.  Context: report.
  struct bsan_rule *(*match)(const struct bsan_site *site);
  // Counts calls of THREAD that none hides.  Context: any.
  void (*find)(struct bsan_thread *thread, uint64_t elapsed_ns);
  // Counts calls that RULE hides.  Context: any.
  void (*hide)(struct bsan_rule *rule, uint64_t calls, uint64_t elapsed_ns);
  // Finds who holds LOCK now, of KIND (enum bsan_lock_kind).  Context: any.
  void (*find_owner)(struct bsan_owner *owner, unsigned kind, const void *lock);
  // Whether a stall with this stack is not to be told: nothing is checked at
  // the moment, or somebody accepted it, which IS_COUNTED or not.  Context:
  // report.
  bool (*hides_stall)(uint32_t stack_id, uint64_t elapsed_ns, bool is_counted);
};
// Context: init.
void bsan_report_set_rules(const struct bsan_report_rules *rules);

// Counts the event, with its time, at its site; sees to it that what has to be
// is printed.  Does not return when the report is fatal.
void bsan_report_event(const struct bsan_event *event);
// Adds the time of an event that was counted before its call.  Context: any.
void bsan_report_add_time(const struct bsan_event *event);
// Judges and, if it is due, prints it: then true.  Context: report.
bool bsan_report_write(const struct bsan_report *report);
// The event could not be kept for later.  Context: any.
void bsan_report_miss(const struct bsan_event *event);
bool bsan_report_has_missed(void);
// Prints one site whose event could not be kept; when IS_LAST one of which
// nothing is to be expected any more, too.  False when there is none.  Context:
// report.
bool bsan_report_write_missed(bool is_last);
// A forked child begins with nothing found.
void bsan_report_clear(void);
// Writes a stretch of callbacks of a loop.
void bsan_report_callbacks(const struct bsan_stretch *stretch);
// Whether log_callbacks_us asks for them and the sink has a form for them.
bool bsan_report_wants_callbacks(void);
// Whether a stall is to be told: nobody accepted it, it is not one of an equal
// stack that has been told, and there have not been enough reports.
// Context: report.
bool bsan_report_wants_stall(const struct bsan_stall *stall);
// Who holds the lock that EVENT waits for may be another thread by now.
void bsan_report_find_owner(struct bsan_event *event);
// Context: report.
void bsan_report_write_stall(const struct bsan_stall *stall);
// How many calls were found that no rule suppresses: exact when there is
// nothing left to be judged.
uint64_t bsan_report_total(void);
void bsan_report_describe_thread(struct bsan_thread_facts *facts,
                                 const struct bsan_thread *thread);
// Writes the statistics in the log's format; the final ones of a log that is
// not for people are always wanted.  Context: report.
void bsan_report_write_totals(void);
void bsan_report_write_final_totals(void);
// Chooses the sink.  Context: init.
void bsan_report_init(void);

//--- bsan_stats.c ----------------------------------------------------------//

void bsan_stats_print(void);

#endif // BSAN_REPORT_BSAN_REPORT_H
