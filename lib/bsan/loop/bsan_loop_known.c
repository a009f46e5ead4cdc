//===-- bsan_loop_known.c - The waits that a thread has made --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop may wait at several places: without a timeout while there is work,
// with one when there is none; through one helper or another.  So each
// different stack of a wait is an entry of its own with its own anchor, and
// none of them makes the thread forget the others.
//
// Context: armed, on the thread itself.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_symbolize.h"
#include "bsan_text.h"
#include "loop/bsan_loop.h"

bool bsan_learned_is_on_stack(const struct bsan_thread *thread, uintptr_t cfa) {
  return cfa >= thread->stack_low && cfa < thread->stack_high;
}

//--- Entries ---------------------------------------------------------------//

static bool is_below_anchor(const struct bsan_thread *thread,
                            const struct bsan_known_wait *known,
                            uintptr_t cfa) {
  if (known->is_floating)
    return !bsan_learned_is_on_stack(thread, cfa);
  return cfa < known->anchor.limit && bsan_anchor_stands(&known->anchor);
}

struct bsan_known_wait *bsan_known_find(struct bsan_thread *thread,
                                        const struct bsan_wait *wait) {
  struct bsan_learned *learned = &thread->learned;
  // The last one first.
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known =
        &learned->waits[(learned->last + i) % BSAN_MAX_WAITS];
    if (known->first && known->is_loop && known->site == wait->pc &&
        known->fd == wait->fd && is_below_anchor(thread, known, wait->cfa))
      return known;
  }
  return NULL;
}

struct bsan_known_wait *bsan_known_find_stack(struct bsan_learned *learned,
                                              const struct bsan_wait *wait,
                                              const struct bsan_stack *stack) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known = &learned->waits[i];
    if (known->first && known->site == wait->pc && known->fd == wait->fd &&
        known->stack.count == stack->count &&
        bsan_stack_compare(&known->stack, stack).place == 0)
      return known;
  }
  return NULL;
}

static struct bsan_known_wait *find_room(struct bsan_learned *learned,
                                         const struct bsan_known_wait *outer) {
  struct bsan_known_wait *oldest = NULL;
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known = &learned->waits[i];
    if (!known->first)
      return known;
    if (i != learned->last && known != outer &&
        (!oldest || known->last < oldest->last))
      oldest = known;
  }
  return oldest;
}

struct bsan_known_wait *bsan_known_add(struct bsan_thread *thread,
                                       const struct bsan_wait *wait,
                                       const struct bsan_stack *stack,
                                       const struct bsan_known_wait *outer) {
  struct bsan_learned *learned = &thread->learned;
  struct bsan_known_wait *known = find_room(learned, outer);
  known->times = 0;
  known->is_loop = known->is_proven = false;
  known->is_floating = !bsan_learned_is_on_stack(thread, wait->cfa);
  known->fd = wait->fd;
  known->outer = -1;
  known->site = wait->pc;
  known->cfa = wait->cfa;
  known->first = known->last = learned->wait_count + 1;
  known->anchor_frame = stack->count;
  known->anchor = (struct bsan_anchor){0, NULL, 0};
  known->stack.count = stack->count;
  __builtin_memcpy(known->stack.frames, stack->frames,
                   stack->count * sizeof(stack->frames[0]));
  return known;
}

//--- Names -----------------------------------------------------------------//

// Which library's loop this is, by the file that its function is in.
static enum bsan_loop_kind find_kind(const struct bsan_stack *stack) {
  for (size_t i = 0; i < 2 && i < stack->count; i++) {
    const char *module = bsan_find_module(stack->frames[i].pc - 1);
    for (int kind = 0; module && kind < BSAN_LOOP_COUNT; kind++)
      if (bsan_loops[kind].library &&
          bsan_text_matches(bsan_span_of(bsan_loops[kind].library),
                            bsan_span_base_name(bsan_span_of(module))))
        return (enum bsan_loop_kind)kind;
  }
  return BSAN_LOOP_LEARNED;
}

