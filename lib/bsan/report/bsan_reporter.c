//===-- bsan_reporter.c - Who prints, and when ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whoever holds the report lock may take from the ring: usually the thread that
// sleeps here until something is posted, but also a thread that ends the
// process and must leave nothing untold.  So nobody waits for the other, and a
// thread that could not be started is not missed.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_reporter.h"

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "loop/bsan_loop.h"
#include "platform/bsan_platform.h"
#include "report/bsan_ring.h"

enum { NOT_STARTED, STARTING, RUNNING, IMPOSSIBLE };
static int state;
static uint32_t is_asleep;
static bool are_totals_wanted;
static bsan_create_thread create_thread;

//--- Printing --------------------------------------------------------------//

static bool write_posted(void) {
  const struct bsan_ring_entry *entry = bsan_ring_take();
  if (!entry)
    return false;
  struct bsan_report report = {&entry->event, entry->event.site, false,
                               &entry->thread, entry->count};
  bsan_report_write(&report);
  bsan_ring_give_back();
  return true;
}

// Not what is posted meanwhile: it may be posted faster than it is printed.
void bsan_reporter_drain(bool is_last) {
  size_t count = bsan_ring_count();
  while (count-- && write_posted())
    ;
  while (bsan_report_write_missed(is_last && bsan_ring_is_used()))
    ;
}

// After what was found before.
static bool write_wanted_totals(void) {
  if (!__atomic_exchange_n(&are_totals_wanted, false, __ATOMIC_SEQ_CST))
    return false;
  bsan_reporter_drain(false);
  bsan_report_write_totals();
  return true;
}

bool bsan_reporter_is_busy(void) {
  return bsan_ring_count() || bsan_report_has_missed();
}

static void drain_here(void) {
  bsan_bridge_lock_report();
  bsan_reporter_drain(false);
  bsan_bridge_unlock_report();
}

//--- The thread ------------------------------------------------------------//

static bool has_work(void) {
  return bsan_ring_is_ready() || bsan_report_has_missed() ||
         __atomic_load_n(&are_totals_wanted, __ATOMIC_SEQ_CST);
}

// What is posted after the second look finds the flag set.
static void sleep_until_posted(void) {
  __atomic_store_n(&is_asleep, 1, __ATOMIC_SEQ_CST);
  if (!has_work())
    bsan_platform_sleep_on(&is_asleep, 1);
  __atomic_store_n(&is_asleep, 0, __ATOMIC_SEQ_CST);
}

static void wake(void) {
  if (__atomic_load_n(&is_asleep, __ATOMIC_SEQ_CST) &&
      __atomic_exchange_n(&is_asleep, 0, __ATOMIC_SEQ_CST))
    bsan_platform_wake(&is_asleep);
}

static void run(void) {
  bsan_loop_exempt_thread();
  for (;;) {
    bsan_bridge_lock_report();
    bool is_written = write_wanted_totals() || write_posted() ||
                      bsan_report_write_missed(false);
    bsan_bridge_unlock_report();
    if (!is_written)
      sleep_until_posted();
  }
}

bool bsan_reporter_start_thread(void (*body)(void), const char *name) {
  return create_thread && bsan_platform_start_thread(create_thread, body, name);
}

// pthread_create allocates, which a handler must not do that interrupted the
// allocator.
static bool is_in_signal_handler(const struct bsan_event *event) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(event->site->stack_id, &pcs);
  for (size_t i = 0; i < count; i++)
    if (bsan_platform_is_signal_return(pcs[i]))
      return true;
  return false;
}

void bsan_reporter_start(void) {
  int seen = NOT_STARTED;
  if (__atomic_compare_exchange_n(&state, &seen, STARTING, false,
                                  __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
    __atomic_store_n(
        &state,
        bsan_reporter_start_thread(run, "bsan-report") ? RUNNING : IMPOSSIBLE,
        __ATOMIC_SEQ_CST);
}

// Whether the thread prints what has been posted.
static bool is_running(const struct bsan_event *event) {
  if (!bsan_flags.report_thread)
    return false;
  if (__atomic_load_n(&state, __ATOMIC_SEQ_CST) == NOT_STARTED &&
      !is_in_signal_handler(event))
    bsan_reporter_start();
  // Whoever starts it prints what was posted meanwhile if it cannot.
  int seen = __atomic_load_n(&state, __ATOMIC_SEQ_CST);
  return seen == RUNNING || seen == STARTING;
}

void bsan_reporter_post(const struct bsan_event *event, uint64_t count) {
  if (!bsan_ring_put(event, count))
    bsan_report_miss(event);
  if (is_running(event))
    wake();
  else
    drain_here();
}

void bsan_reporter_want_totals(void) {
  __atomic_store_n(&are_totals_wanted, true, __ATOMIC_SEQ_CST);
  wake();
}

//--- Start and fork --------------------------------------------------------//

void bsan_reporter_after_fork(void) {
  bsan_ring_clear();
  is_asleep = 0;
  are_totals_wanted = false;
  state = create_thread ? NOT_STARTED : IMPOSSIBLE;
}

void bsan_reporter_init(void) {
  uintptr_t real = 0;
  bsan_bridge_intercept("pthread_create", NULL, 0, &real);
  __builtin_memcpy(&create_thread, &real, sizeof(create_thread));
  bsan_reporter_after_fork();
}
