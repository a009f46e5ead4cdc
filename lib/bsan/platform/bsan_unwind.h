//===-- bsan_unwind.h - Walking the calling thread's stack ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the bridge, which is C++ and puts stacks into the depot; C has
// bsan_platform_walk() besides.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PLATFORM_BSAN_UNWIND_H
#define BSAN_PLATFORM_BSAN_UNWIND_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#else
#  include <stdbool.h>
#endif

// Writes the return addresses of the stack of the function that called the one
// whose BSAN_CFA() is CALLEE_CFA, innermost first; the first one is PC.  At
// least 1, at most MAX.
size_t bsan_platform_backtrace(uintptr_t pc, uintptr_t callee_cfa,
                               uintptr_t *pcs, size_t max);

// A frame that is to be gone on from, by what its function had in its registers
// at the call that it is in.
struct bsan_unwind {
  uintptr_t pc; // Where the call returns to.
  uintptr_t sp;
  uintptr_t fp;       // The frame pointer, or whatever the register holds.
  uintptr_t function; // Start of the function, 0 without tables.
  const unsigned char *entry; // Of the unwind tables, or NULL.
};

// Begins at a frame whose other members are set.
void bsan_unwind_begin(struct bsan_unwind *frame);
// Moves FRAME to its caller: by the tables where there are any, and by the code
// or the frame pointer where there are none.  False at the outermost frame, and
// where the caller does not look like one: of *FRAME only `sp` is to be used
// then, which is the outermost frame's CFA, or 0 where the walk gave up.
// Nothing is read that might fault.
bool bsan_unwind_step(struct bsan_unwind *frame);

#ifdef __cplusplus
}
#endif

#endif // BSAN_PLATFORM_BSAN_UNWIND_H
