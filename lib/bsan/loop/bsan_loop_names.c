//===-- bsan_loop_names.c - Loop threads chosen by their names ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads are named late, by themselves or by others, through prctl or through
// /proc: nothing that could be intercepted.  So the name is asked for at the
// start of each stretch of callbacks, when the program's user cares about names
// at all: one system call beside that of the wait.
//
// Context: armed, unless stated.
//
//===----------------------------------------------------------------------===//

#include "bsan_flags.h"
#include "bsan_text.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

static bool are_names_given;

static bool is_in_list(const char *list, const char *name) {
  struct bsan_span rest = bsan_span_of(list), pattern;
  while (bsan_span_next(&rest, ',', &pattern))
    if (bsan_text_matches(bsan_span_trim(pattern), bsan_span_of(name)))
      return true;
  return false;
}

static bool is_chosen(const char *name) {
  return (!bsan_flags.loop_threads[0] ||
          is_in_list(bsan_flags.loop_threads, name)) &&
         !is_in_list(bsan_flags.ignore_threads, name);
}

void bsan_loop_choose(struct bsan_thread *thread) {
  if (BSAN_LIKELY(!are_names_given))
    return;
  bsan_loop_refresh_name(thread);
  thread->is_excluded = !is_chosen(thread->name);
  bsan_gate_set_excluded(thread->is_excluded);
}

// The kernel cuts names; a pattern that cannot match would check nothing, or
// everything, in silence.
static void check_lengths(const char *flag, const char *list) {
  struct bsan_span rest = bsan_span_of(list), pattern;
  while (bsan_span_next(&rest, ',', &pattern)) {
    size_t needed = 0;
    pattern = bsan_span_trim(pattern);
    for (size_t i = 0; i < pattern.length; i++)
      needed += pattern.start[i] != '*';
    if (needed >= BSAN_NAME_SIZE)
      bsan_print("BlockSanitizer: WARNING: %s: no thread can be named '%.*s': "
                 "expected at most %d characters\n",
                 flag, (int)pattern.length, pattern.start, BSAN_NAME_SIZE - 1);
  }
}

void bsan_loop_names_init(void) {
  are_names_given = bsan_flags.loop_threads[0] || bsan_flags.ignore_threads[0];
  check_lengths("loop_threads", bsan_flags.loop_threads);
  check_lengths("ignore_threads", bsan_flags.ignore_threads);
}
