//===-- bsan_control.h - Notes of calls that are no rules -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the table remembers of descriptors is kept true here, and the loop's end
// recognised.  Every call on every thread runs these: no lock, and no system
// call unless it is the loop's own descriptor.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_CONTROL_H
#define BSAN_INTERCEPT_BSAN_CONTROL_H

#include <dirent.h>
#include <linux/close_range.h>
#include <stdio.h>

#include "bsan_init.h"
#include "classify/bsan_fdtable.h"
#include "intercept/bsan_caller.h"
#include "intercept/bsan_library.h"
#include "loop/bsan_loop.h"

static inline void bsan_note_close(int fd) {
  bsan_fdtable_forget(fd);
  if (BSAN_UNLIKELY(bsan_thread_self != NULL))
    bsan_learned_closing(fd);
}

static inline void bsan_note_close_range(unsigned first, unsigned last,
                                         int flags) {
  bsan_fdtable_forget_range(first, last);
  if (BSAN_UNLIKELY(bsan_thread_self != NULL) &&
      !(flags & (int)CLOSE_RANGE_CLOEXEC))
    bsan_learned_closing_range(first, last);
}

// TARGET becomes a duplicate of FD and is closed for that.
static inline void bsan_note_dup(int fd, int target) {
  bsan_fdtable_note_dup(fd, target);
  if (BSAN_UNLIKELY(bsan_thread_self != NULL) && fd != target)
    bsan_learned_closing(target);
}

// Streams close their descriptors inside libc, where no wrapper sees it.
static inline void bsan_note_stream(FILE *stream) {
  if (stream)
    bsan_fdtable_forget(fileno_unlocked(stream));
}

static inline void bsan_note_directory(DIR *stream) {
  if (stream)
    bsan_fdtable_forget(dirfd(stream));
}

// A library that is being loaded may call, or be, one of the functions that are
// intercepted by their slots: they are looked at again with the next wait.
static inline void bsan_note_dlopen(void) { bsan_library_expect_change(); }

// exit(3), pthread_exit(3): what atexit handlers do, or a thread's cleanup
// handlers, is shutdown and not a callback.
static inline void bsan_note_exit(void) { bsan_loop_forget_thread(); }

// _exit(2) and quick_exit(3) run no atexit handler of ours.
static inline void bsan_note_exit_now(void) { bsan_finish_now(); }

#endif // BSAN_INTERCEPT_BSAN_CONTROL_H
