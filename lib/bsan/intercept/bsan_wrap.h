//===-- bsan_wrap.h - The macros that make a wrapper ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row of bsan_calls.inc becomes (here for read):
//
//   bsan_real_read    pointer to the next definition.  Until that is known it
//                     points to bsan_early_read, which looks it up: a library's
//                     constructor may call before ours has run.
//   bsan_wrap_read    what the program calls: if the gate is shut, jump to the
//                     real one.  Five instructions, no frame; checked by
//                     utils/check_hot_path.sh.
//   bsan_armed_read   the rest, out of line and cold.
//   read              an alias of bsan_wrap_read, weak and visible.  A name for
//                     the assembler only, so that neither the declarations of
//                     libc's headers nor its FORTIFY macros meet the
//                     definition.
//
// Variadic functions whose further arguments are integers or pointers (open,
// fcntl, ioctl, syscall) are rows with fixed parameters: both the x86-64 and
// the AArch64 Linux ABI pass them in the same registers.
//
// Context: any for the wrapper, armed for its armed half.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_WRAP_H
#define BSAN_INTERCEPT_BSAN_WRAP_H

#include <stdarg.h>

#include "bsan.h"
#include "bsan_check.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_gate.h"
#include "loop/bsan_loop.h"

#ifndef __OPTIMIZE__
#  error "The wrappers rely on tail calls: build with -O1 or more."
#endif

struct bsan_binding {
  const char *symbol;
  void *real; // Address of bsan_real_<symbol>.
  uintptr_t wrapper;
};
// By enum bsan_call_id.
extern const struct bsan_binding bsan_bindings[BSAN_CALL_COUNT];

// Looks up one real function; ends the process when there is none.
void bsan_resolve_early(unsigned call);

