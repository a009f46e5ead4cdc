//===-- bsan_sites.c - The table of call sites ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Open addressing in zeroed memory; a slot is taken by a compare-and-exchange
// of its key and never given back, so that readers need no lock.  Who goes
// through all of them goes by the bits in `taken`: the table is megabytes, most
// of which no process ever touches.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "platform/bsan_platform.h"
#include "report/bsan_report.h"
#include "report/bsan_stack_cache.h"

enum { SITE_COUNT = 1 << 14 };

static struct bsan_site sites[SITE_COUNT];
static uint64_t taken[SITE_COUNT / 64];

static uint64_t make_key(unsigned call, uint32_t stack_id) {
  return (uint64_t)(call + 1) << 32 | stack_id;
}

// Fibonacci hashing: the high bits of the product are well mixed.
static size_t first_slot(uint64_t key) {
  return (size_t)(key * 0x9e3779b97f4a7c15u >> 50) % SITE_COUNT;
}

// By everyone who finds the slot: who took it may not have come to it yet.
static void mark_taken(size_t slot) {
  uint64_t *word = &taken[slot / 64], bit = 1ull << slot % 64;
  if (!(__atomic_load_n(word, __ATOMIC_RELAXED) & bit))
    __atomic_fetch_or(word, bit, __ATOMIC_RELEASE);
}

// The first one taken at SLOT or behind, or NULL.
static struct bsan_site *next_taken(size_t slot) {
  while (slot < SITE_COUNT) {
    uint64_t word = __atomic_load_n(&taken[slot / 64], __ATOMIC_ACQUIRE);
    word >>= slot % 64;
    if (word)
      return &sites[slot + (size_t)__builtin_ctzll(word)];
    slot += 64 - slot % 64;
  }
  return NULL;
}

static struct bsan_site *next_site(const struct bsan_site *previous) {
  return next_taken(previous ? (size_t)(previous - sites) + 1 : 0);
}

static void warn_full(void) {
  static bool warned;
  if (!__atomic_exchange_n(&warned, true, __ATOMIC_RELAXED))
    bsan_print("BlockSanitizer: WARNING: more than %d different call sites; "
               "further ones are not reported\n",
               SITE_COUNT);
}

struct bsan_site *bsan_report_site(unsigned call, uint32_t stack_id) {
  uint64_t key = make_key(call, stack_id);
  size_t slot = first_slot(key);
  for (size_t tries = 0; tries < SITE_COUNT; tries++) {
    size_t at = (slot + tries) % SITE_COUNT;
    struct bsan_site *site = &sites[at];
    uint64_t seen = 0;
    if (__atomic_compare_exchange_n(&site->key, &seen, key, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ||
        seen == key) {
      mark_taken(at);
      // Equal values from every thread that comes here at once.
      site->call = (uint16_t)call;
      site->stack_id = stack_id;
      return site;
    }
  }
  warn_full();
  return NULL;
}

struct bsan_site *bsan_report_find_site(const struct bsan_event *event) {
  struct bsan_site *site = bsan_stack_cache_find(event);
  if (site)
    return site;
  uint32_t stack_id =
      bsan_bridge_unwind(event->pc, event->cfa, BSAN_MAX_FRAMES);
  site = bsan_report_site(event->call, stack_id);
  // What comes a second time will come again.
  if (site && site->count)
    bsan_stack_cache_keep(event, site);
  if (site && !site->thread)
    site->thread = event->thread;
  return site;
}

bool bsan_report_is_new(const struct bsan_site *site) {
  return !__atomic_load_n(&site->is_judged, __ATOMIC_SEQ_CST);
}

void bsan_report_set_label(struct bsan_site *site, const char *name) {
  char copy[BSAN_LABEL_SIZE];
  struct bsan_text label;
  bool is_readable = bsan_platform_copy_string(name, copy, sizeof(copy));
  bsan_text_init(&label, site->label, sizeof(site->label));
  bsan_text_add_quoted(&label, is_readable ? copy : "NULL");
}

const char *bsan_report_label(const struct bsan_site *site) {
  return site->label[0] ? site->label : bsan_calls[site->call].name;
}

void bsan_report_set_suppression(struct bsan_site *site,
                                 struct bsan_rule *rule) {
  __atomic_store_n(&site->rule, rule, __ATOMIC_RELAXED);
  __atomic_store_n(&site->is_judged, 1, __ATOMIC_SEQ_CST);
}

void bsan_report_rejudge(void) {
  struct bsan_site *site = NULL;
  while ((site = next_site(site)) != NULL) {
    __atomic_store_n(&site->is_judged, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&site->is_posted, 0, __ATOMIC_SEQ_CST);
  }
}

void bsan_sites_add_time(const struct bsan_event *event) {
  struct bsan_site *site = event->site;
  __atomic_fetch_add(&site->total_ns, event->elapsed_ns, __ATOMIC_RELAXED);
  if (event->switches)
    __atomic_fetch_add(&site->slept, 1, __ATOMIC_RELAXED);
  uint64_t max = __atomic_load_n(&site->max_ns, __ATOMIC_RELAXED);
  while (event->elapsed_ns > max &&
         !__atomic_compare_exchange_n(&site->max_ns, &max, event->elapsed_ns,
                                      true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    ;
}

void bsan_sites_note_longest(const struct bsan_event *event) {
  struct bsan_thread *thread = event->thread;
  if (event->elapsed_ns <= thread->late_ns)
    return;
  thread->late_ns = event->elapsed_ns;
  thread->late_site = event->site;
}

void bsan_sites_add_late(struct bsan_thread *thread, uint64_t events) {
  struct bsan_site *site = thread->late_site;
  thread->late_site = NULL;
  thread->late_ns = 0;
  __atomic_fetch_add(&site->late_events, events, __ATOMIC_RELAXED);
  if (!__atomic_load_n(&site->rule, __ATOMIC_RELAXED))
    __atomic_fetch_add(&thread->times.late_events, events, __ATOMIC_RELAXED);
}

struct bsan_site *bsan_sites_next(const struct bsan_site *previous) {
  struct bsan_site *site = next_site(previous);
  while (site && !__atomic_load_n(&site->count, __ATOMIC_RELAXED))
    site = next_site(site);
  return site;
}

void bsan_report_visit(void (*visit)(const struct bsan_site *, void *),
                       void *arg) {
  for (const struct bsan_site *site = bsan_sites_next(NULL); site;
       site = bsan_sites_next(site))
    visit(site, arg);
}

void bsan_sites_clear(void) {
  struct bsan_site *site = NULL;
  while ((site = next_site(site)) != NULL)
    site->count = site->unjudged_count = site->unjudged_ns = site->dropped =
        site->slept = site->late_events = site->total_ns = site->max_ns =
            site->is_printed = site->is_posted = 0;
}
