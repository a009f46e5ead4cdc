//===-- bsan_caller.h - The stack of whoever calls, cheaply ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a report may need later (where a descriptor was created, where a lock
// was taken) has to be kept when it happens, in programs that do nothing wrong.
// Unwinding costs some microseconds; so the stacks of the last places are kept
// with the addresses at which their return addresses stand, and when those
// still stand there, it is the same stack: some ten loads.
//
// What is unwound is bounded: CALLER_PER_SECOND a second and CALLER_TOTAL in
// all, beyond which, as on alternate signal stacks, only the caller is kept.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_CALLER_H
#define BSAN_INTERCEPT_BSAN_CALLER_H

#include "bsan.h"

enum {
  BSAN_CALLER_FRAMES = 24,
  BSAN_CALLER_PER_SECOND = 1000,
  BSAN_CALLER_TOTAL = 100000,
};

// The stack (depot) of a call of CALL (enum bsan_call_id) by a function with
// return address PC, CFA being BSAN_CFA() of what was called.  Its first
// "frame" is CALL itself.  0 when the runtime itself is at work, or a vfork's
// child, whose doings are not its parent's.
uint32_t bsan_caller_stack(unsigned call, uintptr_t pc, uintptr_t cfa);
// A vfork's child may be at work from now on.
void bsan_caller_note_vfork(void);

#endif // BSAN_INTERCEPT_BSAN_CALLER_H
