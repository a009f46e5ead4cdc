//===-- bsan_interface.c - The public functions ---------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each forwards to one internal function; the contracts are in the public
// header.  The caller's address and frame are taken here, where they are the
// program's.
//
// Context: any thread of the program.
//
//===----------------------------------------------------------------------===//

#define __SANITIZE_BLOCKING__ 1
#include "sanitizer/bsan_interface.h"

#include <errno.h>

#include "bridge/bsan_bridge.h"
#include "bsan.h"
#include "bsan_check.h"
#include "bsan_init.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "intercept/bsan_library.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"
#include "report/bsan_listener.h"
#include "report/bsan_report.h"
#include "report/bsan_reporter.h"
#include "suppress/bsan_suppress.h"

BSAN_INTERFACE void __bsan_init(void);
void __bsan_init(void) { bsan_init(); }

// The frame address is the public function's own, so that the frames that
// follow are its callers.
#define ENTER(name)                                                            \
  do {                                                                         \
    bsan_library_rescan();                                                     \
    bsan_loop_enter(name, BSAN_CALLER_PC(), BSAN_CFA());                       \
  } while (0)

BSAN_INTERFACE void __bsan_enter_loop(void) {
  int saved_errno = errno;
  bsan_init();
  ENTER(NULL);
  errno = saved_errno;
}

BSAN_INTERFACE void __bsan_enter_loop_named(const char *name) {
  int saved_errno = errno;
  bsan_init();
  ENTER(name);
  errno = saved_errno;
}

BSAN_INTERFACE void __bsan_leave_loop(void) {
  int saved_errno = errno;
  bsan_loop_leave();
  errno = saved_errno;
}

BSAN_INTERFACE void __bsan_disable(void) { bsan_gate_change_disabled(+1); }

BSAN_INTERFACE void __bsan_enable(void) {
  static bool warned;
  if (!bsan_gate_change_disabled(-1) &&
      !__atomic_exchange_n(&warned, true, __ATOMIC_RELAXED))
    bsan_print("BlockSanitizer: WARNING: __bsan_enable() was called without a "
               "matching __bsan_disable(); ignored\n");
}

BSAN_INTERFACE void __bsan_activate(void) {
  bsan_init();
  bsan_check_activate(true);
}

BSAN_INTERFACE void __bsan_deactivate(void) {
  bsan_init();
  bsan_check_activate(false);
}

BSAN_INTERFACE int __bsan_begin_ctx(void) {
  bsan_init();
  bsan_check_begin_ctx();
  return 1;
}

BSAN_INTERFACE void __bsan_end_ctx(const int *is_open) {
  if (*is_open)
    bsan_check_end_ctx();
}

BSAN_INTERFACE int __bsan_set_check(const char *name, int enabled) {
  bsan_init();
  return bsan_calls_enable(bsan_span_of(name), enabled);
}

BSAN_INTERFACE int
__bsan_set_predicate(const char *name,
                     int (*predicate)(const char *, int, void *), void *arg) {
  bsan_init();
  return bsan_check_set_predicate(name, predicate, arg);
}

BSAN_INTERFACE int __bsan_can_block_in(const char *name, const char *file,
                                       const char *function) {
  char line[384];
  struct bsan_text text;
  int saved_errno = errno;
  bsan_init();
  bsan_text_init(&text, line, sizeof(line));
  bsan_text_add(&text, "%s:%s:%s", name, file ? file : "*",
                function ? function : "*");
  if (text.length + 1 == sizeof(line)) {
    bsan_print("BlockSanitizer: ERROR: __bsan_can_block_in(): more than %zu "
               "characters: '%s...'\n",
               sizeof(line) - 2, line);
    return 0;
  }
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_bridge_lock_report();
  bsan_reporter_drain(false); // What came before is judged by the old rules.
  bool added = bsan_suppress_add(line);
  if (added)
    bsan_report_rejudge();
  bsan_bridge_unlock_report();
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
  return added;
}

BSAN_INTERFACE int __bsan_in_loop(void) { return bsan_tls.gate != 0; }

BSAN_INTERFACE void __bsan_notify_blocking_call(const char *function) {
  struct bsan_scope origin = {BSAN_CFA(), BSAN_CALLER_PC(), 0};
  if (bsan_gate_is_armed())
    bsan_check_notify(function, &origin);
}

BSAN_INTERFACE void __bsan_set_death_callback(void (*callback)(void)) {
  bsan_bridge_set_death_callback(callback);
}

// What was found before this is told to nobody.
BSAN_INTERFACE void
__bsan_set_report_callback(void (*callback)(const char *report, void *arg),
                           void *arg) {
  int saved_errno = errno;
  bsan_init();
  bsan_flush();
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_listener_set(callback, arg);
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}

BSAN_INTERFACE void __bsan_print_stats(void) {
  int saved_errno = errno;
  bsan_init();
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_bridge_lock_report();
  bsan_reporter_drain(false);
  bsan_report_write_totals();
  bsan_bridge_unlock_report();
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}
