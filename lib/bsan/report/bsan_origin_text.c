//===-- bsan_origin_text.c - Where an object comes from, as text ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_origin_text.h"

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "loop/bsan_loop.h"
#include "report/bsan_stack_text.h"

unsigned bsan_origin_call(uint32_t stack_id) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  return count ? (unsigned)pcs[0] : 0;
}

//--- Owners ----------------------------------------------------------------//

struct search {
  int tid;
  const struct bsan_thread *found;
};

static void look(const struct bsan_thread *thread, void *arg) {
  struct search *search = arg;
  if (thread->tid == search->tid && !thread->ended)
    search->found = thread;
}

static void write_state(const struct bsan_thread_state *state,
                        struct bsan_text *text) {
  if (state->state == 'R')
    bsan_text_add(text, ", which runs,");
  else if (state->state == 'D')
    bsan_text_add(text, ", which waits for a disk,");
  else if (state->state == 'S' && state->system_call >= 0)
    bsan_text_add(text, ", which sleeps in system call %ld,",
                  state->system_call);
}

// A process-shared lock may be held by a thread of another process, and any
// lock by a thread that has ended.
static void write_thread(int tid, bool is_over, struct bsan_text *text) {
  struct bsan_thread_state state;
  struct search search = {tid, NULL};
  if (!bsan_platform_thread_state(tid, &state)) {
    bsan_text_add(text, "thread %d, which is not in this process", tid);
    return;
  }
  bsan_loop_visit(look, &search);
  bsan_text_add(text, "thread ");
  if (search.found)
    bsan_text_add(text, "T%d ", search.found->index);
  bsan_text_add(text, "\"");
  bsan_text_add_quoted(text, state.name);
  bsan_text_add(text, "\" (tid %d)", tid);
  if (!is_over)
    write_state(&state, text);
}

static const char *lock_word(unsigned kind) {
  switch ((enum bsan_lock_kind)kind) {
  case BSAN_LOCK_MUTEX:
    return "mutex";
  case BSAN_LOCK_RWLOCK:
    return "rwlock";
  case BSAN_LOCK_SPIN:
    return "spin lock";
  case BSAN_LOCK_NONE:
    break;
  }
  return "lock";
}

void bsan_origin_write_owner(const struct bsan_event *event, bool is_over,
                             struct bsan_text *text) {
  const struct bsan_owner *owner = &event->owner;
  if (!owner->kind || !owner->tid)
    return;
  bsan_text_add(text, "%s %p %s held by ", lock_word(owner->kind),
                (const void *)owner->lock, is_over ? "was" : "is");
  if (owner->tid == event->tid)
    bsan_text_add(text, "this thread itself");
  else
    write_thread(owner->tid, is_over, text);
  if (owner->since_ns && event->start_ns >= owner->since_ns) {
    uint64_t us = (event->start_ns - owner->since_ns) / 1000;
    bsan_text_add(text, " for %d.%03d ms%s", (int)(us / 1000), (int)(us % 1000),
                  is_over ? " by then" : "");
  }
}

void bsan_origin_print_owner(const struct bsan_event *event) {
  static char line[256];
  struct bsan_text text;
  bsan_text_init(&text, line, sizeof(line));
  bsan_origin_write_owner(event, event->elapsed_ns != 0, &text);
  if (line[0])
    bsan_print("  %s\n", line);
}

//--- Stacks ----------------------------------------------------------------//

static void print_stack(const char *title, uint32_t stack_id) {
  if (!stack_id)
    return;
  bsan_print("%s\n", title);
  bsan_stack_print(stack_id, 1, bsan_origin_call(stack_id));
}

void bsan_origin_print_stacks(const struct bsan_event *event) {
  if (event->fd >= 0) {
    print_stack("The descriptor was created here:", event->created_id);
    print_stack("Its mode was last set here:", event->mode_set_id);
  }
  if (event->owner.kind && event->owner.tid)
    print_stack("The lock was taken here:", event->owner.stack_id);
}
