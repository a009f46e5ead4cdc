//===-- bsan_loop_libevent.c - Adapter: libevent 2.1, 2.2 -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// event_base_loop is what every other way to run a base ends in.  Its backends
// wait with epoll_wait, epoll_pwait2 (2.2), poll or select, and nothing else of
// the library waits.  2.2 has watchers around the wait (evwatch_prepare_new,
// evwatch_check_new); the wait itself says the same, in every version, of bases
// that were made before the runtime looked, and takes no slot of the program's.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

bool bsan_libevent_owns_wait(struct bsan_run *run,
                             const struct bsan_wait *wait) {
  return bsan_run_is_from_library(run, wait);
}