static void name_loop(struct bsan_known_wait *known) {
  const struct bsan_stack *stack = &known->stack;
  uintptr_t pcs[BSAN_LOOP_FRAMES];
  for (size_t i = 0; i < stack->count; i++)
    pcs[i] = stack->frames[i].pc;
  known->stack_id = bsan_bridge_depot_put(pcs, stack->count);
  known->kind = (uint8_t)find_kind(stack);
  // Loops wait through a helper (uv_run through uv__io_poll): the caller of the
  // function that waited is the better name.  Unless that is what libc started:
  // main and a thread's function are rarely loops themselves.
  known->loop_frame =
      stack->count > 1 && !bsan_stack_is_in_libc(stack->frames[1].pc) &&
      (stack->count == 2 || !bsan_stack_is_in_libc(stack->frames[2].pc));
}

static bool print_function(const struct bsan_symbol *symbol, void *arg) {
  (void)arg;
  if (symbol->function)
    bsan_print("%s", symbol->function);
  else
    bsan_print("%s+0x%zx", symbol->module ? symbol->module : "?",
               (size_t)symbol->offset);
  return false;
}

static void tell_learned(const struct bsan_thread *thread,
                         const struct bsan_known_wait *known) {
  if (bsan_bridge_verbosity() < 1 || !known->stack.count)
    return;
  bsan_bridge_lock_report();
  bsan_print("==%d==BlockSanitizer: thread T%d \"%s\" is a loop thread: it "
             "waits on fd %d in ",
             bsan_platform_pid(), thread->index, thread->name, known->fd);
  uintptr_t pc = known->stack.frames[known->loop_frame].pc - 1;
  bsan_bridge_symbolize(pc, print_function, NULL);
  uintptr_t offset;
  const char *module = bsan_bridge_module(pc, &offset);
  bsan_print(" (%s, %s)\n", bsan_loops[known->kind].word,
             module ? module : "unknown module");
  bsan_bridge_unlock_report();
}

// A loop that waits at varying depths is told once.
static bool is_new_site(const struct bsan_learned *learned,
                        const struct bsan_known_wait *known) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    const struct bsan_known_wait *other = &learned->waits[i];
    if (other != known && other->first && other->is_loop &&
        other->site == known->site)
      return false;
  }
  return true;
}

//--- Anchors ---------------------------------------------------------------//

// The call instruction pushed the return address just below the caller's stack
// pointer.  It is looked at with every call, so it must be on a stack that
// stays.
static void find_slot(const struct bsan_thread *thread,
                      struct bsan_known_wait *known, size_t frame) {
#if defined(__x86_64__)
  uintptr_t cfa = known->stack.frames[frame].cfa;
  if (frame + 1 == known->stack.count || !thread->stack_low ||
      !bsan_learned_is_on_stack(thread, cfa - 1))
    return;
  const uintptr_t *slot = (const uintptr_t *)cfa - 1;
  uintptr_t return_pc = known->stack.frames[frame + 1].pc;
  if (*slot == return_pc) {
    known->anchor.slot = slot;
    known->anchor.return_pc = return_pc;
  }
#else
  (void)thread, (void)known, (void)frame;
#endif
}

// A walk that was cut short does not know where its last frame lies.  It is as
// deep, at least, as the calls that were made under it: CALL_CFA is of the last
// that turned out to be one.
static void set_anchor(const struct bsan_thread *thread,
                       struct bsan_known_wait *known, size_t frame,
                       uintptr_t call_cfa) {
  uintptr_t cfa = known->stack.frames[frame].cfa;
  known->anchor_frame = frame;
  if (cfa != UINTPTR_MAX) {
    known->anchor = (struct bsan_anchor){cfa, NULL, 0};
    find_slot(thread, known, frame);
    return;
  }
  uintptr_t deepest = call_cfa > known->cfa ? call_cfa : known->cfa;
  uintptr_t limit = known->anchor.slot ? 0 : known->anchor.limit;
  known->anchor =
      (struct bsan_anchor){deepest < limit ? limit : deepest + 1, NULL, 0};
}

