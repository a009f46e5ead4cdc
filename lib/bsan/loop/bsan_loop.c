//===-- bsan_loop.c - Records of loop threads -----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most threads never run a loop, so the record is made when a thread first
// does, from mapped memory, and stays for the statistics when the thread has
// gone.  A later thread of the same name takes it over: a program that starts
// a thread per job must not grow without end.
//
// Context: armed, on the thread itself, unless stated.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

#include <pthread.h>

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "loop/bsan_gate.h"

__thread struct bsan_thread *bsan_thread_self
    __attribute__((tls_model("initial-exec")));

const struct bsan_loop_info bsan_loops[BSAN_LOOP_COUNT] = {
    [BSAN_LOOP_NONE] = {"none", NULL, NULL},
#define BSAN_LOOP(id, word, library, owns_wait)                                \
  [BSAN_LOOP_##id] = {word, library, owns_wait},
#include "loop/bsan_loops.inc"
#undef BSAN_LOOP
};

static struct bsan_thread *threads; // Atomic head of the list.
static int next_index = 1;
static pthread_key_t exit_key;
static bool has_exit_key;

static struct bsan_thread *find_ended(const char *name) {
  struct bsan_thread *thread = __atomic_load_n(&threads, __ATOMIC_ACQUIRE);
  for (; thread; thread = thread->next) {
    bool ended = true;
    if (bsan_text_equal(thread->name, name) &&
        __atomic_compare_exchange_n(&thread->ended, &ended, false, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      return thread;
  }
  return NULL;
}

static struct bsan_thread *make_thread(void) {
  struct bsan_thread *thread =
      bsan_bridge_map(sizeof(struct bsan_thread), "bsan loop thread");
  struct bsan_thread *head = __atomic_load_n(&threads, __ATOMIC_ACQUIRE);
  do
    thread->next = head;
  while (!__atomic_compare_exchange_n(&threads, &head, thread, true,
                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
  return thread;
}

struct bsan_thread *bsan_loop_thread(void) {
  if (BSAN_LIKELY(bsan_thread_self != NULL))
    return bsan_thread_self;
  char name[BSAN_NAME_SIZE];
  bsan_platform_thread_name(name);
  struct bsan_thread *thread = find_ended(name);
  if (!thread)
    thread = make_thread();
  thread->tid = bsan_platform_tid();
  thread->is_main = thread->tid == bsan_platform_pid();
  thread->index = thread->is_main
                      ? 0
                      : __atomic_fetch_add(&next_index, 1, __ATOMIC_RELAXED);
  __builtin_memcpy(thread->name, name, sizeof(name));
  thread->tls = &bsan_tls;
  bsan_platform_stack_bounds(&thread->stack_low, &thread->stack_high);
  if (has_exit_key)
    pthread_setspecific(exit_key, thread);
  bsan_thread_self = thread;
  return thread;
}

void bsan_loop_refresh_name(struct bsan_thread *thread) {
  char name[BSAN_NAME_SIZE];
  if (thread != bsan_thread_self)
    return;
  // In one go: the watchdog may be reading it.
  bsan_platform_thread_name(name);
  __builtin_memcpy(thread->name, name, sizeof(name));
}

void bsan_loop_visit(void (*visit)(const struct bsan_thread *, void *),
                     void *arg) {
  const struct bsan_thread *thread =
      __atomic_load_n(&threads, __ATOMIC_ACQUIRE);
  for (; thread; thread = thread->next)
    visit(thread, arg);
}

struct bsan_thread *bsan_loop_next(const struct bsan_thread *previous) {
  return previous ? previous->next
                  : __atomic_load_n(&threads, __ATOMIC_ACQUIRE);
}

static void clear_loop(struct bsan_thread *thread) {
  if (thread->kind)
    thread->last_kind = thread->kind;
  thread->kind = BSAN_LOOP_NONE;
  thread->depth = 0;
  thread->run_count = 0;
  thread->late_site = NULL;
  thread->times.since_ns = 0;
  bsan_learned_clear(&thread->learned);
}

void bsan_loop_forget_thread(void) {
  struct bsan_thread *thread = bsan_thread_self;
  if (!thread)
    return;
  bsan_loop_refresh_name(thread);
  bsan_loop_end_callbacks(thread);
  bsan_gate_set_in_loop(false);
  clear_loop(thread);
}

static void forget_exiting_thread(void *arg) {
  struct bsan_thread *thread = arg;
  bsan_loop_forget_thread();
  bsan_thread_self = NULL;
  __atomic_store_n(&thread->ended, true, __ATOMIC_RELEASE);
}

void bsan_loop_exempt_thread(void) { bsan_gate_enter_runtime(); }

void bsan_loop_after_fork(void) {
  struct bsan_thread *self = bsan_thread_self;
  bsan_gate_set_in_loop(false); // The callback is the parent's to account for.
  bsan_loop_forget_thread();
  for (struct bsan_thread *thread = threads; thread; thread = thread->next) {
    // The other threads are not here to leave their loops themselves.
    clear_loop(thread);
    __builtin_memset(&thread->times, 0, sizeof(thread->times));
    __builtin_memset(&thread->watch, 0, sizeof(thread->watch));
    thread->ended = thread != self;
  }
  if (self) {
    self->tid = bsan_platform_tid();
    self->is_main = true;
    self->index = 0;
  }
}

void bsan_loop_init(void) {
  bsan_loop_names_init();
  has_exit_key = pthread_key_create(&exit_key, forget_exiting_thread) == 0;
}

void bsan_loop_keep_stack(struct bsan_thread *thread, uintptr_t pc,
                          uintptr_t cfa) {
  if (thread->enter_pc == pc && thread->enter_cfa == cfa)
    return;
  thread->stack_id = bsan_bridge_unwind(pc, cfa, BSAN_MAX_FRAMES);
  thread->stack_loop_frame = 0;
  thread->enter_pc = pc;
  thread->enter_cfa = cfa;
}

//--- Accounting ------------------------------------------------------------//

static void (*report_stretch)(const struct bsan_stretch *);
static uint64_t least_reported_ns;
static void (*start_threads)(void);

void bsan_loop_set_reporter(void (*report)(const struct bsan_stretch *),
                            uint64_t least_ns) {
  report_stretch = report;
  least_reported_ns = least_ns;
}

void bsan_loop_set_starter(void (*start)(void)) { start_threads = start; }

// Another thread that sees IS_RUNNING sees this beginning too, or a later one.
static void set_running(struct bsan_loop_times *times, uint64_t since_ns,
                        bool is_running) {
  __atomic_store_n(&times->since_ns, since_ns, __ATOMIC_RELAXED);
  __atomic_store_n(&times->is_running, is_running, __ATOMIC_RELEASE);
}

void bsan_loop_begin_callbacks(struct bsan_thread *thread) {
  struct bsan_loop_times *times = &thread->times;
  uint64_t now = bsan_platform_now_ns();
  if (times->since_ns)
    times->waits_ns += now - times->since_ns;
  else if (start_threads)
    start_threads();
  set_running(times, now, true);
  times->iterations++;
  bsan_loop_choose(thread);
  bsan_gate_set_in_loop(true);
}

void bsan_loop_end_callbacks(struct bsan_thread *thread) {
  struct bsan_loop_times *times = &thread->times;
  bool was_in_loop = bsan_tls.in_loop;
  bsan_gate_set_in_loop(false);
  if (!was_in_loop)
    return;
  uint64_t now = bsan_platform_now_ns();
  uint64_t elapsed = now - times->since_ns;
  times->callbacks_ns += elapsed;
  if (elapsed > times->longest_ns)
    times->longest_ns = elapsed;
  bsan_histogram_add(&times->stretches, elapsed);
  struct bsan_stretch stretch = {thread, times->since_ns, elapsed};
  set_running(times, now, false);
  if (report_stretch && elapsed >= least_reported_ns)
    report_stretch(&stretch);
}

void bsan_loop_add_blocked(struct bsan_thread *thread, uint64_t ns) {
  __atomic_fetch_add(&thread->times.blocked_ns, ns, __ATOMIC_RELAXED);
}

uint64_t bsan_loop_callbacks_ns(const struct bsan_thread *thread) {
  const struct bsan_loop_times *times = &thread->times;
  uint64_t running =
      times->is_running ? bsan_platform_now_ns() - times->since_ns : 0;
  return times->callbacks_ns + running;
}

//--- Where -----------------------------------------------------------------//

enum bsan_inside bsan_loop_where(struct bsan_thread *thread, uintptr_t cfa) {
  const struct bsan_anchor *anchor = &thread->learned.anchor;
  if (thread->kind == BSAN_LOOP_API)
    return BSAN_INSIDE;
  if (thread->run_count)
    return bsan_run_is_inside(thread, cfa) ? BSAN_INSIDE : BSAN_OUTSIDE;
  bool stands = bsan_anchor_stands(anchor);
  if (BSAN_LIKELY(stands && cfa < anchor->limit))
    return BSAN_INSIDE;
  // A coroutine's stack or an alternate signal stack: some callback's.
  if (stands && !bsan_learned_is_on_stack(thread, cfa))
    return BSAN_INSIDE;
  return BSAN_UNDECIDED;
}
