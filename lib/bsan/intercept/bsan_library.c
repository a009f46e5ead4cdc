//===-- bsan_library.c - Rules for functions of other libraries -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wrapper has one pointer to its real function, so it serves the first
// definition that some slot is bound to; in a process with two copies of one
// library the slots of the other copy stay as they are.
//
// Context: init, and any thread after a dlopen, one at a time.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_library.h"

#include <errno.h>

#include "bsan_text.h"
#include "intercept/bsan_bind.h"
#include "intercept/bsan_user.h"
#include "intercept/bsan_wrap.h"
#include "loop/bsan_gate.h"

static bool is_stale;
static bool is_scanning;

static const unsigned library_calls[] = {
    0,
#define BSAN_CALL(...)
#define BSAN_LIBRARY(ret, symbol, ...) BSAN_CALL_##symbol,
#include "intercept/bsan_calls.inc"
};

// The row that NAME has, or 0.
static unsigned find_call(const char *name) {
  size_t count = sizeof(library_calls) / sizeof(library_calls[0]);
  for (size_t i = 1; i < count; i++)
    if (bsan_text_equal(bsan_calls[library_calls[i]].symbol, name))
      return library_calls[i];
  return 0;
}

// A variadic function is served by the one that takes its list, which no slot
// of the program need be bound to.
static const struct {
  unsigned call, list_call;
} variadic_calls[] = {
    {0, 0},
#define BSAN_CALL(...)
#define BSAN_LIBRARY(...)
#define BSAN_LIBRARY_VARIADIC(ret, symbol, name, params, args, cls, verdict,   \
                              show, last, list_symbol)                         \
  {BSAN_CALL_##symbol, BSAN_CALL_##list_symbol},
#include "intercept/bsan_calls.inc"
};

// False when the function that CALL needs is not to be found.
static bool has_what_it_needs(unsigned call) {
  size_t count = sizeof(variadic_calls) / sizeof(variadic_calls[0]);
  for (size_t i = 1; i < count; i++) {
    if (variadic_calls[i].call != call)
      continue;
    const struct bsan_binding *list =
        &bsan_bindings[variadic_calls[i].list_call];
    uintptr_t real;
    __builtin_memcpy(&real, list->real, sizeof(real));
    if (!real)
      real = bsan_bind_find(list->symbol);
    __builtin_memcpy(list->real, &real, sizeof(real));
    return real != 0;
  }
  return true;
}

static uintptr_t choose_wrapper(unsigned call, uintptr_t real) {
  const struct bsan_binding *binding = &bsan_bindings[call];
  uintptr_t bound;
  if (!real)
    return 1; // Of interest.
  if (!has_what_it_needs(call))
    return 0;
  __builtin_memcpy(&bound, binding->real, sizeof(bound));
  if (!bound)
    __builtin_memcpy(binding->real, &real, sizeof(real));
  return !bound || bound == real ? binding->wrapper : 0;
}

static uintptr_t choose(const char *name, uintptr_t real) {
  unsigned call = find_call(name);
  if (call)
    return choose_wrapper(call, real);
  return bsan_user_has_functions() ? bsan_user_choose(name, real) : 0;
}

static void scan(void) {
  if (__atomic_exchange_n(&is_scanning, true, __ATOMIC_ACQUIRE))
    return;
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  // A module that never looks relocated is not waited for for ever.
  enum { MAX_TRIES = 1000 };
  static int tries;
  bool is_complete = bsan_bind_scan(choose);
  tries = is_complete ? 0 : tries + 1;
  if (!is_complete && tries < MAX_TRIES)
    bsan_library_expect_change();
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
  __atomic_store_n(&is_scanning, false, __ATOMIC_RELEASE);
}

void bsan_library_init(void) {
  bsan_trampoline_init();
  scan();
  bsan_user_report_unmatched();
}

void bsan_library_expect_change(void) {
  __atomic_store_n(&is_stale, true, __ATOMIC_RELAXED);
}

void bsan_library_rescan(void) {
  if (BSAN_UNLIKELY(__atomic_load_n(&is_stale, __ATOMIC_RELAXED)) &&
      __atomic_exchange_n(&is_stale, false, __ATOMIC_RELAXED))
    scan();
}
