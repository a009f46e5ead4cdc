//===-- bsan_user.h - Functions that the user names as blocking -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `blocking_functions=my_query,lib_foo_*`: calls of these through a slot of any
// module go through a trampoline (bsan_trampoline.c) that comes here, and then
// jumps on to the real function with every register as it was.  So any function
// can be named, whatever its arguments.
//
// The trampoline does not see the function return: these reports come before
// the call and have no duration.
//
// Context: armed, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_USER_H
#define BSAN_INTERCEPT_BSAN_USER_H

#include "bsan.h"

enum { BSAN_MAX_USER_FUNCTIONS = 256 };

// By index of the trampoline; read by its code.
extern uintptr_t bsan_user_real[BSAN_MAX_USER_FUNCTIONS];
// The first trampoline; each is BSAN_TRAMPOLINE_SIZE bytes long.
extern const char bsan_trampolines[];
enum { BSAN_TRAMPOLINE_SIZE = 16 };
// Bytes that the trampoline reserves for XSAVE.  Context: init sets it.
extern uint32_t bsan_trampoline_area;
void bsan_trampoline_init(void);

// Called by a trampoline of a loop thread.
void bsan_user_called(unsigned index, uintptr_t pc, uintptr_t cfa);

// What to put into a slot bound to NAME at REAL: a trampoline, or 0.
uintptr_t bsan_user_choose(const char *name, uintptr_t real);
// True when `blocking_functions` names anything.
bool bsan_user_has_functions(void);
// Warns of names that no slot has.  Context: init, after the first scan.
void bsan_user_report_unmatched(void);

#endif // BSAN_INTERCEPT_BSAN_USER_H
