//===-- bsan_wait.c - The wrappers of waits -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wait is the boundary of a loop or, inside a callback, a call like others:
// which of the two is for loop/ to say, and this is where its answer goes.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "bsan_init.h"
#include "intercept/bsan_library.h"
#include "intercept/bsan_wrap.h"

bool bsan_wait_begin(struct bsan_wait *wait, struct bsan_event *event) {
  wait->role = BSAN_WAIT_PLAIN;
  if (!bsan_init_is_done() || bsan_gate_is_nested(wait->cfa))
    return false;
  bsan_library_rescan();
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_learned_begin_wait(wait);
  bsan_gate_leave_runtime(outer);
  return wait->role == BSAN_WAIT_NESTED && bsan_gate_is_armed() &&
         bsan_check_open(event, wait->call, wait->pc, wait->cfa);
}

void bsan_wait_end(const struct bsan_wait *wait, struct bsan_event *event) {
  if (event)
    bsan_check_end(event);
  else
    bsan_learned_end_wait(wait);
}
