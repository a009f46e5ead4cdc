//===-- bsan_report.c - Count, print once, halt or go on ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_report.h"

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "platform/bsan_platform.h"

#define BSAN_SINK(word) extern const struct bsan_sink bsan_sink_##word;
#include "report/bsan_sinks.inc"
#undef BSAN_SINK

static uint64_t total;
static int printed;

uint64_t bsan_report_total(void) {
  return __atomic_load_n(&total, __ATOMIC_RELAXED);
}

void bsan_report_clear(void) {
  total = 0;
  printed = 0;
  bsan_sites_clear();
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

//--- Reports ---------------------------------------------------------------//

static void print(const struct bsan_event *event, bool is_fatal) {
  struct bsan_report report = {event, event->site, is_fatal};
  bsan_bridge_lock_report();
  sink->write(&report);
  if (is_fatal) {
    bsan_report_write_final_totals();
    if (sink == &bsan_sink_text)
      bsan_print("==%d==ABORTING\n", bsan_platform_pid());
    bsan_bridge_die();
  }
  bsan_bridge_unlock_report();
}

// Whether this call is to be printed: the first one of its site, as long as
// there have not been enough.
static bool is_due(struct bsan_site *site) {
  bool was_printed =
      __atomic_exchange_n(&site->is_printed, 1, __ATOMIC_RELAXED);
  if (was_printed && bsan_flags.suppress_equal_stacks)
    return false;
  int number = __atomic_add_fetch(&printed, 1, __ATOMIC_RELAXED);
  if (!bsan_flags.max_reports || number <= bsan_flags.max_reports)
    return true;
  if (number == bsan_flags.max_reports + 1)
    bsan_print("BlockSanitizer: %d reports printed (max_reports); further "
               "calls are only counted\n",
               bsan_flags.max_reports);
  return false;
}

void bsan_report_event(const struct bsan_event *event) {
  struct bsan_site *site = event->site;
  __atomic_fetch_add(&site->count, 1, __ATOMIC_RELAXED);
  if (site->rule)
    return;
  __atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
  bool is_fatal = bsan_flags.halt_on_error;
  if (is_due(site) || is_fatal)
    print(event, is_fatal);
}
