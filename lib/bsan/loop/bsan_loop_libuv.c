//===-- bsan_loop_libuv.c - Adapter: libuv --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// uv_run first runs what is due (timers, pending, idle and prepare callbacks)
// and then waits: it is inside from its first instruction.  Its wait is
// epoll_pwait (since 1.45), epoll_wait (1.24 to 1.44) or
// syscall(SYS_epoll_wait) (before), all made in uv__io_poll, the only place
// where libuv uses epoll.  Other waits that it makes are a caller's: a write to
// a stream in blocking mode polls (src/unix/stream.c).
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

bool bsan_libuv_owns_wait(struct bsan_run *run, const struct bsan_wait *wait) {
  return wait->is_epoll && bsan_run_is_from_library(run, wait);
}
