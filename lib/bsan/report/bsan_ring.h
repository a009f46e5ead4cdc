//===-- bsan_ring.h - Events on their way to the reporter -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any number of threads put, one at a time takes.  Nobody waits.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_RING_H
#define BSAN_REPORT_BSAN_RING_H

#include "bsan_event.h"
#include "report/bsan_report.h"

enum { BSAN_RING_SIZE = 1024 };

// What a report needs of an event, independent of the program.
struct bsan_ring_entry {
  struct bsan_event event;
  uint64_t count;
  struct bsan_thread_facts thread;
  struct bsan_event_text text; // Last: of a large part only what is used.
};

// Puts a copy of EVENT, the COUNT-th of its site; false when the ring is full.
// Context: any.
bool bsan_ring_put(const struct bsan_event *event, uint64_t count);
// The oldest entry, or NULL when there is none or it is still being written. To
// be given back before the next is taken.  Context: report.
const struct bsan_ring_entry *bsan_ring_take(void);
void bsan_ring_give_back(void);
// How many were put that have not been given back.  Context: any.
size_t bsan_ring_count(void);
// Whether bsan_ring_take() would give an entry.  Context: any.
bool bsan_ring_is_ready(void);
// Whether anything was ever put.  Context: any.
bool bsan_ring_is_used(void);
// In the child of a fork: what was put is the parent's.
void bsan_ring_clear(void);

#endif // BSAN_REPORT_BSAN_RING_H
