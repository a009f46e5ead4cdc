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

enum { MAX_PRINTED_SITES = 50 };

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
  char total[24], max[24];
  struct bsan_text function, place;
  bsan_text_init(&function, function_name, sizeof(function_name));
  bsan_text_init(&place, place_name, sizeof(place_name));
  bsan_stack_name(site->stack_id, 0, site->call, &function, &place);
  bsan_print("%8zu   %-9s %-9s %6zu   %s   %s   %s\n", (size_t)site->count,
             write_time(site->total_ns, total, sizeof(total)),
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

static void print_loop(const struct bsan_thread *thread, void *arg) {
  bool *any_loop = arg;
  const struct bsan_loop_times *times = &thread->times;
  char in_callbacks[24], longest[24], name[128];
  struct bsan_text loop;
  if (!times->iterations)
    return;
  *any_loop = true;
  uint64_t whole = times->callbacks_ns + times->waits_ns;
  uint64_t per_mille = whole ? times->callbacks_ns * 1000 / whole : 0;
  bsan_text_init(&loop, name, sizeof(name));
  bsan_stack_loop_name(thread, &loop);
  char thread_name[2 * BSAN_NAME_SIZE];
  struct bsan_text safe_name;
  bsan_text_init(&safe_name, thread_name, sizeof(thread_name));
  bsan_text_add_quoted(&safe_name, thread->name);
  bsan_print("Loop \"%s\" on thread T%d \"%s\": %zu iterations, %s in "
             "callbacks (%d.%d%% of its time), longest %s\n",
             name, thread->index, thread_name, (size_t)times->iterations,
             write_time(times->callbacks_ns, in_callbacks,
                        sizeof(in_callbacks)),
             (int)(per_mille / 10), (int)(per_mille % 10),
             write_time(times->longest_ns, longest, sizeof(longest)));
}

void bsan_stats_print(void) {
  struct totals totals = {0, 0, 0};
  char time[24];
  bsan_report_visit(add_site, &totals);
  bsan_print("BlockSanitizer: %zu blocking site%s, %zu call%s, %s blocked\n",
             (size_t)totals.sites, totals.sites == 1 ? "" : "s",
             (size_t)totals.calls, totals.calls == 1 ? "" : "s",
             write_time(totals.ns, time, sizeof(time)));
  if (totals.sites)
    print_sites(&totals);
  bool any_loop = false;
  bsan_loop_visit(print_loop, &any_loop);
  if (!any_loop)
    bsan_print("No event loop was seen in process %d\n", bsan_platform_pid());
}
