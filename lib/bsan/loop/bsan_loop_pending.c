//===-- bsan_loop_pending.c - Calls that a later wait decides -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call that no anchor covers was made by the loop, whose wait is in a helper,
// or after it.  What decides is a function around both the call and the wait
// before it: when that function is seen to wait from the *same instruction* as
// before, still called from the same instructions itself, it has gone round. It
// is the loop then, the call was inside, and the anchors move out to it.
//
// The wait that it is compared with must have been made before the call: a
// function that does something once and then loops has not gone round when its
// loop does.  One that has moved on to another instruction may wait from the
// first one again: the call is kept for as many waits as are known.
//
// Context: armed, on the thread itself.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "loop/bsan_loop.h"

static void (*report_pending)(const struct bsan_pending *);

void bsan_learned_set_reporter(void (*report)(const struct bsan_pending *)) {
  report_pending = report;
}

//--- Keeping ---------------------------------------------------------------//

// The innermost frame of the last wait that the call can have been made under.
// A call on another stack, or through code without unwind tables, does not show
// who made it: then it is the one around the anchor, which had returned.
static size_t find_loop(struct bsan_thread *thread,
                        const struct bsan_event *event,
                        const struct bsan_known_wait *before) {
  struct bsan_stack *stack = &thread->scratch;
  bool is_on_stack = bsan_learned_is_on_stack(thread, event->cfa);
  stack->count =
      bsan_platform_walk(event->cfa, stack->frames, BSAN_LOOP_FRAMES);
  if (is_on_stack) {
    size_t shared = bsan_stack_compare(&before->stack, stack).activation;
    if (shared < before->stack.count)
      return shared;
  }
  size_t frame = before->anchor_frame + 1;
  while (is_on_stack && frame < before->stack.count &&
         before->stack.frames[frame].cfa <= event->cfa)
    frame++;
  return frame;
}

// Calls are counted, so that each is kept; but the second half of the room is
// for those made at new places.
static bool has_room(const struct bsan_learned *learned,
                     const struct bsan_event *event) {
  if (learned->pending_count < BSAN_MAX_PENDING / 2)
    return true;
  if (learned->pending_count == BSAN_MAX_PENDING)
    return false;
  for (size_t i = 0; i < learned->pending_count; i++)
    if (learned->pending[i].event.pc == event->pc)
      return false;
  return true;
}

void bsan_learned_keep(const struct bsan_event *event) {
  struct bsan_thread *thread = event->thread;
  struct bsan_learned *learned = &thread->learned;
  const struct bsan_known_wait *before = &learned->waits[learned->last];
  if (!before->first || thread->tid != bsan_platform_tid() ||
      !has_room(learned, event))
    return;
  struct bsan_pending *pending = &learned->pending[learned->pending_count++];
  // By the time it is reported the program's strings and descriptors may be
  // gone.
  bsan_event_keep(&pending->event, &pending->text, event);
  pending->event.object_mode = BSAN_OBJECT_PAST;
  pending->stack_id =
      bsan_bridge_unwind(event->pc, event->cfa, BSAN_MAX_FRAMES);
  pending->before = learned->last;
  pending->before_first = before->first;
  pending->number = learned->wait_count;
  pending->loop = find_loop(thread, event, before);
  pending->age = 0;
}

//--- Deciding --------------------------------------------------------------//

// Whether ACTIVATION has gone round: some wait made before the call was made
// from where it stands NOW.
static bool has_gone_round(const struct bsan_learned *learned,
                           const struct bsan_pending *pending,
                           const struct bsan_stack *now,
                           const struct bsan_frame *activation) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    const struct bsan_known_wait *known = &learned->waits[i];
    if (!known->first || !known->is_loop || known->first > pending->number)
      continue;
    size_t frame = bsan_stack_find(&known->stack, activation->cfa);
    if (frame < known->stack.count &&
        frame >= bsan_stack_compare(&known->stack, now).place)
      return true;
  }
  return false;
}

// The same on stacks that come and go: the same wait again is all there is.
static bool was_made_before(const struct bsan_learned *learned,
                            const struct bsan_pending *pending,
                            const struct bsan_wait *wait) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    const struct bsan_known_wait *known = &learned->waits[i];
    if (known->first && known->is_loop && known->is_floating &&
        known->site == wait->pc && known->fd == wait->fd &&
        known->first <= pending->number)
      return true;
  }
  return false;
}

enum decision { INSIDE, DROP, UNDECIDED };

static enum decision decide(struct bsan_thread *thread,
                            struct bsan_pending *pending,
                            const struct bsan_wait *wait,
                            const struct bsan_stack *now) {
  struct bsan_learned *learned = &thread->learned;
  const struct bsan_known_wait *before = &learned->waits[pending->before];
  enum decision later = ++pending->age < BSAN_MAX_WAITS ? UNDECIDED : DROP;
  if (!bsan_learned_is_on_stack(thread, wait->cfa))
    return was_made_before(learned, pending, wait) ? INSIDE : later;
  if (before->first != pending->before_first)
    return DROP;
  if (before->is_floating)
    return later;
  // What it was made under may have returned since, to what still goes on.
  size_t shared = bsan_stack_compare(&before->stack, now).activation;
  if (pending->loop < shared)
    pending->loop = shared;
  if (pending->loop >= before->stack.count)
    return DROP;
  struct bsan_frame activation = before->stack.frames[pending->loop];
  if (!has_gone_round(learned, pending, now, &activation))
    return later;
  bool is_on_stack = bsan_learned_is_on_stack(thread, pending->event.cfa);
  bsan_known_move_out(thread, now, &activation,
                      is_on_stack ? pending->event.cfa : 0);
  return INSIDE;
}

static void move(struct bsan_pending *to, const struct bsan_pending *from) {
  if (to == from)
    return;
  *to = *from;
  bsan_event_keep(&to->event, &to->text, &from->event);
}

void bsan_pending_settle(struct bsan_thread *thread,
                         const struct bsan_wait *wait,
                         const struct bsan_stack *now) {
  struct bsan_learned *learned = &thread->learned;
  enum decision decisions[BSAN_MAX_PENDING];
  size_t count = learned->pending_count, kept = 0;
  for (size_t i = 0; i < count; i++)
    decisions[i] = decide(thread, &learned->pending[i], wait, now);
  for (size_t i = 0; i < count; i++) {
    struct bsan_pending *pending = &learned->pending[i];
    if (decisions[i] == INSIDE) {
      pending->event.thread = thread;
      report_pending(pending);
    } else if (decisions[i] == UNDECIDED) {
      move(&learned->pending[kept++], pending);
    }
  }
  learned->pending_count = kept;
}
