//===-- bsan_init.c - Start, fork, exit -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Order: flags first, because everything reads them; then the real functions,
// because suppressions may have to be read from a file; the gate opens last.
//
// Context: init.
//
//===----------------------------------------------------------------------===//

#include "bsan_init.h"

#include <errno.h>
#include <pthread.h>

#include "bridge/bsan_bridge.h"
#include "bsan_children.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "intercept/bsan_library.h"
#include "intercept/bsan_seen.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"
#include "platform/bsan_platform.h"
#include "report/bsan_listener.h"
#include "report/bsan_report.h"
#include "report/bsan_reporter.h"
#include "report/bsan_watchdog.h"
#include "suppress/bsan_suppress.h"

enum { NOT_STARTED, STARTING, DONE };
static int state;

// The process that started or was forked: not a vfork's child, which shares the
// memory and calls _exit.
static int own_pid;

bool bsan_init_owns_process(void) { return own_pid == bsan_platform_pid(); }

bool bsan_init_is_done(void) {
  return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == DONE;
}

static void before_fork(void) { bsan_bridge_before_fork(); }

static void after_fork_in_parent(void) { bsan_bridge_after_fork(false); }

// What the parent found is the parent's to tell.
static void after_fork_in_child(void) {
  bsan_bridge_after_fork(true);
  bsan_bridge_forget_symbolizer();
  own_pid = bsan_platform_pid();
  bsan_tls.scope = (struct bsan_scope){0, 0, 0};
  bsan_report_clear();
  bsan_reporter_after_fork();
  bsan_watchdog_after_fork();
  bsan_listener_after_fork();
  bsan_loop_after_fork();
}

// What exit(3) would do after our handler.  By its address: the name is
// wrapped.
static void flush_stdio(void) {
  typedef int (*flush)(void *stream);
  uintptr_t real = bsan_resolve_address(BSAN_CALL_fflush);
  if (real)
    ((flush)real)(NULL);
}

static void mark_loop(const struct bsan_thread *thread, void *arg) {
  if (thread->times.iterations)
    *(bool *)arg = true;
}

// Under `bsan run` every child process of the program has the runtime too: of
// those only the ones with a loop speak.  The program itself always does, so
// that silence is not taken for success.
static bool has_something_to_tell(void) {
  bool has_loop = false;
  bsan_loop_visit(mark_loop, &has_loop);
  return has_loop || bsan_children_is_program();
}

// In a signal handler that interrupted a report, there is nothing to be done.
static bool may_write(void) {
  return bsan_init_is_done() && bsan_init_owns_process() &&
         !bsan_bridge_owns_report();
}

// Whether the exit status has to tell that something was found.
static bool must_change_code(bool code_may_change) {
  bool was_found = bsan_report_total() != 0;
  if (bsan_children_is_failing()) {
    code_may_change = bsan_children_is_program();
    was_found |= code_may_change && bsan_children_take_found();
  }
  return code_may_change && was_found && bsan_bridge_exit_code();
}

// As many as are looked at for what a rule may have meant: each of them costs
// some questions to the symbolizer.
enum { MAX_COMPARED_SITES = 256 };

static void compare_site(const struct bsan_site *site, void *arg) {
  if (!site->rule && !site->is_unscanned &&
      (*(int *)arg)++ < MAX_COMPARED_SITES)
    bsan_suppress_compare(site->call, site->cls, site->stack_id);
}

static void print_suppressions(void) {
  int compared = 0;
  if (bsan_suppress_has_unused())
    bsan_report_visit(compare_site, &compared);
  bsan_suppress_print();
}

// False when it has been done.
static bool print_summary(void) {
  static bool finished;
  if (!may_write() || __atomic_exchange_n(&finished, true, __ATOMIC_RELAXED))
    return false;
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_loop_forget_thread();
  bsan_bridge_lock_report();
  bsan_reporter_drain(true);
  bsan_watchdog_drain(true);
  if (has_something_to_tell())
    bsan_report_write_final_totals();
  if (bsan_bridge_prints_suppressions())
    print_suppressions();
  bsan_bridge_unlock_report();
  bsan_gate_leave_runtime(outer);
  return true;
}

void bsan_finish(bool code_may_change) {
  if (!print_summary() || !must_change_code(code_may_change))
    return;
  uint8_t outer = bsan_gate_enter_runtime();
  flush_stdio();
  bsan_gate_leave_runtime(outer);
  bsan_platform_exit_now(bsan_bridge_exit_code());
}

void bsan_finish_now(void) {
  if (print_summary() && must_change_code(false))
    bsan_platform_exit_now(bsan_bridge_exit_code());
}

void bsan_flush(void) {
  if (bsan_watchdog_is_wanted() && bsan_init_owns_process())
    bsan_platform_hold_signals();
  if (!may_write() || !bsan_reporter_is_busy())
    return;
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  bsan_bridge_lock_report();
  bsan_reporter_drain(false);
  bsan_bridge_unlock_report();
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
}

static void at_exit(void) { bsan_finish(true); }

// "hooks", "hooks and adapters", "hooks, adapters and their wait: epoll"
static void start_line(void) {
  const char *mode = bsan_flags.auto_loop;
  bool has_adapters = !bsan_text_equal(mode, "0");
  bool is_learning = has_adapters && !bsan_text_equal(mode, "adapters");
  if (bsan_bridge_verbosity() < 1)
    return;
  bsan_print(
      "==%d==BlockSanitizer: started, %d functions intercepted, loops by "
      "hooks%s%s%s\n",
      bsan_platform_pid(), bsan_resolve_count(),
      is_learning    ? ", "
      : has_adapters ? " and "
                     : "",
      is_learning    ? "adapters and their wait: "
      : has_adapters ? "adapters"
                     : "",
      is_learning ? mode : "");
}

static void start(void) {
  own_pid = bsan_platform_pid();
  bsan_bridge_init();
  bsan_flags_init();
  bsan_report_init();
  bsan_children_init();
  bsan_calls_init();
  bsan_resolve_all();
  bsan_seen_init();
  bsan_loop_init();
  bsan_suppress_init();
  bsan_check_init();
  bsan_reporter_init();
  bsan_library_init();
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  atexit(at_exit);
  start_line();
}

void bsan_init(void) {
  int expected = NOT_STARTED;
  if (!__atomic_compare_exchange_n(&state, &expected, STARTING, false,
                                   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return;
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  start();
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
  __atomic_store_n(&state, DONE, __ATOMIC_RELEASE);
}

// For the shared runtime; the static one starts from .preinit_array.
__attribute__((constructor(101))) static void construct(void) { bsan_init(); }
