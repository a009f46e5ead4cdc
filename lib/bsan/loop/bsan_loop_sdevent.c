//===-- bsan_loop_sdevent.c - Adapter: sd-event ---------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sd_event_run and sd_event_loop wait in sd_event_wait, with epoll_wait or,
// since systemd 247, epoll_pwait2.  The library's other waits are ppoll, in the
// blocking calls of sd-bus.  A foreign loop that embeds an sd_event calls its
// prepare, wait and dispatch: the first and the last run callbacks and are runs
// themselves.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_loop.h"

bool bsan_sdevent_owns_wait(struct bsan_run *run,
                            const struct bsan_wait *wait) {
  return wait->is_epoll && bsan_run_is_from_library(run, wait);
}
