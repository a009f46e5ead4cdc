//===-- bsan_syscall.h - Raw system calls ---------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// syscall(2) is itself wrapped and sets errno.  These return what the kernel
// returned: a negated errno value on failure.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PLATFORM_BSAN_SYSCALL_H
#define BSAN_PLATFORM_BSAN_SYSCALL_H

#include <sys/syscall.h>

#if defined(__x86_64__)
static inline long bsan_syscall6(long number, long a, long b, long c, long d,
                                 long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                     "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
static inline long bsan_syscall6(long number, long a, long b, long c, long d,
                                 long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}
#else
#  error "Raw system calls are not written for this architecture."
#endif

static inline long bsan_syscall4(long number, long a, long b, long c, long d) {
  return bsan_syscall6(number, a, b, c, d, 0, 0);
}

static inline long bsan_syscall3(long number, long a, long b, long c) {
  return bsan_syscall6(number, a, b, c, 0, 0, 0);
}

#endif // BSAN_PLATFORM_BSAN_SYSCALL_H
