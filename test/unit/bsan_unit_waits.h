//===-- bsan_unit_waits.h - Stand-ins for wrappers in tests of loops ------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stacks are real: functions that may not be inlined, with something left
// to do after their calls. wait_once() and call() stand for the wrappers of a
// wait and of a call.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_UNIT_WAITS_H
#define BSAN_UNIT_WAITS_H

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"

#define NOINLINE __attribute__((noinline))
// Keeps the call before it from becoming a jump.
#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

static int wait_fd = 77;
static bool wait_is_epoll = true;

NOINLINE static enum bsan_wait_role wait_once(void) {
  struct bsan_wait wait = {.pc = BSAN_CALLER_PC(),
                           .cfa = BSAN_CFA(),
                           .fd = wait_fd,
                           .is_epoll = wait_is_epoll,
                           .call = BSAN_CALL_epoll_wait};
  bsan_learned_begin_wait(&wait);
  bsan_learned_end_wait(&wait);
  KEEP_FRAME();
  return (enum bsan_wait_role)wait.role;
}

// A call as it was found: is it inside, and, when a stack is asked, still?
struct found {
  enum bsan_inside where;
  bool is_inside;
};

NOINLINE static struct found call(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_nanosleep);
  event.thread = bsan_thread_self;
  event.pc = BSAN_CALLER_PC();
  event.cfa = BSAN_CFA();
  struct found found = {bsan_loop_where(event.thread, event.cfa),
                        bsan_learned_is_inside(&event)};
  if (found.where == BSAN_UNDECIDED)
    bsan_learned_keep(&event);
  KEEP_FRAME();
  return found;
}

// A compiler that knew the number would unroll the loops: other instructions.
static volatile int three = 3;

#endif // BSAN_UNIT_WAITS_H