#define BSAN_EXPORT_WRAPPER(symbol)                                            \
  extern __typeof__(bsan_wrap_##symbol) bsan_export_##symbol __asm__(#symbol)  \
      __attribute__((weak, alias("bsan_wrap_" #symbol),                        \
                     visibility("default")))

#define BSAN_REAL(ret, symbol, params, args)                                   \
  static ret bsan_early_##symbol params;                                       \
  static ret(*bsan_real_##symbol) params = bsan_early_##symbol;                \
  static BSAN_COLD ret bsan_early_##symbol params {                            \
    bsan_resolve_early(BSAN_CALL_##symbol);                                    \
    return bsan_real_##symbol args;                                            \
  }

// The same for a wrapper that is written by hand in another file.
#define BSAN_REAL_SHARED(ret, symbol, params, args)                            \
  static ret bsan_early_##symbol params;                                       \
  ret(*bsan_real_##symbol) params = bsan_early_##symbol;                       \
  static BSAN_COLD ret bsan_early_##symbol params {                            \
    bsan_resolve_early(BSAN_CALL_##symbol);                                    \
    return bsan_real_##symbol args;                                            \
  }

// What a row's `note` sees and does on every thread, in a loop or not; most
// rows have none.
#define BSAN_NO_NOTE ((void)0)

#define BSAN_OUTER_HIDDEN(ret, symbol, params, args, note)                     \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    note;                                                                      \
    if (bsan_gate_is_armed())                                                  \
      BSAN_MUSTTAIL return bsan_armed_##symbol args;                           \
    BSAN_MUSTTAIL return bsan_real_##symbol args;                              \
  }

#define BSAN_OUTER(ret, symbol, params, args, note)                            \
  BSAN_OUTER_HIDDEN(ret, symbol, params, args, note)                           \
  BSAN_EXPORT_WRAPPER(symbol)

// The caller's frame pointer, which the watchdog cannot ask a sleeping thread
// for: a function that makes a frame pointer of its own keeps it there.
#define BSAN_NOTE_FP(event)                                                    \
  ((event)->fp = *(const uintptr_t *)__builtin_frame_address(0))

// A function with a result.
#define BSAN_ARMED_VALUE(ret, symbol, params, args, verdict_, show)            \
  static BSAN_COLD ret bsan_armed_##symbol params {                            \
    struct bsan_event event_, *ev = &event_;                                   \
    if (!bsan_check_open(ev, BSAN_CALL_##symbol, BSAN_CALLER_PC(),             \
                         BSAN_CFA()))                                          \
      return bsan_real_##symbol args;                                          \
    ev->verdict = (uint8_t)(verdict_);                                         \
    if (ev->verdict == BSAN_WONT_BLOCK) {                                      \
      bsan_check_close(ev);                                                    \
      return bsan_real_##symbol args;                                          \
    }                                                                          \
    if (ev->verdict == BSAN_DONE) {                                            \
      bsan_check_done(ev);                                                     \
      return (ret)ev->result;                                                  \
    }                                                                          \
    BSAN_SHOW show;                                                            \
    BSAN_NOTE_FP(ev);                                                          \
    bsan_check_begin(ev);                                                      \
    ret value_ = bsan_real_##symbol args;                                      \
    bsan_check_end(ev);                                                        \
    return value_;                                                             \
  }

#define BSAN_WRAP_VALUE(ret, symbol, params, args, verdict_, show, note)       \
  BSAN_REAL(ret, symbol, params, args)                                         \
  BSAN_ARMED_VALUE(ret, symbol, params, args, verdict_, show)                  \
  BSAN_OUTER(ret, symbol, params, args, note)

// A function without one.
#define BSAN_ARMED_VOID(ret, symbol, params, args, verdict_, show)             \
  static BSAN_COLD ret bsan_armed_##symbol params {                            \
    struct bsan_event event_, *ev = &event_;                                   \
    bool is_open =                                                             \
        bsan_check_open(ev, BSAN_CALL_##symbol, BSAN_CALLER_PC(), BSAN_CFA()); \
    ev->verdict = is_open ? (uint8_t)(verdict_) : BSAN_WONT_BLOCK;             \
    if (ev->verdict == BSAN_WONT_BLOCK) {                                      \
      if (is_open)                                                             \
        bsan_check_close(ev);                                                  \
      bsan_real_##symbol args;                                                 \
      return;                                                                  \
    }                                                                          \
    BSAN_SHOW show;                                                            \
    BSAN_NOTE_FP(ev);                                                          \
    bsan_check_begin(ev);                                                      \
    bsan_real_##symbol args;                                                   \
    bsan_check_end(ev);                                                        \
  }

#define BSAN_WRAP_VOID(ret, symbol, params, args, verdict_, show, note)        \
  BSAN_REAL(ret, symbol, params, args)                                         \
  BSAN_ARMED_VOID(ret, symbol, params, args, verdict_, show)                   \
  BSAN_OUTER(ret, symbol, params, args, note)

// A function with more arguments than can be named.  VARGS are those of
// VSYMBOL, whose row stands above.
#define BSAN_WRAP_VARIADIC_ENTRY(symbol, verdict_, show, last)                 \
  va_list list;                                                                \
  va_start(list, last);                                                        \
  struct bsan_event event_, *ev = &event_;                                     \
  bool is_open =                                                               \
      bsan_gate_is_armed() &&                                                  \
      bsan_check_open(ev, BSAN_CALL_##symbol, BSAN_CALLER_PC(), BSAN_CFA());   \
  if (BSAN_UNLIKELY(is_open)) {                                                \
    ev->verdict = (uint8_t)(verdict_);                                         \
    BSAN_SHOW show;                                                            \
    BSAN_NOTE_FP(ev);                                                          \
    is_open = bsan_check_judge(ev);                                            \
  }

#define BSAN_WRAP_VARIADIC_EXIT()                                              \
  if (BSAN_UNLIKELY(is_open))                                                  \
    bsan_check_end(ev);                                                        \
  va_end(list);

// Its own real function is looked up too, for its address in reports.
#define BSAN_REAL_ADDRESS(symbol) static void (*bsan_real_##symbol)(void)

#define BSAN_OUTER_VARIADIC(ret, symbol, params, vargs, verdict_, show, last,  \
                            vsymbol)                                           \
  BSAN_REAL_ADDRESS(symbol);                                                   \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    BSAN_WRAP_VARIADIC_ENTRY(symbol, verdict_, show, last)                     \
    ret value_ = bsan_real_##vsymbol vargs;                                    \
    BSAN_WRAP_VARIADIC_EXIT()                                                  \
    return value_;                                                             \
  }

#define BSAN_WRAP_VARIADIC(ret, symbol, params, vargs, verdict_, show, last,   \
                           vsymbol)                                            \
  BSAN_OUTER_VARIADIC(ret, symbol, params, vargs, verdict_, show, last,        \
                      vsymbol)                                                 \
  BSAN_EXPORT_WRAPPER(symbol)

