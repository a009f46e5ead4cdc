//===-- bsan_gate.h - Is this thread inside a loop's callback? ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stage 2 of 5 (loop).  One thread-local value, `gate`, says whether a wrapper
// has anything to do.  Every intercepted call of every thread pays for this
// test, so it is one load and one branch: initial-exec TLS, no initialization
// (zero is "pass"), no function call.
//
// A *scope* is the stretch between a rule's wrapper and its return.  Calls made
// inside it belong to the outer rule and pass: PQexec is reported, not the poll
// inside it.  A longjmp, an exception or a cancellation leaves it without
// closing it, so it is not a depth but a place on the stack: where the
// wrapper's return address is, and what it is.  As soon as something else
// stands there the scope is over.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_LOOP_BSAN_GATE_H
#define BSAN_LOOP_BSAN_GATE_H

#include "bsan.h"

struct bsan_tls {
  uint8_t gate;            // Nonzero: in a loop, and neither of the next two.
  uint8_t excluded;        // By the thread's name: see bsan_loop_names.c.
  uint16_t disabled;       // Depth of __bsan_disable().
  uint8_t in_loop;         // Between two waits, or between enter and leave.
  uint8_t busy;            // The runtime itself is at work.
  struct bsan_scope scope; // Of the outermost active wrapper; cfa 0 if none.
};
_Static_assert(sizeof(struct bsan_tls) <= 32, "one cache line");

extern __thread struct bsan_tls bsan_tls
    __attribute__((tls_model("initial-exec")));

// Whether a wrapper must take its armed half.
static inline bool bsan_gate_is_armed(void) {
  return BSAN_UNLIKELY(bsan_tls.gate != 0);
}

// Whether the wrapper that opened SCOPE has not returned, asked by a function
// deeper on the stack.
static inline bool bsan_scope_is_open(const struct bsan_scope *scope) {
#if defined(__x86_64__)
  // The call instruction pushed it just below the caller's stack pointer.
  return ((const uintptr_t *)scope->cfa)[-1] == scope->pc;
#else
  (void)scope; // No fixed place: trust the depth.
  return true;
#endif
}

// A call further down the stack than this is taken for one on another stack:
// the stack that a forgotten scope was on may be gone by now.
enum { BSAN_SCOPE_REACH = 1 << 20 };

// A scope that was left by a jump is closed by nobody, and a loop may call its
// next callback from the same instruction: then the same return address stands
// at the same place.  Whether the frame there is of the function that was
// jumped to; if not, the scope is forgotten.
bool bsan_gate_is_in_jumped_function(uintptr_t cfa);

// Whether a call whose wrapper has CFA belongs to another call, or to the
// runtime.
static inline bool bsan_gate_is_nested(uintptr_t cfa) {
  uintptr_t depth = bsan_tls.scope.cfa - cfa - 1; // Large when not deeper.
  return bsan_tls.busy ||
         (depth < BSAN_SCOPE_REACH && bsan_scope_is_open(&bsan_tls.scope) &&
          (BSAN_LIKELY(!bsan_tls.scope.function) ||
           bsan_gate_is_in_jumped_function(cfa)));
}

// Opens a scope for a wrapper whose CFA and return address these are; gives
// what bsan_gate_close_scope() takes.
static inline struct bsan_scope bsan_gate_open_scope(uintptr_t cfa,
                                                     uintptr_t pc) {
  struct bsan_scope outer = bsan_tls.scope;
  bsan_tls.scope = (struct bsan_scope){cfa, pc, 0};
  return outer;
}

static inline void bsan_gate_close_scope(struct bsan_scope outer) {
  bsan_tls.scope = outer;
}

// Around the runtime's own work: a signal handler that interrupts it may run on
// a stack of its own, where CFAs say nothing.  Returns what the leave takes.
static inline uint8_t bsan_gate_enter_runtime(void) {
  uint8_t outer = bsan_tls.busy;
  bsan_tls.busy = 1;
  return outer;
}

static inline void bsan_gate_leave_runtime(uint8_t outer) {
  bsan_tls.busy = outer;
}

// Sets whether the thread is inside the loop.
void bsan_gate_set_in_loop(bool in_loop);
// Sets whether its callbacks are not to be looked at all the same.
void bsan_gate_set_excluded(bool excluded);
// Deeper (+1) or back (-1); a -1 too many is ignored and gives false.
bool bsan_gate_change_disabled(int by);

#endif // BSAN_LOOP_BSAN_GATE_H