// On a coroutine's stack, or that of a signal handler, nothing can be anchored:
// it may be gone before the loop is.  If the coroutine was run by a loop on the
// thread's own stack, that is the one; else everything on other stacks is
// inside.
static void anchor_floating(const struct bsan_learned *learned,
                            struct bsan_known_wait *known) {
  const struct bsan_known_wait *last = &learned->waits[learned->last];
  if (last->first && last->anchor.slot && bsan_anchor_stands(&last->anchor))
    known->anchor = last->anchor;
  else if (!known->anchor.slot || !bsan_anchor_stands(&known->anchor))
    known->anchor = (struct bsan_anchor){0, NULL, 0};
}

static size_t innermost_anchor(const struct bsan_known_wait *known,
                               const struct bsan_known_wait *outer) {
  size_t frame =
      known->anchor_frame == known->stack.count ? 0 : known->anchor_frame;
  if (!outer || !outer->is_proven || outer->is_floating ||
      outer->anchor_frame >= outer->stack.count)
    return frame;
  size_t outer_frame = bsan_stack_find(
      &known->stack, outer->stack.frames[outer->anchor_frame].cfa);
  return outer_frame < known->stack.count && outer_frame > frame ? outer_frame
                                                                 : frame;
}

void bsan_known_make_loop(struct bsan_thread *thread,
                          struct bsan_known_wait *known,
                          const struct bsan_known_wait *outer) {
  bool is_new = !known->is_loop;
  known->is_loop = true;
  if (is_new)
    name_loop(known);
  if (known->is_floating)
    anchor_floating(&thread->learned, known);
  else if (known->stack.count)
    set_anchor(thread, known, innermost_anchor(known, outer), known->cfa);
  else
    known->anchor.limit = known->cfa + 1;
  if (outer && outer->is_proven)
    known->is_proven = true;
  if (is_new && is_new_site(&thread->learned, known))
    tell_learned(thread, known);
}

void bsan_known_move_out(struct bsan_thread *thread,
                         const struct bsan_stack *now,
                         const struct bsan_frame *activation,
                         uintptr_t call_cfa) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known = &thread->learned.waits[i];
    if (!known->first || !known->is_loop || known->is_floating)
      continue;
    size_t frame = bsan_stack_find(&known->stack, activation->cfa);
    if (frame == known->stack.count || frame < known->anchor_frame ||
        frame < bsan_stack_compare(&known->stack, now).activation)
      continue;
    known->is_proven = true;
    set_anchor(thread, known, frame, call_cfa);
    if (frame > known->loop_frame &&
        !bsan_stack_is_in_libc(known->stack.frames[frame].pc))
      known->loop_frame = (uint32_t)frame;
    if (i == thread->learned.last)
      thread->stack_loop_frame = known->loop_frame;
  }
}

//--- Use -------------------------------------------------------------------//

// What seemed to be a loop inside a callback of this one was one, or not: now
// that this one goes on it does not matter.
static void drop_inner(struct bsan_learned *learned, int outer) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++)
    if (learned->waits[i].outer == outer && i != outer)
      learned->waits[i].first = 0;
}

void bsan_known_use(struct bsan_thread *thread, struct bsan_known_wait *known) {
  struct bsan_learned *learned = &thread->learned;
  if (known->is_floating)
    anchor_floating(learned, known);
  learned->last = (int)(known - learned->waits);
  if (BSAN_UNLIKELY(learned->has_inner))
    drop_inner(learned, learned->last);
  if (known->times < UINT32_MAX)
    known->times++;
  if (known->times > 1)
    known->is_proven = true;
  known->last = ++learned->wait_count;
  learned->anchor = known->anchor;
  learned->site = known->site;
  learned->fd = known->fd;
  thread->kind = known->kind;
  thread->run_call = 0;
  thread->loop_name = NULL;
  thread->stack_id = known->stack_id;
  thread->stack_loop_frame = known->loop_frame;
}
