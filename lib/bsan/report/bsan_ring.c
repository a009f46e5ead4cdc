//===-- bsan_ring.c - Events on their way to the reporter -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dmitry Vyukov's bounded queue.  A slot's turn says whose it is: 2n, of
// whoever puts in the ring's n-th round; 2n + 1, of whoever takes then.  A
// thread that is interrupted while it writes its slot holds up the taker, not
// the other putters; a signal handler that interrupts it may put.
//
// The turns lie apart from the entries: a forked child clears them without
// copying the pages of all entries.
//
// Context: any, unless stated.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_ring.h"

static struct bsan_ring_entry entries[BSAN_RING_SIZE];
static uint32_t turns[BSAN_RING_SIZE];
static uint32_t put_count, taken_count;

static uint32_t turn_to_put(uint32_t position) {
  return position / BSAN_RING_SIZE * 2;
}

// The position to write at, or false.
static bool claim(uint32_t *position) {
  uint32_t at = __atomic_load_n(&put_count, __ATOMIC_RELAXED);
  for (;;) {
    uint32_t turn =
        __atomic_load_n(&turns[at % BSAN_RING_SIZE], __ATOMIC_ACQUIRE);
    int32_t ahead = (int32_t)(turn - turn_to_put(at));
    if (ahead < 0)
      return false; // Not given back since the last round.
    if (ahead > 0) {
      at = __atomic_load_n(&put_count, __ATOMIC_RELAXED);
    } else if (__atomic_compare_exchange_n(&put_count, &at, at + 1, true,
                                           __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED)) {
      *position = at;
      return true;
    }
  }
}

bool bsan_ring_put(const struct bsan_event *event, uint64_t count) {
  uint32_t position;
  if (!claim(&position))
    return false;
  struct bsan_ring_entry *entry = &entries[position % BSAN_RING_SIZE];
  bsan_event_keep(&entry->event, &entry->text, event);
  entry->count = count;
  bsan_report_describe_thread(&entry->thread, event->thread);
  __atomic_store_n(&turns[position % BSAN_RING_SIZE], turn_to_put(position) + 1,
                   __ATOMIC_SEQ_CST);
  return true;
}

bool bsan_ring_is_ready(void) {
  uint32_t position = __atomic_load_n(&taken_count, __ATOMIC_RELAXED);
  return __atomic_load_n(&turns[position % BSAN_RING_SIZE], __ATOMIC_SEQ_CST) ==
         turn_to_put(position) + 1;
}

const struct bsan_ring_entry *bsan_ring_take(void) {
  return bsan_ring_is_ready() ? &entries[taken_count % BSAN_RING_SIZE] : NULL;
}

void bsan_ring_give_back(void) {
  uint32_t position = taken_count;
  __atomic_store_n(&turns[position % BSAN_RING_SIZE],
                   turn_to_put(position + BSAN_RING_SIZE), __ATOMIC_RELEASE);
  __atomic_store_n(&taken_count, position + 1, __ATOMIC_RELEASE);
}

size_t bsan_ring_count(void) {
  uint32_t taken = __atomic_load_n(&taken_count, __ATOMIC_ACQUIRE);
  return __atomic_load_n(&put_count, __ATOMIC_ACQUIRE) - taken;
}

bool bsan_ring_is_used(void) {
  return __atomic_load_n(&put_count, __ATOMIC_RELAXED) != 0;
}

void bsan_ring_clear(void) {
  if (!bsan_ring_is_used())
    return;
  __builtin_memset(turns, 0, sizeof(turns));
  put_count = taken_count = 0;
}
