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
// Often that function is only a helper (uv__io_poll of uv_run) and callbacks run
// when it has returned.  So a call made then is undecided: the loop has ended, or
// the anchor is too far in.  It is kept with its stack.  If the next wait comes
// from the same site, and the innermost activation that the kept call shared with
// the wait called the wait from the *same instruction* as before, then that
// activation has gone round: it is the loop, the call was inside, and the anchor
// moves out to it.  Two waits from different instructions prove nothing.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

static void (*report_pending)(const struct bsan_pending *);

void bsan_learned_set_reporter(void (*report)(const struct bsan_pending *)) {
  report_pending = report;
}

//--- Learning --------------------------------------------------------------//

static bool may_learn_from(const struct bsan_wait *wait) {
  const char *mode = bsan_flags.auto_loop;
  return bsan_text_equal(mode, "all") ||
         (wait->is_epoll && bsan_text_equal(mode, "epoll"));
}

static struct bsan_span base_name(const char *path) {
  const char *base = path;
  for (const char *at = path; *at; at++)
    if (*at == '/')
      base = at + 1;
  return bsan_span_of(base);
}

// Which library's loop this is, by the file that its function is in.
static enum bsan_loop_kind find_kind(const struct bsan_learned *learned) {
  for (size_t i = 0; i < 2 && i < learned->frame_count; i++) {
    uintptr_t offset;
    const char *module =
        bsan_bridge_module(learned->frames[i].pc - 1, &offset);
    for (int kind = 0; module && kind < BSAN_LOOP_COUNT; kind++)
      if (bsan_loops[kind].library &&
          bsan_text_matches(bsan_span_of(bsan_loops[kind].library),
                            base_name(module)))
        return (enum bsan_loop_kind)kind;
  }
  return BSAN_LOOP_LEARNED;
}

// Loops wait through a helper (uv_run through uv__io_poll): the caller of the
// function that waited is the better name.  Unless that is libc, which started
// main or the thread.
static uint32_t find_loop_frame(const struct bsan_learned *learned) {
  uintptr_t offset;
  if (learned->frame_count < 2)
    return 0;
  const char *module = bsan_bridge_module(learned->frames[1].pc - 1, &offset);
  bool is_libc =
      module && (bsan_text_matches(bsan_span_of("libc.so*"),
                                   base_name(module)) ||
                 bsan_text_matches(bsan_span_of("libpthread.so*"),
                                   base_name(module)));
  return is_libc ? 0 : 1;
}

