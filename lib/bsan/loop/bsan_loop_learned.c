//===-- bsan_loop_learned.c - Loops known by their wait -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every event loop waits, and between two of its waits it runs callbacks: that
// is the one boundary that is right for every library.  What has to be learned
// is where the loop ends, because code after it may block.
//
// The stack tells.  The function that called the wait is the first *anchor*:
// what it calls before it returns is inside.  That it has not returned is seen
// by its return address, which still stands where the call put it (one load and
// two compares for every call), and before a new site is reported its frame is
// looked for on the stack.
//
// Often that function is only a helper (uv__io_poll of uv_run) and callbacks
// run when it has returned.  A call made then is undecided: the loop has ended,
// or the anchor is too far in.  See bsan_loop_pending.c.
//
// A helper and a callback look alike from outside.  Which of them a second wait
// was made by is told by its descriptor: a loop waits on its own.
//
// Context: armed, on the thread itself.
//
//===----------------------------------------------------------------------===//

#include "bsan_flags.h"
#include "bsan_text.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

void bsan_learned_clear(struct bsan_learned *learned) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++)
    learned->waits[i].first = 0;
  learned->anchor = (struct bsan_anchor){0, NULL, 0};
  learned->site = 0;
  learned->has_inner = false;
  learned->waiting = (struct bsan_scope){0, 0, 0};
  learned->pending_count = 0;
}

// A walk that ends before it has passed the anchor (code without unwind tables)
// proves nothing: the compare stands.
bool bsan_learned_is_inside(const struct bsan_event *event) {
  struct bsan_thread *thread = event->thread;
  const struct bsan_learned *learned = &thread->learned;
  const struct bsan_known_wait *last = &learned->waits[learned->last];
  if (thread->kind == BSAN_LOOP_API || thread->run_count ||
      !bsan_learned_is_on_stack(thread, event->cfa) || last->is_floating ||
      last->anchor_frame >= last->stack.count)
    return true;
  const struct bsan_frame *anchor = &last->stack.frames[last->anchor_frame];
  struct bsan_stack *stack = &thread->scratch;
  stack->count =
      bsan_platform_walk(event->cfa, stack->frames, BSAN_LOOP_FRAMES);
  return anchor->cfa == UINTPTR_MAX ||
         !bsan_stack_reaches(stack, anchor->cfa) ||
         bsan_stack_has(stack, anchor, learned->anchor.return_pc);
}

//--- What is it? -----------------------------------------------------------//

static bool may_learn_from(const struct bsan_wait *wait) {
  const char *mode = bsan_flags.auto_loop;
  return bsan_text_equal(mode, "all") ||
         (wait->is_epoll && bsan_text_equal(mode, "epoll"));
}

// While the thread waits, nothing of it runs but a signal handler.
static bool is_in_handler(const struct bsan_thread *thread,
                          const struct bsan_wait *wait) {
  const struct bsan_scope *waiting = &thread->learned.waiting;
  return waiting->cfa && !bsan_tls.in_loop && bsan_scope_is_open(waiting) &&
         (wait->cfa < waiting->cfa ||
          !bsan_learned_is_on_stack(thread, wait->cfa));
}

// Whether KNOWN's anchor is around a wait that is made from NOW.
static bool is_around(const struct bsan_thread *thread,
                      const struct bsan_known_wait *known,
                      const struct bsan_wait *wait,
                      const struct bsan_stack *now) {
  if (!known->first || !known->is_loop || !bsan_anchor_stands(&known->anchor))
    return false;
  if (!bsan_learned_is_on_stack(thread, wait->cfa))
    return known->anchor.slot &&
           known == &thread->learned.waits[thread->learned.last];
  if (known->is_floating || wait->cfa >= known->anchor.limit)
    return false;
  if (known->anchor_frame >= known->stack.count)
    return true;
  const struct bsan_frame *anchor = &known->stack.frames[known->anchor_frame];
  return anchor->cfa == UINTPTR_MAX ||
         bsan_stack_has(now, anchor, known->anchor.return_pc);
}

// Whether the function that waits NOW also made KNOWN, or runs who did.
static bool is_called_by_same(const struct bsan_known_wait *known,
                              const struct bsan_stack *now) {
  return !known->is_floating && now->count &&
         bsan_stack_compare(now, &known->stack).activation == 0;
}

// Whether WAIT is one more of the loop that KNOWN is a wait of, and not one of
// its callbacks'.
static bool is_of_same_loop(const struct bsan_known_wait *known,
                            const struct bsan_wait *wait,
                            const struct bsan_stack *now) {
  bool has_fd = wait->is_epoll && wait->fd != BSAN_WAIT_NO_FD;
  return (has_fd ? wait->fd == known->fd : wait->pc == known->site) ||
         is_called_by_same(known, now);
}

// The wait of a loop that WAIT is made inside of, or NULL; preferably of its
// own.
static struct bsan_known_wait *find_outer(struct bsan_thread *thread,
                                          const struct bsan_wait *wait,
                                          const struct bsan_stack *now) {
  struct bsan_known_wait *outer = NULL;
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known = &thread->learned.waits[i];
    if (!is_around(thread, known, wait, now))
      continue;
    if (is_of_same_loop(known, wait, now))
      return known;
    if (!outer || known->is_proven)
      outer = known;
  }
  return outer;
}

