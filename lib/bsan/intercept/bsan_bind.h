//===-- bsan_bind.h - Interception through PLT and GOT slots --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's functions are intercepted by defining them.  The functions of other
// libraries must not be: a program that asks whether it has SSL_read
// (dlsym(RTLD_DEFAULT, ...)) would be told that it has.  So the slots through
// which loaded modules call them are changed, in the modules that have such a
// slot and at no other place.
//
// What is not seen: calls inside one module that need no slot (static and
// hidden functions, -Bsymbolic), and addresses that a program got from dlsym.
//
// Context: init, and armed after a dlopen.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_BIND_H
#define BSAN_INTERCEPT_BSAN_BIND_H

#include "bsan.h"

// A slot was found for the function NAME.  Asked first with REAL 0: is the name
// of interest at all?  Then with what the slot is, or will be, bound to: what
// to put into it, or 0 to leave it alone.
typedef uintptr_t (*bsan_bind_choice)(const char *name, uintptr_t real);

// Shows CHOOSE the slots of every loaded module and changes those it wants
// changed.  False when another thread is loading a module just now, which has
// to be looked at later.  May be repeated: a slot that has been changed is seen
// as bound to what was put there.
bool bsan_bind_scan(bsan_bind_choice choose);

// The only definition of the function NAME in the loaded modules, or 0.
uintptr_t bsan_bind_find(const char *name);

#endif // BSAN_INTERCEPT_BSAN_BIND_H
