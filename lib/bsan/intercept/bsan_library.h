//===-- bsan_library.h - Rules for functions of other libraries -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows BSAN_LIBRARY of bsan_calls.inc (OpenSSL, SQLite, ...) and what the
// user names with blocking_functions: bound by slots (bsan_bind.h) when the
// program has the library, and only then.
//
// Context: any thread but signal handlers, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_LIBRARY_H
#define BSAN_INTERCEPT_BSAN_LIBRARY_H

#include "bsan.h"

// Binds what is loaded now, and says what the user named in vain.
// Context: init.
void bsan_library_init(void);
// Modules may be about to change.  Context: any.
void bsan_library_expect_change(void);
// Looks at the slots again if something was expected to change.
void bsan_library_rescan(void);

#endif // BSAN_INTERCEPT_BSAN_LIBRARY_H
