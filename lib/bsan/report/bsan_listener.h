//===-- bsan_listener.h - Reports for the program itself ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that wants to hear of its reports, mostly a test, is told of each
// by the thread that made the call, before that goes on.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_LISTENER_H
#define BSAN_REPORT_BSAN_LISTENER_H

#include "bsan.h"

typedef void (*bsan_listener)(const char *report, void *arg);

// Sets, or with NULL unsets, what __bsan_set_report_callback() is given.  Waits
// until the one before has returned, unless that one calls this.  Context:
// armed.
void bsan_listener_set(bsan_listener listener, void *arg);
// Whether anybody listens.  Context: any.
bool bsan_listener_is_set(void);
// Waits for the calling thread's turn: until the matching end nobody else's
// report is told.  To be called without the report lock.  Context: armed.
void bsan_listener_begin(void);
// Tells TEXT.  Without the report lock, so that the program may call whatever
// it likes.
void bsan_listener_tell(const char *text);
void bsan_listener_end(void);
// In the child of a fork: a turn that is not the calling thread's is over.
void bsan_listener_after_fork(void);

#endif // BSAN_REPORT_BSAN_LISTENER_H