#define BSAN_WRAP_VARIADIC_VOID(ret, symbol, params, vargs, verdict_, show,    \
                                last, vsymbol)                                 \
  BSAN_REAL_ADDRESS(symbol);                                                   \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    BSAN_WRAP_VARIADIC_ENTRY(symbol, verdict_, show, last)                     \
    bsan_real_##vsymbol vargs;                                                 \
    BSAN_WRAP_VARIADIC_EXIT()                                                  \
  }                                                                            \
  BSAN_EXPORT_WRAPPER(symbol)

// A function that looks at its return address (dlopen searches the RUNPATH of
// whoever called it): left by a jump, so that it sees the program's.
//
// gcc makes no jump out of a function that has given away the address of a
// local variable, so the event lives in a function of its own, which is told
// where the wrapper stands.
#define BSAN_WRAP_JUMP(ret, symbol, params, args, verdict_, show, note)        \
  BSAN_REAL(ret, symbol, params, args)                                         \
  static BSAN_COLD void bsan_armed_##symbol params {                           \
    struct bsan_event event_, *ev = &event_;                                   \
    if (!bsan_check_open(ev, BSAN_CALL_##symbol, bsan_jump_origin.pc,          \
                         bsan_jump_origin.cfa))                                \
      return;                                                                  \
    ev->verdict = (uint8_t)(verdict_);                                         \
    BSAN_SHOW show;                                                            \
    bsan_check_jump(ev, (uintptr_t)bsan_real_##symbol);                        \
  }                                                                            \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    note;                                                                      \
    if (bsan_gate_is_armed()) {                                                \
      bsan_jump_origin = (struct bsan_scope){BSAN_CFA(), BSAN_CALLER_PC(), 0}; \
      bsan_armed_##symbol args;                                                \
    }                                                                          \
    BSAN_MUSTTAIL return bsan_real_##symbol args;                              \
  }                                                                            \
  BSAN_EXPORT_WRAPPER(symbol)

// Where the wrapper that is about to be left by a jump was called.
extern __thread struct bsan_scope bsan_jump_origin
    __attribute__((tls_model("initial-exec")));

// The functions of other libraries (bsan_library.h): known only from the slot
// that is bound to them, and never under their own names.
#define BSAN_REAL_LIBRARY(ret, symbol, params)                                 \
  static ret(*bsan_real_##symbol) params

#define BSAN_WRAP_LIBRARY_VALUE(ret, symbol, params, args, verdict_, show)     \
  BSAN_REAL_LIBRARY(ret, symbol, params);                                      \
  BSAN_ARMED_VALUE(ret, symbol, params, args, verdict_, show)                  \
  BSAN_OUTER_HIDDEN(ret, symbol, params, args, BSAN_NO_NOTE)

#define BSAN_WRAP_LIBRARY_VOID(ret, symbol, params, args, verdict_, show)      \
  BSAN_REAL_LIBRARY(ret, symbol, params);                                      \
  BSAN_ARMED_VOID(ret, symbol, params, args, verdict_, show)                   \
  BSAN_OUTER_HIDDEN(ret, symbol, params, args, BSAN_NO_NOTE)

#define BSAN_WRAP_LIBRARY_VARIADIC(ret, symbol, params, vargs, verdict_, show, \
                                   last, vsymbol)                              \
  BSAN_OUTER_VARIADIC(ret, symbol, params, vargs, verdict_, show, last, vsymbol)

