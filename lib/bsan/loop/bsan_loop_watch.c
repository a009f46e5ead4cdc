//===-- bsan_loop_watch.c - Loop threads seen from another thread ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same questions that a thread asks of itself (bsan_loop_where()), answered
// for one that stands still or sleeps.  Its record and its stack are there, as
// long as it is; its thread-local variables may be gone with it.
//
// Context: armed, on any thread.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

uint64_t bsan_loop_running_since(const struct bsan_thread *thread) {
  const struct bsan_loop_times *times = &thread->times;
  return __atomic_load_n(&times->is_running, __ATOMIC_ACQUIRE)
             ? __atomic_load_n(&times->since_ns, __ATOMIC_RELAXED)
             : 0;
}

// Whether WORD stands at ADDRESS of a stack.
static bool has_word(uintptr_t address, uintptr_t word) {
  uintptr_t there;
  return bsan_platform_copy((const void *)address, &there, sizeof(there)) &&
         there == word;
}

static bool is_in_run(const struct bsan_thread *thread, uintptr_t sp) {
  const struct bsan_run *run = &thread->runs[0];
  if (!bsan_learned_is_on_stack(thread, run->scope.cfa) ||
      !bsan_learned_is_on_stack(thread, sp))
    return true;
  return sp < run->scope.cfa &&
         has_word(run->scope.cfa - sizeof(uintptr_t), run->scope.pc);
}

// At a level where only the next wait can tell, the answer is no.
static bool is_in_learned(const struct bsan_thread *thread, uintptr_t sp) {
  const struct bsan_anchor *anchor = &thread->learned.anchor;
  if (anchor->slot && !has_word((uintptr_t)anchor->slot, anchor->return_pc))
    return false;
  return sp < anchor->limit || !bsan_learned_is_on_stack(thread, sp);
}

static bool is_inside(const struct bsan_thread *thread, uintptr_t sp) {
  if (thread->kind == BSAN_LOOP_API || !sp)
    return true;
  return thread->run_count ? is_in_run(thread, sp) : is_in_learned(thread, sp);
}

bool bsan_loop_is_checked(const struct bsan_thread *thread, uintptr_t sp,
                          struct bsan_scope *scope) {
  struct bsan_tls tls;
  if (!bsan_platform_copy(thread->tls, &tls, sizeof(tls)))
    return false;
  *scope = tls.scope;
  return tls.gate && !tls.busy && is_inside(thread, sp);
}
