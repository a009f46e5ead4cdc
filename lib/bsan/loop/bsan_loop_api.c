//===-- bsan_loop_api.c - Loops that say so themselves --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state belongs to the thread, not to a call: an exception or a longjmp
// across a callback skips no leave, because the loop itself calls it before its
// next wait.
//
// A loop enters on every iteration, from the same place: the stack of an enter
// is kept only when its caller or its depth on the stack has changed.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

void bsan_loop_enter(const char *name, uintptr_t pc, uintptr_t cfa) {
  struct bsan_thread *thread = bsan_loop_thread();
  if (thread->kind != BSAN_LOOP_API) {
    bsan_loop_forget_thread(); // Whatever was learned: the hooks know better.
    thread->kind = BSAN_LOOP_API;
  }
  if (thread->depth++ == 0) {
    uint8_t outer = bsan_gate_enter_runtime();
    bsan_loop_keep_stack(thread, pc, cfa);
    thread->run_call = 0;
    bsan_gate_leave_runtime(outer);
    thread->loop_name = name;
    bsan_loop_begin_callbacks(thread);
  }
}

void bsan_loop_leave(void) {
  static bool warned;
  struct bsan_thread *thread = bsan_thread_self;
  if (!thread || thread->kind != BSAN_LOOP_API || thread->depth == 0) {
    if (!__atomic_exchange_n(&warned, true, __ATOMIC_RELAXED))
      bsan_print("BlockSanitizer: WARNING: __bsan_leave_loop() was called "
                 "without a matching __bsan_enter_loop(); ignored\n");
    return;
  }
  if (--thread->depth == 0)
    bsan_loop_end_callbacks(thread);
}
