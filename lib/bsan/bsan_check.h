//===-- bsan_check.h - The way into the pipeline --------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a wrapper's armed half calls, in this order:
//
//   open    is the call to be judged at all?  Opens the scope.
//           (the row's classifier gives the verdict)
//   close   when it will not block: nothing was and nothing will be counted.
//   done    when the classifier's try was the call.
//   begin   when it may: before the real call.  Does not return when the report
//           is fatal.
//   end     after the real call.  Closes the scope.
//   judge   close or begin, whichever the verdict says; false after a close.
//   jump    judge and end, for a real call that is jumped to: there is no
//           "after".
//
// `errno` is what it was before begin, and what the real call left after end.
//
// Context: any thread; a signal handler that interrupted a callback too.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BSAN_CHECK_H
#define BSAN_BSAN_CHECK_H

#include "bsan.h"

// False when the call passes: made inside another rule or by the runtime,
// unchecked, or not in a loop.  Nothing has to be closed then.
bool bsan_check_open(struct bsan_event *event, unsigned call, uintptr_t pc,
                     uintptr_t cfa);
void bsan_check_close(struct bsan_event *event);
void bsan_check_done(struct bsan_event *event);
void bsan_check_begin(struct bsan_event *event);
void bsan_check_end(struct bsan_event *event);
// The loop of THREAD is back from the wait behind calls that were found, and
// EVENTS had been waiting for it.
void bsan_check_late(struct bsan_thread *thread, uint64_t events);
bool bsan_check_judge(struct bsan_event *event);
// REAL is where the wrapper will jump to, or 0 when it returns to its caller.
void bsan_check_jump(struct bsan_event *event, uintptr_t real);

// Keeps the arguments that a report shows.  One code a character:
//   s string   d int   u size_t   p pointer   - no more arguments
void bsan_check_show(struct bsan_event *event, const char *codes, ...);

// Turns checking on or off for the process; starts as the flag `enabled`.
void bsan_check_activate(bool active);
// Between these it is on in any case; they nest, on any number of threads.
void bsan_check_begin_ctx(void);
void bsan_check_end_ctx(void);
// PREDICATE is asked before a call named NAME is reported; anything but 0 means
// "this one may block".  NULL unsets it.  False when no call has the name.
typedef int (*bsan_predicate)(const char *function, int fd, void *arg);
bool bsan_check_set_predicate(const char *name, bsan_predicate predicate,
                              void *arg);
// Names the events that end here: __bsan_notify_blocking_call().
// REAL as for jump.
void bsan_check_notify(const char *function, const struct bsan_scope *origin);

#endif // BSAN_BSAN_CHECK_H
