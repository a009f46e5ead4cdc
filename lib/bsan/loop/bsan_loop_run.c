//===-- bsan_loop_run.c - Loops that a known library runs ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While a function of a row BSAN_RUN (uv_run, g_main_loop_run, ...) is active
// the thread is in its loop, but for the waits that the library's adapter calls
// its own.  Callbacks before the first wait are inside, and nothing after the
// return is: neither has to be guessed, as the learned frame must.
//
// Runs nest: a dialog's loop in a callback, a loop embedded in another.  Like a
// scope (bsan_gate.h), a run is a place on the stack and over as soon as
// something else stands there: longjmp and exceptions leave loops without a
// return.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

//--- Where the library is --------------------------------------------------//

// Of the file that defines the functions of each kind of loop: looked up with
// the first run.
struct range {
  uintptr_t low, high;
};
static struct range libraries[BSAN_LOOP_COUNT];

// Racing threads write equal values.
static void find_library(const struct bsan_run *run) {
  struct range *range = &libraries[run->kind], found;
  if (__atomic_load_n(&range->high, __ATOMIC_ACQUIRE) ||
      !bsan_platform_module_range(run->scope.function, &found.low, &found.high))
    return;
  __atomic_store_n(&range->low, found.low, __ATOMIC_RELAXED);
  __atomic_store_n(&range->high, found.high, __ATOMIC_RELEASE);
}

static bool is_in_library(unsigned kind, uintptr_t pc) {
  return pc >= libraries[kind].low && pc < libraries[kind].high;
}

bool bsan_run_is_from_library(const struct bsan_run *run,
                              const struct bsan_wait *wait) {
  return is_in_library(run->kind, wait->pc);
}

//--- Runs ------------------------------------------------------------------//

// A call on the thread's own stack is inside when it is deeper; one on a
// coroutine's or on an alternate signal stack belongs to whatever is running. A
// run on a coroutine's stack is believed: that stack may be gone.
static bool is_open(const struct bsan_thread *thread,
                    const struct bsan_run *run, uintptr_t cfa) {
  uintptr_t low = thread->stack_low, high = thread->stack_high;
  if (run->scope.cfa < low || run->scope.cfa >= high)
    return true;
  bool is_on_own_stack = cfa >= low && cfa < high;
  return (!is_on_own_stack || cfa < run->scope.cfa) &&
         bsan_scope_is_open(&run->scope);
}

bool bsan_run_is_inside(struct bsan_thread *thread, uintptr_t cfa) {
  int count = thread->run_count;
  while (count && !is_open(thread, &thread->runs[count - 1], cfa))
    count--;
  if (BSAN_LIKELY(count == thread->run_count))
    return true;
  thread->run_count = count;
  if (count)
    thread->kind = thread->runs[count - 1].kind;
  else
    bsan_loop_forget_thread();
  return count != 0;
}

static void tell_run(const struct bsan_thread *thread) {
  if (bsan_bridge_verbosity() < 1)
    return;
  const char *module = bsan_platform_module(thread->runs[0].scope.function);
  bsan_print(
      "==%d==BlockSanitizer: thread T%d \"%s\" is a loop thread: it runs "
      "%s's loop (%s)\n",
      bsan_platform_pid(), thread->index, thread->name,
      bsan_loops[thread->kind].word,
      !module     ? "unknown module"
      : module[0] ? module
                  : "the program");
}

static void begin_outermost(struct bsan_thread *thread,
                            const struct bsan_run *run) {
  bool is_new =
      thread->enter_pc != run->scope.pc || thread->enter_cfa != run->scope.cfa;
  bsan_loop_keep_stack(thread, run->scope.pc, run->scope.cfa);
  thread->run_call = run->call;
  thread->loop_name = NULL;
  if (is_new)
    tell_run(thread);
}

// The library's own call of one of its functions (event_base_dispatch calls
// event_base_loop) is no run of its own.
static bool is_inner_call(const struct bsan_thread *thread,
                          const struct bsan_run *run) {
  return thread->run_count &&
         thread->runs[thread->run_count - 1].kind == run->kind &&
         is_in_library(run->kind, run->scope.pc);
}

void bsan_run_begin(const struct bsan_run *run) {
  if (bsan_text_equal(bsan_flags.auto_loop, "0"))
    return;
  find_library(run);
  struct bsan_thread *thread = bsan_loop_thread();
  if (thread->kind == BSAN_LOOP_API)
    return;
  if (thread->run_count)
    bsan_run_is_inside(thread, run->scope.cfa);
  else
    bsan_loop_forget_thread(); // What was learned: the library knows better.
  if (thread->run_count == BSAN_MAX_RUNS || is_inner_call(thread, run))
    return;
  thread->runs[thread->run_count++] = *run;
  thread->kind = run->kind;
  if (thread->run_count == 1)
    begin_outermost(thread, run);
  if (!bsan_tls.in_loop)
    bsan_loop_begin_callbacks(thread);
}

void bsan_run_end(const struct bsan_run *run) {
  struct bsan_thread *thread = bsan_thread_self;
  int index = thread ? thread->run_count - 1 : -1;
  while (index >= 0 && (thread->runs[index].scope.cfa != run->scope.cfa ||
                        thread->runs[index].scope.pc != run->scope.pc))
    index--;
  if (index < 0)
    return;
  thread->run_count = index;
  if (index == 0) {
    bsan_loop_forget_thread();
    return;
  }
  thread->kind = thread->runs[index - 1].kind;
  if (!bsan_tls.in_loop)
    bsan_loop_begin_callbacks(thread);
}

//--- Waits -----------------------------------------------------------------//

static enum bsan_wait_role role_of(struct bsan_thread *thread,
                                   const struct bsan_wait *wait) {
  struct bsan_run *run = &thread->runs[thread->run_count - 1];
  if (run->waits && bsan_loops[run->kind].owns_wait(run, wait))
    return BSAN_WAIT_OWN;
  return bsan_tls.in_loop ? BSAN_WAIT_NESTED : BSAN_WAIT_PLAIN;
}

bool bsan_run_begin_wait(struct bsan_wait *wait) {
  struct bsan_thread *thread = bsan_thread_self;
  if (!thread || !thread->run_count || !bsan_run_is_inside(thread, wait->cfa))
    return false;
  wait->role = (uint8_t)role_of(thread, wait);
  if (wait->role == BSAN_WAIT_OWN)
    bsan_loop_end_callbacks(thread);
  return true;
}
