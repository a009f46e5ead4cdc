//===-- bsan_program.h - Looking at a program before running it -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic loader drops a preloaded library without a word where it must not
// or cannot use it; a user would take the silence for a clean result.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PROGRAM_H
#define BSAN_PROGRAM_H

#include <stdbool.h>

enum { BSAN_EXIT_NOT_EXECUTABLE = 126, BSAN_EXIT_NOT_FOUND = 127 };

struct bsan_program {
  char *path;
  // The runtime is linked into it: a second one would report everything twice.
  bool has_runtime;
};

// The program that runs for name. One that cannot be started ends this process
// with 127 or 126, as env and nohup do; one that the runtime cannot be
// preloaded into with 2; each with one error that says why.
struct bsan_program bsan_program_find(const char *name);

#endif // BSAN_PROGRAM_H
