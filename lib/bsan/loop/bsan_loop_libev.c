//===-- bsan_loop_libev.c - Adapter: libev --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ev_run waits in its backend (epoll, poll, select, linuxaio's io_getevents)
// and, when a collect interval is set, in ev_sleep before that: both calls come
// from the library.  A program that calls ev_sleep in a callback comes from
// elsewhere.
//
// The pointer set by ev_set_invoke_pending_cb is left alone: it belongs to the
// program, and the wait says where callbacks begin and end.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

bool bsan_libev_owns_wait(struct bsan_run *run, const struct bsan_wait *wait) {
  return bsan_run_is_from_library(run, wait);
}
