//===-- bsan_syscall_wrap.h - The wrapper of syscall(2) -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_INTERCEPT_BSAN_SYSCALL_WRAP_H
#define BSAN_INTERCEPT_BSAN_SYSCALL_WRAP_H

extern long (*bsan_real_syscall)(long number, long a, long b, long c, long d,
                                 long e, long f);
long bsan_wrap_syscall(long number, long a, long b, long c, long d, long e,
                       long f);

#endif // BSAN_INTERCEPT_BSAN_SYSCALL_WRAP_H
