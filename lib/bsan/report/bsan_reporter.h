//===-- bsan_reporter.h - Who prints, and when ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_REPORTER_H
#define BSAN_REPORT_BSAN_REPORTER_H

#include "bsan.h"

// Has the event judged and printed: by the reporter's thread, which is started
// by the first call of this, or by the calling thread when report_thread=0 or
// there can be no thread.  COUNT is that of its site's calls, with it. Context:
// armed.
void bsan_reporter_post(const struct bsan_event *event, uint64_t count);
// Starts the reporter's thread, if there is none.  Context: armed.
void bsan_reporter_start(void);
// Has it print the statistics so far, once there is one.  Context: any.
void bsan_reporter_want_totals(void);
// Judges and prints all that has been posted; when IS_LAST, also what can be
// known only from the table of sites.  Context: report.
void bsan_reporter_drain(bool is_last);
// Whether bsan_reporter_drain(false) has something to do.  Context: any.
bool bsan_reporter_is_busy(void);
// Starts another thread of the runtime's own; false when there can be none.
// Context: armed.
bool bsan_reporter_start_thread(void (*body)(void), const char *name);
// The child of a fork has no reporter yet, and nothing to tell.
void bsan_reporter_after_fork(void);
// Context: init.
void bsan_reporter_init(void);

#endif // BSAN_REPORT_BSAN_REPORTER_H
