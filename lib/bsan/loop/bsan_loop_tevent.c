//===-- bsan_loop_tevent.c - Adapter: tevent ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tevent_loop_once and tevent_loop_wait are macros for functions with an
// underscore, which tevent_loop_until and tevent_req_poll end in too.  They
// wait with epoll_wait or, in the backend "poll", with poll.  Its trace
// callbacks (tevent_set_trace_callback) stay the program's: the wait says the
// same.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

bool bsan_tevent_owns_wait(struct bsan_run *run, const struct bsan_wait *wait) {
  return bsan_run_is_from_library(run, wait);
}
