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

static void print(const struct bsan_event *event, bool is_fatal) {
  struct bsan_report report = {event, event->site, is_fatal};
  bsan_bridge_lock_report();
  bsan_sink_text.write(&report);
  if (is_fatal) {
    if (bsan_flags.print_stats_on_exit)
      bsan_stats_print();
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
