//===-- bsan_stack_cache.c - Sites without unwinding ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Unwinding takes longer than all the rest of counting a call again.  But a
// stack that has been unwound is known by its return addresses and the places
// where they stand: when the same ones stand there at the next call, that call
// came the same way.  (The innermost one is the wrapper's own.  The place of
// each next one follows from the code at the one before, but in functions that
// use alloca: those could be mistaken if they left all outer addresses where
// they were.)
//
// A stack in which they do not stand just below the frames is not kept: one
// with a signal handler in it, another architecture's.
//
// Context: armed, on the thread of the event.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_stack_cache.h"

#include "bridge/bsan_bridge.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

enum { STACK_COUNT = 64 }; // A power of two.

struct kept_stack {
  struct bsan_site *site; // NULL: free.
  uintptr_t pc, cfa;      // Of the event.
  size_t count;           // Of the return addresses further out.
  struct {
    const uintptr_t *place;
    uintptr_t pc;
  } returns[BSAN_MAX_FRAMES];
};

struct bsan_stack_cache {
  struct kept_stack stacks[STACK_COUNT];
  struct bsan_frame scratch[BSAN_MAX_FRAMES]; // Too large for small stacks.
};

static struct kept_stack *slot_of(const struct bsan_event *event) {
  uint64_t key = (event->pc ^ event->cfa << 16) + event->call;
  return &event->thread->stack_cache
              ->stacks[key * 0x9e3779b97f4a7c15u >> 58 & (STACK_COUNT - 1)];
}

// What lies between an event and the end of its thread's stack can be read.
static bool is_on_stack(const struct bsan_thread *thread, uintptr_t cfa) {
  return cfa >= thread->stack_low && cfa < thread->stack_high &&
         thread->stack_high != UINTPTR_MAX;
}

struct bsan_site *bsan_stack_cache_find(const struct bsan_event *event) {
  const struct bsan_thread *thread = event->thread;
  if (!thread->stack_cache)
    return NULL;
  const struct kept_stack *stack = slot_of(event);
  if (!stack->site || stack->pc != event->pc || stack->cfa != event->cfa ||
      stack->site->call != event->call || !is_on_stack(thread, event->cfa))
    return NULL;
  // The record may have been another thread's, whose stack went on here.
  if (stack->count &&
      (uintptr_t)stack->returns[stack->count - 1].place >= thread->stack_high)
    return NULL;
  for (size_t i = 0; i < stack->count; i++)
    if (*stack->returns[i].place != stack->returns[i].pc)
      return NULL;
  return stack->site;
}

#if defined(__x86_64__)

// Whether the COUNT frames are those of SITE, with each return address just
// below its frame.
static bool is_regular(const struct bsan_frame *frames, size_t count,
                       const struct bsan_event *event,
                       const struct bsan_site *site) {
  const uintptr_t *pcs;
  if (bsan_bridge_depot_get(site->stack_id, &pcs) != count)
    return false;
  for (size_t i = 0; i < count; i++)
    if (pcs[i] != frames[i].pc)
      return false;
  for (size_t i = 0; i + 1 < count; i++) {
    uintptr_t cfa = frames[i].cfa;
    if (cfa <= event->cfa || !is_on_stack(event->thread, cfa) ||
        ((const uintptr_t *)cfa)[-1] != frames[i + 1].pc)
      return false;
  }
  return true;
}

void bsan_stack_cache_keep(const struct bsan_event *event,
                           struct bsan_site *site) {
  struct bsan_thread *thread = event->thread;
  if (!is_on_stack(thread, event->cfa))
    return;
  if (!thread->stack_cache)
    thread->stack_cache =
        bsan_bridge_map(sizeof(struct bsan_stack_cache), "bsan stack cache");
  struct bsan_frame *frames = thread->stack_cache->scratch;
  size_t count = bsan_platform_walk(event->cfa, frames, BSAN_MAX_FRAMES);
  if (!count || !is_regular(frames, count, event, site))
    return;
  struct kept_stack *stack = slot_of(event);
  stack->site = site;
  stack->pc = event->pc;
  stack->cfa = event->cfa;
  stack->count = count - 1;
  for (size_t i = 0; i + 1 < count; i++) {
    stack->returns[i].place = (const uintptr_t *)frames[i].cfa - 1;
    stack->returns[i].pc = frames[i + 1].pc;
  }
}

#else

void bsan_stack_cache_keep(const struct bsan_event *event,
                           struct bsan_site *site) {
  (void)event; // No fixed place.
  (void)site;
}

#endif
