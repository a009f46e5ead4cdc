//===-- bsan_watchdog.h - Callbacks that take long, while they do ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_WATCHDOG_H
#define BSAN_REPORT_BSAN_WATCHDOG_H

#include "bsan.h"

struct bsan_stretch;

// Whether stall_ms asks for it.  Context: any.
bool bsan_watchdog_is_wanted(void);
// A loop runs its first callbacks: starts the thread, once.  Context: armed.
void bsan_watchdog_start(void);
// A stretch of callbacks of the calling thread is over, and took stall_ms or
// longer.  Context: any.
void bsan_watchdog_note_end(const struct bsan_stretch *stretch);
// Prints which stalls have ended; when IS_LAST, nothing is told after it.
// Context: report.
void bsan_watchdog_drain(bool is_last);
// The child of a fork has no watchdog yet.
void bsan_watchdog_after_fork(void);

#endif // BSAN_REPORT_BSAN_WATCHDOG_H
