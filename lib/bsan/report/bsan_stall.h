//===-- bsan_stall.h - What a thread does that takes long -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A *stall* is a stretch of callbacks that has taken stall_ms or longer.  It is
// told while it lasts, more than once if it goes on, and when it ends.
//
// Context: armed, on the watchdog's thread, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_STALL_H
#define BSAN_REPORT_BSAN_STALL_H

#include "bsan.h"
#include "platform/bsan_platform.h"
#include "report/bsan_report.h"

struct bsan_stall {
  struct bsan_thread_facts thread;
  uint64_t iteration;
  uint64_t start_ns;   // CLOCK_MONOTONIC.
  uint64_t elapsed_ns; // Up to now.
  unsigned number;     // Of the reports of this stall, from 1.
  bool was_told;       // One before it was printed.
  bool has_not_moved;  // It slept at the same place then.
  bool has_ended;      // Nothing that follows is known then.
  struct bsan_task task;
  bool has_event; // It is in a call that may block:
  struct bsan_event event;
  uint32_t stack_id; // From the caller of that call; 0 when unknown.
};

// Looks at what THREAD is doing.  False when there is nothing to be told of
// now: it is stopped, or not in a callback that is checked.
bool bsan_stall_look_at(struct bsan_stall *stall,
                        const struct bsan_thread *thread);
// The name of the system call NUMBER, or NULL, and how many arguments it has.
const char *bsan_stall_syscall_name(long number, int *args);

#endif // BSAN_REPORT_BSAN_STALL_H
