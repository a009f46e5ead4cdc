//===-- bsan_exec_wrap.h - The wrappers of execl and its kind -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_EXEC_WRAP_H
#define BSAN_INTERCEPT_BSAN_EXEC_WRAP_H

int bsan_wrap_execl(const char *path, const char *first, ...);
int bsan_wrap_execlp(const char *file, const char *first, ...);
int bsan_wrap_execle(const char *path, const char *first, ...);

#endif // BSAN_INTERCEPT_BSAN_EXEC_WRAP_H
