//===-- bsan_calls.h - The table of calls as ids and facts ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_CALLS_H
#define BSAN_INTERCEPT_BSAN_CALLS_H

#include "bsan.h"
#include "bsan_text.h"

enum bsan_call_id {
  BSAN_CALL_USER, // What __bsan_notify_blocking_call() names.
#define BSAN_CALL(ret, symbol, ...) BSAN_CALL_##symbol,
#include "intercept/bsan_calls.inc"
#undef BSAN_CALL
  BSAN_CALL_COUNT
};

struct bsan_call_info {
  const char *symbol; // As the linker knows it: __read_chk.
  const char *name;   // As the programmer wrote it: read.
  uint8_t cls;        // enum bsan_class, unless the classifier says better.
};
extern const struct bsan_call_info bsan_calls[BSAN_CALL_COUNT];

// Whether the call is checked when it is of its row's class: `checks=`.
extern bool bsan_calls_enabled[BSAN_CALL_COUNT];
// Whether it is checked when it is of some class that a classifier may find:
// read is of class file, pipe or socket.
extern bool bsan_calls_looked_at[BSAN_CALL_COUNT];
// Whether it is checked when it is of class CLS.  Context: any.
bool bsan_calls_is_enabled(unsigned call, unsigned cls);

// Sets bsan_calls_enabled from `checks=`; names what it does not know.
// Context: init.
void bsan_calls_init(void);
// Checks, or not, what WORD names: a class, a call or "all".  False when it
// names nothing.  Context: any.
bool bsan_calls_enable(struct bsan_span word, bool enabled);

// The address of the real function, for the first frame of a report.
uintptr_t bsan_resolve_address(unsigned call);
// Finds the real function of every row.  Context: init.
void bsan_resolve_all(void);
// How many were found.
int bsan_resolve_count(void);

#endif // BSAN_INTERCEPT_BSAN_CALLS_H
