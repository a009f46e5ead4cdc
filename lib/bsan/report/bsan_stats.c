//===-- bsan_stats.c - Blocked time per call site and loop ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sites are printed by total time, the longest first: the largest is looked for
// again and again below the last one printed, which needs no sorted copy.
//
// Buffers are static: this runs on a thread whose stack may be small, and one
// at a time.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"
#include "report/bsan_stack_text.h"

enum { MAX_PRINTED_SITES = 50, COUNT_WIDTH = 8 };

// Nanoseconds for people: "1.90 s", "41.2 ms", "812 us".
static const char *write_time(uint64_t ns, char *buffer, size_t size) {
  struct bsan_text text;
  bsan_text_init(&text, buffer, size);
  uint64_t us = ns / 1000;
  if (us >= 1000000)
    bsan_text_add(&text, "%d.%02d s", (int)(us / 1000000),
                  (int)(us / 10000 % 100));
  else if (us >= 1000)
    bsan_text_add(&text, "%d.%d ms", (int)(us / 1000), (int)(us / 100 % 10));
  else
    bsan_text_add(&text, "%d us", (int)us);
  return buffer;
}

// Numbers for people: "1,204".
static const char *write_count(uint64_t count, char *buffer, size_t size) {
  struct bsan_text text;
  uint64_t group = 1;
  bsan_text_init(&text, buffer, size);
  while (count / group >= 1000)
    group *= 1000;
  bsan_text_add(&text, "%d", (int)(count / group));
  while (group > 1) {
    group /= 1000;
    bsan_text_add(&text, ",%03d", (int)(count / group % 1000));
  }
  return buffer;
}

//--- Sites -----------------------------------------------------------------//

struct totals {
  uint64_t sites, calls, ns;
};

static void add_site(const struct bsan_site *site, void *arg) {
  struct totals *totals = arg;
  if (site->rule)
    return;
  totals->sites++;
  totals->calls += site->count;
  totals->ns += site->total_ns;
}

struct search {
  const struct bsan_site *last, *best;
};

// Whether A comes before B: more time first, then the place in the table.
static bool precedes(const struct bsan_site *a, const struct bsan_site *b) {
  return a->total_ns != b->total_ns ? a->total_ns > b->total_ns : a < b;
}

static void find_next(const struct bsan_site *site, void *arg) {
  struct search *search = arg;
  if (site->rule || (search->last && !precedes(search->last, site)))
    return;
  if (!search->best || precedes(site, search->best))
    search->best = site;
}

static void print_site(const struct bsan_site *site) {
  static char function_name[128], place_name[256];
  char count[32], total[24], max[24];
  struct bsan_text function, place;
  bsan_text_init(&function, function_name, sizeof(function_name));
  bsan_text_init(&place, place_name, sizeof(place_name));
  bsan_stack_name(site->stack_id, 0, site->call, &function, &place);
  // The only alignment of strings that bsan_print knows is to the left.
  size_t used = strlen(write_count(site->count, count, sizeof(count)));
  int blanks = used < COUNT_WIDTH ? (int)(COUNT_WIDTH - used) : 0;
  bsan_print("%.*s%s   %-9s %-9s %6zu   %s   %s   %s\n", blanks, "        ",
             count, write_time(site->total_ns, total, sizeof(total)),
             write_time(site->max_ns, max, sizeof(max)), (size_t)site->slept,
             bsan_report_label(site), function_name, place_name);
}

static void print_sites(const struct totals *totals) {
  struct search search = {NULL, NULL};
  bsan_print("   calls   total     max        slept   where\n");
  for (int i = 0; i < MAX_PRINTED_SITES; i++) {
    search.best = NULL;
    bsan_report_visit(find_next, &search);
    if (!search.best)
      return;
    print_site(search.best);
    search.last = search.best;
  }
  if (totals->sites > MAX_PRINTED_SITES)
    bsan_print("   ... and %zu more sites\n",
               (size_t)(totals->sites - MAX_PRINTED_SITES));
}

//--- Loops -----------------------------------------------------------------//

// "11.8%"
static const char *write_share(uint64_t part, uint64_t whole, char *buffer,
                               size_t size) {
  struct bsan_text text;
  bsan_text_init(&text, buffer, size);
  int per_mille = whole ? (int)(part * 1000 / whole) : 0;
  bsan_text_add(&text, "%d.%d%%", per_mille / 10, per_mille % 10);
  return buffer;
}

// A bucket's end may lie behind the longest of all.
static const char *write_percentile(const struct bsan_loop_times *times,
                                    unsigned per_mille, char *buffer,
                                    size_t size) {
  uint64_t ns = bsan_histogram_percentile(&times->stretches, per_mille);
  return write_time(ns < times->longest_ns ? ns : times->longest_ns, buffer,
                    size);
}

