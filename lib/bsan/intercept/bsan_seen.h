//===-- bsan_seen.h - Calls whose result is kept for later reports --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a descriptor comes from and who took a lock is known only to calls that
// look at their results, for which a wrapper needs a frame.  The wrappers stay
// as they are, and pay nothing: what they jump to is replaced by a function
// that makes the real call and looks.  For descriptors that is done at the
// start, for locks when a loop thread first finds one taken.
//
// Context: any, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_SEEN_H
#define BSAN_INTERCEPT_BSAN_SEEN_H

#include "bsan.h"

// Looks at what the flags want to be looked at from the start.  Once the real
// functions are known.  Context: init.
void bsan_seen_init(void);
// Looks at locks from now on.
void bsan_seen_watch_locks(void);
// Keeps that the thread that has the event's scope took LOCK by itself.
struct bsan_event;
void bsan_seen_note_taken(const struct bsan_event *event, unsigned kind,
                          const void *lock);

#endif // BSAN_INTERCEPT_BSAN_SEEN_H