static void keep_loop_stack(struct bsan_thread *thread) {
  struct bsan_learned *learned = &thread->learned;
  uintptr_t pcs[BSAN_LOOP_FRAMES];
  for (size_t i = 0; i < learned->frame_count; i++)
    pcs[i] = learned->frames[i].pc;
  thread->stack_id = bsan_bridge_depot_put(pcs, learned->frame_count);
  thread->stack_loop_frame = find_loop_frame(learned);
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

static void tell_learned(const struct bsan_thread *thread) {
  const struct bsan_learned *learned = &thread->learned;
  if (bsan_bridge_verbosity() < 1 || !learned->frame_count)
    return;
  bsan_print("==%d==BlockSanitizer: thread T%d \"%s\" is a loop thread: it "
             "waits on fd %d in ",
             bsan_platform_pid(), thread->index, thread->name, learned->fd);
  uintptr_t pc = learned->frames[thread->stack_loop_frame].pc - 1;
  bsan_bridge_symbolize(pc, print_function, NULL);
  uintptr_t offset;
  const char *module = bsan_bridge_module(pc, &offset);
  bsan_print(" (%s, %s)\n", bsan_loops[thread->kind].word,
             module ? module : "unknown module");
}

// FRAMES[INDEX] is the activation that must not have returned; what it calls is
// inside.  Without any frame around it there is nothing to compare with: then
// everything on this thread is inside.
static void set_anchor(struct bsan_learned *learned, size_t index) {
  learned->anchor = learned->frames[index];
  learned->anchor_return = NULL;
  learned->limit =
      learned->frame_count > 1 ? learned->anchor.cfa : UINTPTR_MAX;
#if defined(__x86_64__)
  // The call instruction pushes it just below the caller's stack pointer.
  if (index + 1 < learned->frame_count) {
    const uintptr_t *slot = (const uintptr_t *)learned->anchor.cfa - 1;
    learned->anchor_return_pc = learned->frames[index + 1].pc;
    if (*slot == learned->anchor_return_pc)
      learned->anchor_return = slot;
  }
#endif
}

static void learn(struct bsan_thread *thread, const struct bsan_wait *wait) {
  struct bsan_learned *learned = &thread->learned;
  learned->frame_count =
      bsan_platform_walk(wait->cfa, learned->frames, BSAN_LOOP_FRAMES);
  set_anchor(learned, 0);
  learned->site = wait->pc;
  learned->wait_cfa = wait->cfa;
  learned->fd = wait->fd;
  learned->pending_count = 0;
  thread->run_call = 0;
  thread->kind = find_kind(learned);
  thread->loop_name = NULL;
  keep_loop_stack(thread);
  tell_learned(thread);
}

//--- Pending events --------------------------------------------------------//

// The innermost activation that two stacks share, counted from their outer
// ends; returns its index in A, or A's count when there is none.
static size_t find_shared(const struct bsan_frame *a, size_t a_count,
                          const struct bsan_frame *b, size_t b_count) {
  size_t shared = a_count;
  while (shared && b_count && a[shared - 1].cfa == b[b_count - 1].cfa &&
         a[shared - 1].function == b[b_count - 1].function) {
    shared--;
    b_count--;
    if (a[shared].pc != b[b_count].pc)
      break;  // The same activation, at another place: nothing further in.
  }
  return shared;
}

static bool has_activation(const struct bsan_frame *frames, size_t count,
                           const struct bsan_frame *wanted) {
  for (size_t i = 0; i < count; i++)
    if (frames[i].cfa == wanted->cfa)
      return frames[i].function == wanted->function;
  return false;
}

// A walk that ends before it has passed the anchor (code without unwind tables)
// proves nothing: the compare stands.
bool bsan_learned_is_inside(const struct bsan_event *event) {
  const struct bsan_thread *thread = event->thread;
  const struct bsan_frame *anchor = &thread->learned.anchor;
  if (thread->kind == BSAN_LOOP_API || thread->run_count ||
      event->cfa < thread->stack_low || event->cfa >= thread->stack_high)
    return true;
  struct bsan_frame *frames = event->thread->scratch;
  size_t count = bsan_platform_walk(event->cfa, frames, BSAN_LOOP_FRAMES);
  return has_activation(frames, count, anchor) || count == 0 ||
         frames[count - 1].cfa < anchor->cfa;
}

// By the time it is reported the program's strings and descriptors may be gone.
static void copy_strings(struct bsan_pending *pending) {
  struct bsan_event *event = &pending->event;
  for (int i = 0; i < BSAN_MAX_SHOWN_ARGS; i++) {
    struct bsan_arg *arg = &event->args[i];
    if (arg->kind != 's' || !arg->value.string)
      continue;
    bsan_platform_copy_string(arg->value.string, pending->strings[i],
                              BSAN_KEPT_STRING);
    arg->value.string = pending->strings[i];
  }
  if (event->fd >= 0) {
    bsan_platform_describe_fd(event->fd, pending->object,
                              sizeof(pending->object));
    event->object = pending->object;
  }
}

void bsan_learned_keep(const struct bsan_event *event) {
  struct bsan_learned *learned = &event->thread->learned;
  if (learned->pending_count == BSAN_MAX_PENDING)
    return;
  for (size_t i = 0; i < learned->pending_count; i++)
    if (learned->pending[i].event.pc == event->pc)
      return;
  struct bsan_frame *frames = event->thread->scratch;
  size_t count = bsan_platform_walk(event->cfa, frames, BSAN_LOOP_FRAMES);
  size_t shared = find_shared(learned->frames, learned->frame_count, frames,
                              count);
  if (shared == learned->frame_count)
    return;  // Nothing in common with the loop's stack any more: it is over.
  struct bsan_pending *pending = &learned->pending[learned->pending_count++];
  uintptr_t pcs[BSAN_LOOP_FRAMES];
  for (size_t i = 0; i < count; i++)
    pcs[i] = frames[i].pc;
  pending->event = *event;
  pending->stack_id = bsan_bridge_depot_put(pcs, count);
  pending->loop_cfa = learned->frames[shared].cfa;
  copy_strings(pending);
}

// Whether the activation that PENDING names called the wait from the same
// instruction now as when the loop was learned.
static bool went_round(const struct bsan_learned *learned,
                       const struct bsan_pending *pending,
                       const struct bsan_frame *now, size_t count) {
  const struct bsan_frame *before = NULL, *after = NULL;
  for (size_t i = 0; i < learned->frame_count; i++)
    if (learned->frames[i].cfa == pending->loop_cfa)
      before = &learned->frames[i];
  for (size_t i = 0; i < count; i++)
    if (now[i].cfa == pending->loop_cfa)
      after = &now[i];
  return before && after && before->function == after->function &&
         before->pc == after->pc;
}

// The frame of the stack of the wait that PENDING's call shared with it.
static size_t find_frame(const struct bsan_learned *learned,
                         const struct bsan_pending *pending) {
  size_t frame = 0;
  while (frame < learned->frame_count &&
         learned->frames[frame].cfa != pending->loop_cfa)
    frame++;
  return frame;
}

static void settle_pending(struct bsan_thread *thread, uintptr_t wait_cfa) {
  struct bsan_learned *learned = &thread->learned;
  struct bsan_frame *now = thread->scratch;
  size_t count = bsan_platform_walk(wait_cfa, now, BSAN_LOOP_FRAMES);
  bool all_went_round = true;
  for (size_t i = 0; i < learned->pending_count; i++) {
    struct bsan_pending *pending = &learned->pending[i];
    if (!went_round(learned, pending, now, count)) {
      all_went_round = false;
      continue;
    }
    if (pending->loop_cfa > learned->anchor.cfa)
      set_anchor(learned, find_frame(learned, pending));
    pending->event.thread = thread;
    report_pending(pending);
  }
  learned->pending_count = 0;
  // The loop runs from another place now: the next round is compared with that.
  if (!all_went_round) {
    bool is_anchored = has_activation(now, count, &learned->anchor);
    __builtin_memcpy(learned->frames, now, count * sizeof(*now));
    learned->frame_count = count;
    if (!is_anchored)
      set_anchor(learned, 0);
  }
}

//--- Waits -----------------------------------------------------------------//

static enum bsan_wait_role role_of(struct bsan_thread *thread,
                                   const struct bsan_wait *wait) {
  const struct bsan_learned *learned = &thread->learned;
  bool has_loop = thread->kind != BSAN_LOOP_NONE;
  if (thread->kind == BSAN_LOOP_API)
    return bsan_tls.in_loop ? BSAN_WAIT_NESTED : BSAN_WAIT_PLAIN;
  if (has_loop && wait->pc == learned->site)
    return BSAN_WAIT_OWN;
  if (has_loop && bsan_tls.in_loop &&
      bsan_loop_where(thread, wait->cfa) == BSAN_INSIDE &&
      wait->cfa < learned->wait_cfa)
    return BSAN_WAIT_NESTED;
  if (may_learn_from(wait))
    return BSAN_WAIT_OWN;
  return has_loop && bsan_tls.in_loop ? BSAN_WAIT_NESTED : BSAN_WAIT_PLAIN;
}

void bsan_learned_begin_wait(struct bsan_wait *wait) {
  struct bsan_thread *thread = bsan_thread_self;
  if (!thread) {
    wait->role = may_learn_from(wait) ? BSAN_WAIT_OWN : BSAN_WAIT_PLAIN;
    if (wait->role == BSAN_WAIT_PLAIN)
      return;
    thread = bsan_loop_thread();
  } else {
    wait->role = role_of(thread, wait);
  }
  if (wait->role != BSAN_WAIT_OWN)
    return;
  struct bsan_learned *learned = &thread->learned;
  bool is_known = thread->kind != BSAN_LOOP_NONE &&
                  wait->pc == learned->site &&
                  wait->cfa <= learned->wait_cfa;
  bsan_loop_end_callbacks(thread);
  if (!is_known)
    learn(thread, wait);
  else if (BSAN_UNLIKELY(learned->pending_count))
    settle_pending(thread, wait->cfa);
}

void bsan_learned_end_wait(const struct bsan_wait *wait) {
  if (wait->role == BSAN_WAIT_OWN)
    bsan_loop_begin_callbacks(bsan_thread_self);
}

void bsan_learned_closing(int fd) {
  struct bsan_thread *thread = bsan_thread_self;
  if (thread && thread->kind > BSAN_LOOP_API && !thread->run_count &&
      thread->learned.fd == fd)
    bsan_loop_forget_thread();
}
