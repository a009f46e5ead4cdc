//===-- bsan_loop_glib.c - Adapter: GLib ----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A context waits with its poll function: g_poll, which calls poll (ppoll in
// newer versions), or one that the program gave it.  The library polls
// elsewhere too (g_spawn_sync, in a callback), so the depth of the loop's own
// wait below the function that runs it is learned from the first one: the first
// thing that g_main_loop_run and g_main_context_iteration do is one round of
// prepare, poll and dispatch.  It stays the same as long as the run does.
//
// A poll function of the program's stays as it is (replacing one costs the
// nanoseconds of timeouts in newer versions): what waits below it is the
// loop's.
//
// Context: armed; any for the note.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

enum { MAX_POLL_FUNCTIONS = 8, NEAR_FRAMES = 8 };

static uintptr_t poll_functions[MAX_POLL_FUNCTIONS]; // Up to the first 0.

void bsan_glib_note_poll_function(uintptr_t function) {
  for (int i = 0; function && i < MAX_POLL_FUNCTIONS; i++) {
    uintptr_t seen = 0;
    if (__atomic_compare_exchange_n(&poll_functions[i], &seen, function, false,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        seen == function)
      return;
  }
}

static bool is_poll_function(uintptr_t function) {
  for (int i = 0; i < MAX_POLL_FUNCTIONS; i++)
    if (function &&
        __atomic_load_n(&poll_functions[i], __ATOMIC_RELAXED) == function)
      return true;
  return false;
}

static bool is_below_poll_function(const struct bsan_run *run,
                                   const struct bsan_wait *wait) {
  struct bsan_frame frames[NEAR_FRAMES];
  if (!poll_functions[0])
    return false;
  size_t count = bsan_platform_walk(wait->cfa, frames, NEAR_FRAMES);
  for (size_t i = 0; i < count && frames[i].cfa < run->scope.cfa; i++)
    if (is_poll_function(frames[i].function))
      return true;
  return false;
}

bool bsan_glib_owns_wait(struct bsan_run *run, const struct bsan_wait *wait) {
  uintptr_t depth = run->scope.cfa - wait->cfa;
  if (!bsan_run_is_from_library(run, wait))
    return is_below_poll_function(run, wait);
  if (!run->wait_depth)
    run->wait_depth = depth;
  return run->wait_depth == depth;
}
