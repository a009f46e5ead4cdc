//===-- bsan_cc_compiler.h - Which compiler is behind a driver ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decided by the name the driver was called by, then by the environment.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CC_COMPILER_H
#define BSAN_CC_COMPILER_H

#include <stdbool.h>

struct bsan_cc_compiler {
  char *path;
  bool is_clang;
};

// The compiler for a driver called argv0: bsan-clang runs clang, bsan-g++-12
// runs g++-12. BSAN_CC (for C) and BSAN_CXX (for C++) name another one. When
// there is no plain clang, the newest clang-NN of PATH is taken. Every failure
// is an error message and the end with status 1.
struct bsan_cc_compiler bsan_cc_compiler_find(const char *argv0);

#endif // BSAN_CC_COMPILER_H
