//===-- bsan_flags.h - The flags as a struct ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generated from bsan_flags.inc, and read by C and by the C++ bridge alike.
//
// Context: any, once bsan_flags_init() has returned; never changed after.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_FLAGS_H
#define BSAN_FLAGS_H

#ifdef __cplusplus
extern "C" {
#else
#  include <stdbool.h>
#endif

typedef const char *bsan_string;

struct bsan_flags {
#define BSAN_FLAG(type, name, value, description) type name;
#include "bsan_flags.inc"
#undef BSAN_FLAG
};

extern struct bsan_flags bsan_flags;

// Reads the defaults, __bsan_default_options() and BSAN_OPTIONS, in this
// order.  What cannot be understood is reported with what was expected, and
// the flag keeps the value it had.  Context: init.
void bsan_flags_init(void);

#ifdef __cplusplus
}
#endif

#endif // BSAN_FLAGS_H
