//===-- bsan_init.h - Start and end of the runtime ------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BSAN_INIT_H
#define BSAN_BSAN_INIT_H

#include "bsan.h"

// Starts the runtime, once.  Called before the program's constructors where
// possible, and by whatever needs it before that.  A thread that comes here
// while another starts it does not wait: it passes unchecked until then.
// Context: any but a signal handler.
void bsan_init(void);
bool bsan_init_is_done(void);
// False in a vfork's child, which shares its parent's memory.  Context: any.
bool bsan_init_owns_process(void);

// The process is about to end: prints the statistics and, when something was
// reported and CODE_MAY_CHANGE, ends with the flag `exitcode` instead.
// Context: armed.
void bsan_finish(bool code_may_change);
// The same for _exit(2), after which nothing more is written: the code changes
// only where the user asked for that by `bsan run --fail`.  Context: armed.
void bsan_finish_now(void);

// The process may be about to end without a word: prints what has been found.
// Context: any.
void bsan_flush(void);

// bsan_check.c's part of the start.
void bsan_check_init(void);

#endif // BSAN_BSAN_INIT_H
