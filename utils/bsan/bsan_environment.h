//===-- bsan_environment.h - The environment that preloads the runtime ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared by bsan run and bsan check, so that the canary is preloaded exactly as
// a real program is.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_ENVIRONMENT_H
#define BSAN_ENVIRONMENT_H

// The shared runtime's path. No runtime, or a path that cannot be preloaded, is
// an error and the end with status 2.
const char *bsan_environment_require_runtime(void);

// Puts that runtime first in LD_PRELOAD of this process's environment.
void bsan_environment_preload(void);

// Tells the runtime which process is the program itself: this one, as exec
// keeps the number. Its children say nothing unless they have a loop of their
// own, and unless bsan_environment_fail() follows, what they find stays theirs.
void bsan_environment_name_program(void);

// Has the program's exit status tell what was found in its children too: see
// lib/bsan/bsan_children.h.
void bsan_environment_fail(void);

// Sets BSAN_OPTIONS.
void bsan_environment_set_options(const char *options);

#endif // BSAN_ENVIRONMENT_H