// The wait that OUTER's callbacks have made from the same function before.
static struct bsan_known_wait *find_inner(struct bsan_learned *learned,
                                          int outer,
                                          const struct bsan_wait *wait,
                                          const struct bsan_stack *now) {
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known = &learned->waits[i];
    if (known->first && known->outer == outer && known->fd == wait->fd &&
        is_called_by_same(known, now))
      return known;
  }
  return NULL;
}

// Whether a wait inside what may be a callback of OUTER's loop is nested.  If
// OUTER has waited only once it may just as well be no loop, and this the first
// wait of the one that is: then only OUTER's next wait makes it a finding.
// Either way, when it comes again and again while OUTER does not, it is a loop.
static bool is_nested(struct bsan_thread *thread, struct bsan_wait *wait,
                      const struct bsan_known_wait *outer,
                      const struct bsan_stack *now) {
  enum { OFTEN = 16 };
  struct bsan_learned *learned = &thread->learned;
  int index = (int)(outer - learned->waits);
  struct bsan_known_wait *known = find_inner(learned, index, wait, now);
  if (!known)
    known = bsan_known_add(thread, wait, now, outer);
  known->outer = index;
  learned->has_inner = true;
  wait->is_undecided = !outer->is_proven;
  return ++known->times < (outer->is_proven ? OFTEN : 2);
}

// Takes a second look at a wait that is not simply the loop's next one.
static enum bsan_wait_role look_at(struct bsan_thread *thread,
                                   struct bsan_wait *wait) {
  struct bsan_stack *now = &thread->scratch;
  now->count = bsan_platform_walk(wait->cfa, now->frames, BSAN_LOOP_FRAMES);
  struct bsan_known_wait *outer = find_outer(thread, wait, now);
  bool is_own = outer && is_of_same_loop(outer, wait, now);
  bool may_be_inner = outer && !is_own && bsan_tls.in_loop;
  if (may_be_inner && is_nested(thread, wait, outer, now))
    return BSAN_WAIT_NESTED;
  struct bsan_known_wait *known =
      bsan_known_find_stack(&thread->learned, wait, now);
  bool is_new = !known;
  if (is_new)
    known = bsan_known_add(thread, wait, now, outer);
  if (may_be_inner)
    known->outer = (int)(outer - thread->learned.waits);
  // Many functions poll once; epoll is for those who wait again.
  if (is_new && !is_own && !may_be_inner && !wait->is_epoll) {
    known->times = 1;
    return bsan_tls.in_loop ? BSAN_WAIT_NESTED : BSAN_WAIT_PLAIN;
  }
  if (is_own && is_called_by_same(outer, now))
    outer->is_proven = true;
  bsan_known_make_loop(thread, known, is_own ? outer : NULL);
  bsan_loop_end_callbacks(thread);
  bsan_pending_settle(thread, wait, now);
  bsan_known_use(thread, known);
  return BSAN_WAIT_OWN;
}

//--- Waits -----------------------------------------------------------------//

static enum bsan_wait_role begin(struct bsan_thread *thread,
                                 struct bsan_wait *wait) {
  if (thread->kind == BSAN_LOOP_API)
    return bsan_tls.in_loop ? BSAN_WAIT_NESTED : BSAN_WAIT_PLAIN;
  if (is_in_handler(thread, wait))
    return BSAN_WAIT_PLAIN;
  if (!may_learn_from(wait))
    return bsan_tls.in_loop ? BSAN_WAIT_NESTED : BSAN_WAIT_PLAIN;
  struct bsan_known_wait *known = bsan_known_find(thread, wait);
  if (BSAN_UNLIKELY(!known || thread->learned.pending_count))
    return look_at(thread, wait);
  bsan_loop_end_callbacks(thread);
  bsan_known_use(thread, known);
  return BSAN_WAIT_OWN;
}

void bsan_learned_begin_wait(struct bsan_wait *wait) {
  struct bsan_thread *thread = bsan_thread_self;
  wait->is_undecided = false;
  wait->role = BSAN_WAIT_PLAIN;
  if (!thread) {
    if (!may_learn_from(wait))
      return;
    thread = bsan_loop_thread();
  }
  wait->role = (uint8_t)begin(thread, wait);
  if (wait->role == BSAN_WAIT_OWN &&
      bsan_learned_is_on_stack(thread, wait->cfa))
    thread->learned.waiting = (struct bsan_scope){wait->cfa, wait->pc, 0};
}

void bsan_learned_end_wait(const struct bsan_wait *wait) {
  if (wait->role != BSAN_WAIT_OWN)
    return;
  bsan_thread_self->learned.waiting.cfa = 0;
  bsan_loop_begin_callbacks(bsan_thread_self);
}

void bsan_learned_closing_range(unsigned first, unsigned last) {
  struct bsan_thread *thread = bsan_thread_self;
  if (!thread || thread->kind <= BSAN_LOOP_API || thread->run_count)
    return;
  struct bsan_learned *learned = &thread->learned;
  for (int i = 0; i < BSAN_MAX_WAITS; i++) {
    struct bsan_known_wait *known = &learned->waits[i];
    unsigned fd = (unsigned)known->fd;
    if (!known->first || known->fd < 0 || known->fd == BSAN_WAIT_NO_FD ||
        fd < first || fd > last)
      continue;
    // The child of a vfork, in its parent's memory, closes its own.
    if (thread->tid != bsan_platform_tid())
      return;
    known->first = 0;
    if (i == learned->last)
      bsan_loop_forget_thread();
  }
}

void bsan_learned_closing(int fd) {
  if (fd >= 0)
    bsan_learned_closing_range((unsigned)fd, (unsigned)fd);
}
