//===-- bsan.h - Types and attributes that every part shares --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One value travels through the runtime: struct bsan_event, on the wrapper's
// stack.  Each stage adds fields to it and none calls back.  The stages are
// called, in order, by bsan_check.c, and know nothing of each other.
//
// Context words used in file headers and contracts:
//   any     any thread, signal handler, before initialization, fork child: no
//           locks, no allocation, no intercepted function, errno preserved.
//   armed   on a loop thread past the gate, inside a scope (bsan_gate.h): the
//           bridge's locks and allocator may be used.
//   report  as armed, holding the report lock.
//   init    single-threaded start-up, or the equivalent under a once guard.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BSAN_H
#define BSAN_BSAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
// Declares what is poisoned below.
#include <stdlib.h>
#include <string.h>

#define BSAN_INTERFACE __attribute__((visibility("default")))
#define BSAN_WEAK __attribute__((weak))
#define BSAN_COLD __attribute__((noinline, cold))
// In front of a return: without it clang makes a real call when arguments are
// passed on the stack.  gcc 12 has no such attribute, and makes the jump.
#if defined(__clang__)
#  define BSAN_MUSTTAIL __attribute__((musttail))
#else
#  define BSAN_MUSTTAIL
#endif
#define BSAN_PRINTF(format, first)                                             \
  __attribute__((__format__(__printf__, format, first)))
#define BSAN_LIKELY(x) __builtin_expect(!!(x), 1)
#define BSAN_UNLIKELY(x) __builtin_expect(!!(x), 0)

// The frame address of the function that contains it as its caller sees it:
// the stack pointer just before the call.  Deeper calls have smaller ones.
#define BSAN_CFA() ((uintptr_t)__builtin_dwarf_cfa())
// The return address into the caller of the function that contains it.
#define BSAN_CALLER_PC() ((uintptr_t)__builtin_return_address(0))

enum {
  BSAN_EXIT_CODE = 44,     // When `exitcode` is not set.
  BSAN_MAX_FRAMES = 64,    // Of a reported stack.
  BSAN_MAX_SHOWN_ARGS = 3, // Of a call, in its report.
};

// What a blocking call is blocked by: one per row of bsan_classes.inc.
enum bsan_class {
#define BSAN_CLASS(id, word, why, hint) BSAN_CLASS_##id,
#include "bsan_classes.inc"
#undef BSAN_CLASS
  BSAN_CLASS_COUNT
};

struct bsan_class_info {
  const char *word; // In `checks=`, in suppressions, as a rule id.
  const char *why;  // Completes "... because <why>".
  const char *hint; // What to use instead.
};
extern const struct bsan_class_info bsan_classes[BSAN_CLASS_COUNT];

// What a classifier says of a call that is about to be made.
enum bsan_verdict {
  BSAN_WONT_BLOCK, // Let it through and count nothing.
  BSAN_MAY_BLOCK,  // Could sleep; whether it does depends on the moment.
  BSAN_WILL_BLOCK, // Will sleep, or is meant to.
  BSAN_MEASURE,    // Reported only if it takes min_block_us or longer.
  BSAN_DONE,       // The classifier's try was the call; event.result has it.
};

// One argument of a call, kept for the report.  `kind` is a code of
// bsan_event_show(); strings are borrowed until the call returns.
struct bsan_arg {
  char kind;
  union {
    const char *string;
    long number;
  } value;
};

// What is known of a descriptor that has been put into words.
enum bsan_object_mode {
  BSAN_OBJECT_PAST, // It may have been closed and opened again since the call.
  BSAN_OBJECT_BLOCKING,
  BSAN_OBJECT_NONBLOCKING,
};

struct bsan_thread;
struct bsan_site;

// A place on the stack, see bsan_gate.h.
struct bsan_scope {
  uintptr_t cfa;      // BSAN_CFA() of a wrapper.
  uintptr_t pc;       // Its return address.
  uintptr_t function; // What the wrapper jumped to, if it did; else 0.
};

// Locks that know their owner, or whose last owner can be kept.
enum bsan_lock_kind {
  BSAN_LOCK_NONE,
  BSAN_LOCK_MUTEX,
  BSAN_LOCK_RWLOCK,
  BSAN_LOCK_SPIN,
};

// Who held a lock that was found taken: see bsan_owner.h.
struct bsan_owner {
  uintptr_t lock;
  uint64_t since_ns; // CLOCK_MONOTONIC; 0 when unknown.
  uint32_t stack_id; // Where it was taken, as of bsan_caller_stack(); or 0.
  int tid;           // 0 when unknown: nothing else is known then.
  uint8_t kind;      // enum bsan_lock_kind.
};

// A call made on a loop thread.  Lives on the wrapper's stack.
struct bsan_event {
  // Set by the gate.
  uint16_t call;                 // enum bsan_call_id.
  uint8_t cls;                   // enum bsan_class; a classifier may refine it.
  uint8_t verdict;               // enum bsan_verdict.
  int fd;                        // -1 unless the call works on a descriptor.
  uintptr_t pc;                  // Return address into the caller.
  uintptr_t cfa;                 // BSAN_CFA() of the wrapper.
  uintptr_t fp;                  // The caller's frame pointer, 0 if unknown.
  struct bsan_scope outer_scope; // What to put back when the call returns.
  struct bsan_thread *thread;    // Never NULL past the gate.
  // Set by classifiers.
  const char *why;     // Static text in place of the class's, or NULL.
  intptr_t result;     // Of a BSAN_DONE call.
  bool fd_nonblocking; // O_NONBLOCK is set, though it does not help here.
  bool undecided;      // Maybe outside the loop: see bsan_loop_learned.c.
  uint8_t object_mode; // enum bsan_object_mode, of `object`.
  const char *object;  // The descriptor in words, if it was asked for already.
  struct bsan_arg args[BSAN_MAX_SHOWN_ARGS];
  struct bsan_owner owner; // Of the lock; kind 0 when it is none.
  // Before the call: as of bsan_caller_stack(), 0 when unknown.
  uint32_t created_id;  // Where the descriptor was created,
  uint32_t mode_set_id; // and its mode last set.
  // Set by the report stage.
  struct bsan_site *site;
  int tid;             // Of the thread, whose record may be reused.
  uint64_t iteration;  // Of the loop, from 1.
  uint64_t start_ns;   // CLOCK_MONOTONIC.
  uint32_t switches;   // Voluntary context switches: before, then during.
  uint64_t elapsed_ns; // Once the call has returned.
};

// Prints to the report file (stderr or log_path); printf's formats without
// floating point.  Context: armed, init.
void bsan_print(const char *format, ...) BSAN_PRINTF(1, 2);

// The host's allocator is the host's.  Functions that are wrapped must not be
// called by their names either; utils/check_symbols.py looks at the objects for
// those, because their names stand in the table of calls.
#ifndef BSAN_ALLOWS_LIBC
#  pragma GCC poison malloc calloc realloc free strdup
#endif

#endif // BSAN_BSAN_H
