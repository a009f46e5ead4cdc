//===-- bsan_bridge_lock.cpp - Reports one at a time, and forks -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two locks.  `turn` is held for a whole report, `step` for all of it but the
// waits for the symbolizer.  A fork takes `step` alone: it must not wait until
// a symbolizer has started, and what is half done while one is waited for can
// be put right in the child.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "bridge/bsan_bridge_depot.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_mutex.h"
#include "sanitizer_common/sanitizer_placement_new.h"
#include "sanitizer_common/sanitizer_symbolizer.h"

using namespace __sanitizer;

static Mutex turn, step;
static atomic_uintptr_t owner; // Of `turn`: GetThreadSelf(), or 0.
static bool is_paused;         // Its owner waits for the symbolizer.

bool bsan_bridge_owns_report() {
  return atomic_load_relaxed(&owner) == GetThreadSelf();
}

void bsan_bridge_lock_report() {
  if (bsan_bridge_owns_report()) {
    static const char kText[] =
        "BlockSanitizer: nested bug in the same thread, aborting.\n";
    CatastrophicErrorWrite(kText, sizeof(kText) - 1);
    internal__exit(common_flags()->exitcode);
  }
  turn.Lock();
  atomic_store_relaxed(&owner, GetThreadSelf());
  step.Lock();
}

void bsan_bridge_unlock_report() {
  step.Unlock();
  atomic_store_relaxed(&owner, 0);
  turn.Unlock();
}

bool bsan_bridge_pause_report() {
  if (!bsan_bridge_owns_report())
    return false;
  is_paused = true;
  step.Unlock();
  return true;
}

void bsan_bridge_resume_report() {
  step.Lock();
  is_paused = false;
}

//--- Forks -----------------------------------------------------------------//

// The symbolizer's own lock is private.  Access is not checked in the arguments
// of an explicit instantiation ([temp.spec]).
Mutex *FindSymbolizerMutex(Symbolizer *symbolizer);

template <Mutex Symbolizer::*member> struct SymbolizerMutex {
  friend Mutex *FindSymbolizerMutex(Symbolizer *symbolizer) {
    return &(symbolizer->*member);
  }
};
template struct SymbolizerMutex<&Symbolizer::mu_>;

static void Free(Mutex *mutex) { new (mutex) Mutex; }

// Of the parent's threads only the one that forks is here.
static void FreeInChild() {
  Free(&turn);
  Free(&step);
  atomic_store_relaxed(&owner, 0);
  if (is_paused)
    Free(FindSymbolizerMutex(Symbolizer::GetOrInit()));
  is_paused = false;
}

// A thread that forks in the middle of its own report does so in the death
// callback.
void bsan_bridge_before_fork() {
  if (!bsan_bridge_owns_report())
    step.Lock();
  LeaveDepotBeforeFork();
}

void bsan_bridge_after_fork(bool in_child) {
  OpenDepotAfterFork(in_child);
  if (in_child)
    FreeInChild();
  else if (!bsan_bridge_owns_report())
    step.Unlock();
}
