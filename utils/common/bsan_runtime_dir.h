//===-- bsan_runtime_dir.h - Where the runtime libraries are --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Found from the place of the program, so that a build tree and an installed
// tree can be moved as a whole.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_RUNTIME_DIR_H
#define BSAN_RUNTIME_DIR_H

#if defined(__x86_64__)
#  define BSAN_ARCH "x86_64"
#elif defined(__aarch64__)
#  define BSAN_ARCH "aarch64"
#else
#  error "BlockSanitizer supports x86_64 and aarch64 only"
#endif

#define BSAN_RUNTIME_SHARED "libclang_rt.bsan-" BSAN_ARCH ".so"
#define BSAN_RUNTIME_STATIC "libclang_rt.bsan-" BSAN_ARCH ".a"
#define BSAN_RUNTIME_SYMS BSAN_RUNTIME_STATIC ".syms"
#define BSAN_RUNTIME_PREINIT "libclang_rt.bsan-preinit-" BSAN_ARCH ".a"

// The full name of a file of the runtime. Looks in BSAN_RUNTIME_DIR when the
// environment sets it, and nowhere else then; otherwise in ../lib/linux and
// ../lib/bsan/linux from the folder of the program, then where it was
// configured to be installed. NULL when it is in none of them.
char *bsan_runtime_find(const char *argv0, const char *file);

// The same, or an error that names every place, and the end with that status.
char *bsan_runtime_require(const char *argv0, const char *file, int status);

#endif // BSAN_RUNTIME_DIR_H
