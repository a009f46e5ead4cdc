//===-- bsan_wait.c - The wrappers of waits and of loops ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wait is the boundary of a loop or, inside a callback, a call like others:
// which of the two is for loop/ to say, and this is where its answer goes.  A
// library's function that runs a loop (BSAN_RUN) is told to loop/ as well.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include <errno.h>

#include "bsan_init.h"
#include "intercept/bsan_library.h"
#include "intercept/bsan_wrap.h"

// Whether calls were found since the loop's last wait.
static bool is_after_finding(const struct bsan_wait *wait) {
  return wait->role == BSAN_WAIT_OWN &&
         BSAN_UNLIKELY(bsan_thread_self->late_site != NULL);
}

// An event came late that was there already: one that the thread slept for came
// in time.  What a ring of completions returns is no number of events.
static uint64_t count_late(const struct bsan_wait *wait) {
  bool is_count = wait->ready > 0 && wait->fd != BSAN_WAIT_NO_FD;
  return is_count && bsan_platform_switches() == wait->switches
             ? (uint64_t)wait->ready
             : 0;
}

bool bsan_wait_begin(struct bsan_wait *wait, struct bsan_event *event) {
  wait->role = BSAN_WAIT_PLAIN;
  if (wait->fd == BSAN_WAIT_NONE || !bsan_init_is_done() ||
      bsan_gate_is_nested(wait->cfa))
    return false;
  bsan_library_rescan();
  uint8_t outer = bsan_gate_enter_runtime();
  if (!bsan_run_begin_wait(wait))
    bsan_learned_begin_wait(wait);
  bsan_gate_leave_runtime(outer);
  if (is_after_finding(wait))
    wait->switches = bsan_platform_switches();
  if (wait->role != BSAN_WAIT_NESTED || !bsan_gate_is_armed() ||
      !bsan_check_open(event, wait->call, wait->pc, wait->cfa))
    return false;
  if (wait->is_undecided)
    event->undecided = true;
  return true;
}

void bsan_wait_end(const struct bsan_wait *wait, struct bsan_event *event) {
  if (event) {
    bsan_check_end(event);
    return;
  }
  if (is_after_finding(wait))
    bsan_check_late(bsan_thread_self, count_late(wait));
  bsan_learned_end_wait(wait);
}

void bsan_wait_begin_run(const struct bsan_run *run) {
  if (!bsan_init_is_done() || bsan_gate_is_nested(run->scope.cfa))
    return;
  int saved_errno = errno;
  bsan_library_rescan();
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_run_begin(run);
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}

void bsan_wait_end_run(const struct bsan_run *run) {
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_run_end(run);
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}
