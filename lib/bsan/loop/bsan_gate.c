//===-- bsan_gate.c - The gate's cold side --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `gate` is derived: it is nonzero when the thread is in a loop and nothing
// disabled checking, so that the wrappers need not look at all of it.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_gate.h"

#include "platform/bsan_platform.h"

__thread struct bsan_tls bsan_tls __attribute__((tls_model("initial-exec")));

static void derive_gate(void) {
  bsan_tls.gate = bsan_tls.in_loop && !bsan_tls.disabled && !bsan_tls.excluded;
}

void bsan_gate_set_in_loop(bool in_loop) {
  bsan_tls.in_loop = in_loop;
  derive_gate();
}

void bsan_gate_set_excluded(bool excluded) {
  bsan_tls.excluded = excluded;
  derive_gate();
}

bool bsan_gate_change_disabled(int by) {
  if (by < 0 && !bsan_tls.disabled)
    return false;
  if (by > 0 && bsan_tls.disabled == UINT16_MAX)
    return false;
  bsan_tls.disabled = (uint16_t)(bsan_tls.disabled + by);
  derive_gate();
  return true;
}

bool bsan_gate_is_in_jumped_function(uintptr_t cfa) {
  enum { NEAR_FRAMES = 16 };
  struct bsan_frame frames[NEAR_FRAMES];
  uint8_t outer = bsan_gate_enter_runtime();
  size_t count = bsan_platform_walk(cfa, frames, NEAR_FRAMES);
  bsan_gate_leave_runtime(outer);
  size_t i = 0;
  while (i < count && frames[i].cfa < bsan_tls.scope.cfa)
    i++;
  if (i == count)
    return true; // Further out than was looked: not the next callback.
  if (frames[i].cfa == bsan_tls.scope.cfa &&
      frames[i].function == bsan_tls.scope.function)
    return true;
  bsan_tls.scope = (struct bsan_scope){0, 0, 0};
  return false;
}