static void write_loop_name(const struct bsan_thread *thread,
                            struct bsan_text *text) {
  static struct bsan_thread_facts facts;
  bsan_report_describe_thread(&facts, thread);
  bsan_stack_loop_name(&facts, text);
}

static void print_stretches(const struct bsan_thread *thread,
                            uint64_t callbacks_ns) {
  const struct bsan_loop_times *times = &thread->times;
  char median[24], most[24], nearly_all[24], blocked[24], share[16];
  char late[48] = "", late_count[32];
  struct bsan_text text;
  bsan_text_init(&text, late, sizeof(late));
  if (times->late_events)
    bsan_text_add(
        &text, ", %s event%s waited meanwhile",
        write_count(times->late_events, late_count, sizeof(late_count)),
        times->late_events == 1 ? "" : "s");
  bsan_print("   callbacks between two waits: p50 %s, p99 %s, p99.9 %s; %s "
             "blocked (%s)%s\n",
             write_percentile(times, 500, median, sizeof(median)),
             write_percentile(times, 990, most, sizeof(most)),
             write_percentile(times, 999, nearly_all, sizeof(nearly_all)),
             write_time(times->blocked_ns, blocked, sizeof(blocked)),
             write_share(times->blocked_ns, callbacks_ns, share, sizeof(share)),
             late);
}

static void print_loop(const struct bsan_thread *thread, void *unused) {
  const struct bsan_loop_times *times = &thread->times;
  static char name[128], thread_name[2 * BSAN_NAME_SIZE];
  char iterations[32], in_callbacks[24], longest[24], share[16];
  struct bsan_text loop, safe_name;
  (void)unused;
  if (!times->iterations)
    return;
  bsan_text_init(&loop, name, sizeof(name));
  write_loop_name(thread, &loop);
  bsan_text_init(&safe_name, thread_name, sizeof(thread_name));
  bsan_text_add_quoted(&safe_name, thread->name);
  uint64_t callbacks_ns = bsan_loop_callbacks_ns(thread);
  bsan_print("Loop \"%s\" on thread T%d \"%s\"%s: %s iteration%s, %s in "
             "callbacks (%s of its time), longest %s\n",
             name, thread->index, thread_name,
             thread->is_excluded ? " (not checked)" : "",
             write_count(times->iterations, iterations, sizeof(iterations)),
             times->iterations == 1 ? "" : "s",
             write_time(callbacks_ns, in_callbacks, sizeof(in_callbacks)),
             write_share(callbacks_ns, callbacks_ns + times->waits_ns, share,
                         sizeof(share)),
             write_time(times->longest_ns, longest, sizeof(longest)));
  print_stretches(thread, callbacks_ns);
}

//--- The first line --------------------------------------------------------//

struct loops {
  uint64_t count, callbacks_ns;
  const struct bsan_thread *last;
};

static void add_loop(const struct bsan_thread *thread, void *arg) {
  struct loops *loops = arg;
  if (!thread->times.iterations)
    return;
  loops->count++;
  loops->callbacks_ns += bsan_loop_callbacks_ns(thread);
  loops->last = thread;
}

// " on loop "aeMain" (11.8% of its callbacks' time)"
static void write_where_blocked(const struct loops *loops, uint64_t blocked_ns,
                                struct bsan_text *text) {
  char share[16];
  write_share(blocked_ns, loops->callbacks_ns, share, sizeof(share));
  if (loops->count > 1) {
    bsan_text_add(text, " on %zu loops (%s of their callbacks' time)",
                  (size_t)loops->count, share);
  } else if (loops->count) {
    bsan_text_add(text, " on loop \"");
    write_loop_name(loops->last, text);
    bsan_text_add(text, "\" (%s of its callbacks' time)", share);
  }
}

static void print_totals(const struct totals *totals,
                         const struct loops *loops) {
  static char where[192];
  char calls[32], time[24];
  struct bsan_text text;
  bsan_text_init(&text, where, sizeof(where));
  if (totals->sites)
    write_where_blocked(loops, totals->ns, &text);
  bsan_print("BlockSanitizer: %zu blocking site%s, %s call%s, %s blocked%s\n",
             (size_t)totals->sites, totals->sites == 1 ? "" : "s",
             write_count(totals->calls, calls, sizeof(calls)),
             totals->calls == 1 ? "" : "s",
             write_time(totals->ns, time, sizeof(time)), where);
}

void bsan_stats_print(void) {
  struct totals totals = {0, 0, 0};
  struct loops loops = {0, 0, NULL};
  bsan_report_visit(add_site, &totals);
  bsan_loop_visit(add_loop, &loops);
  print_totals(&totals, &loops);
  if (totals.sites)
    print_sites(&totals);
  bsan_loop_visit(print_loop, NULL);
  if (!loops.count)
    bsan_print("No event loop was seen in process %d\n", bsan_platform_pid());
}