// A wait of an event loop: always looked at, because it is where a thread
// enters and leaves its loop.  FD is the epoll descriptor, or one of enum
// BSAN_WAIT_*; the verdict counts only when the wait is made inside a callback.
// A LIBRARY's waits are made by what it calls: those belong to it.
#define BSAN_OUTER_WAIT(ret, symbol, params, args, verdict_, show, wait_fd,    \
                        is_library)                                            \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    struct bsan_wait wait = {.pc = BSAN_CALLER_PC(),                           \
                             .cfa = BSAN_CFA(),                                \
                             .fd = (wait_fd),                                  \
                             .is_epoll = (wait_fd) >= 0,                       \
                             .call = BSAN_CALL_##symbol};                      \
    struct bsan_event event_, *ev = &event_;                                   \
    bool is_open = bsan_wait_begin(&wait, ev);                                 \
    if (is_open) {                                                             \
      ev->verdict = (uint8_t)(verdict_);                                       \
      if (ev->verdict == BSAN_DONE) {                                          \
        bsan_check_close(ev);                                                  \
        return (ret)ev->result;                                                \
      }                                                                        \
      BSAN_SHOW show;                                                          \
      is_open = bsan_check_judge(ev);                                          \
    }                                                                          \
    struct bsan_scope outer_ = {0, 0, 0};                                      \
    if (is_library)                                                            \
      outer_ = bsan_gate_open_scope(wait.cfa, wait.pc);                        \
    ret value_ = bsan_real_##symbol args;                                      \
    if (is_library)                                                            \
      bsan_gate_close_scope(outer_);                                           \
    wait.ready = (long)value_;                                                 \
    bsan_wait_end(&wait, is_open ? ev : NULL);                                 \
    return value_;                                                             \
  }

#define BSAN_WRAP_WAIT(ret, symbol, params, args, verdict_, show, wait_fd)     \
  BSAN_REAL(ret, symbol, params, args)                                         \
  BSAN_OUTER_WAIT(ret, symbol, params, args, verdict_, show, wait_fd, false)   \
  BSAN_EXPORT_WRAPPER(symbol)

#define BSAN_WRAP_LIBRARY_WAIT(ret, symbol, params, args, verdict_, show,      \
                               wait_fd)                                        \
  BSAN_REAL_LIBRARY(ret, symbol, params);                                      \
  BSAN_OUTER_WAIT(ret, symbol, params, args, verdict_, show, wait_fd, true)

// A function of a loop library that runs callbacks until it returns.  These
// wrappers stay on the stacks of callbacks: they have a section of their own,
// by which bsan_bridge_unwind() leaves them out.
#define BSAN_WRAP_RUN(ret, symbol, params, args, kind_, waits_)                \
  BSAN_REAL_LIBRARY(ret, symbol, params);                                      \
  ret bsan_wrap_##symbol params __attribute__((section("bsan_runs")));         \
  ret bsan_wrap_##symbol params {                                              \
    struct bsan_run run = {.scope = {BSAN_CFA(), BSAN_CALLER_PC(),             \
                                     (uintptr_t)bsan_real_##symbol},           \
                           .call = BSAN_CALL_##symbol,                         \
                           .kind = BSAN_LOOP_##kind_,                          \
                           .waits = (waits_)};                                 \
    bsan_wait_begin_run(&run);                                                 \
    ret value_ = bsan_real_##symbol args;                                      \
    bsan_wait_end_run(&run);                                                   \
    return value_;                                                             \
  }

// Not a rule: seen only for its note.
#define BSAN_WRAP_NOTE(ret, symbol, params, args, note)                        \
  BSAN_REAL(ret, symbol, params, args)                                         \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    note;                                                                      \
    BSAN_MUSTTAIL return bsan_real_##symbol args;                              \
  }                                                                            \
  BSAN_EXPORT_WRAPPER(symbol)

#define BSAN_WRAP_LIBRARY_NOTE(ret, symbol, params, args, note)                \
  BSAN_REAL_LIBRARY(ret, symbol, params);                                      \
  ret bsan_wrap_##symbol params;                                               \
  ret bsan_wrap_##symbol params {                                              \
    note;                                                                      \
    BSAN_MUSTTAIL return bsan_real_##symbol args;                              \
  }

#define BSAN_SHOW(...) bsan_check_show(ev, __VA_ARGS__)

// bsan_wait.c: the part of the waits' and runs' wrappers that is not the
// macros'.
bool bsan_wait_begin(struct bsan_wait *wait, struct bsan_event *event);
void bsan_wait_end(const struct bsan_wait *wait, struct bsan_event *event);
void bsan_wait_begin_run(const struct bsan_run *run);
void bsan_wait_end_run(const struct bsan_run *run);

#endif // BSAN_INTERCEPT_BSAN_WRAP_H
