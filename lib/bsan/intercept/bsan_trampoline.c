//===-- bsan_trampoline.c - Jumps that change no register -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A trampoline puts its number into r11, the only register that the x86-64 ABI
// gives to the code between a call and the function (the loader's own binding
// code uses it), and goes on to the common part.  When the gate is shut that
// jumps to the real function.  When it is not, everything that can hold an
// argument is saved around the question: the integer registers, and by XSAVE
// the x87, SSE, AVX and AVX-512 state, in as many bytes as this processor says
// it needs.  AArch64 has x16 and x17 for such code, and q0 to q7.
//
// The stack of the caller is not touched, so arguments that are passed there
// (the seventh integer, structures, long double) need nothing.
//
// Context: any for the code, init for bsan_trampoline_init.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_user.h"
#include "loop/bsan_gate.h"

// bsan_trampoline_common looks at the gate itself.
_Static_assert(offsetof(struct bsan_tls, gate) == 0 &&
                   sizeof(((struct bsan_tls *)0)->gate) == 1,
               "the byte that is loaded below");
_Static_assert(BSAN_MAX_USER_FUNCTIONS == 256, "the .rept below");

#if defined(__x86_64__)

#  include <cpuid.h>

#  define STRING(x) STRING_(x)
#  define STRING_(x) #  x

uint32_t bsan_trampoline_area = 512 + 64;
// x87, SSE, AVX and the three parts of AVX-512; the processor ignores what it
// has not got only if the operating system enabled the others (XCR0).
uint32_t bsan_trampoline_parts = 3;
// Without XSAVE (or before it is known) FXSAVE saves x87 and SSE.
uint32_t bsan_trampoline_has_xsave;

void bsan_trampoline_init(void) {
  enum { OSXSAVE = 1 << 27 };
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE))
    return;
  uint32_t enabled, high;
  __asm__("xgetbv" : "=a"(enabled), "=d"(high) : "c"(0));
  // Leaf 13: the size for all parts that are enabled.
  if (!__get_cpuid_count(13, 0, &a, &b, &c, &d))
    return;
  bsan_trampoline_parts = enabled & 0xe7;
  bsan_trampoline_area = b;
  bsan_trampoline_has_xsave = 1;
}

// clang-format off
__asm__(
    ".text\n"
    ".balign 16\n"
    ".hidden bsan_trampolines\n"
    ".globl bsan_trampolines\n"
    ".type bsan_trampolines, @function\n"
    "bsan_trampolines:\n"
    ".cfi_startproc\n"
    "  index = 0\n"
    "  .rept " STRING(256) "\n"
    "  .balign 16\n"
    "  endbr64\n"
    "  movl $index, %r11d\n"
    "  jmp bsan_trampoline_common\n"
    "  index = index + 1\n"
    "  .endr\n"
    ".cfi_endproc\n"
    ".size bsan_trampolines, .-bsan_trampolines\n"

    ".balign 16\n"
    ".type bsan_trampoline_common, @function\n"
    "bsan_trampoline_common:\n"
    ".cfi_startproc\n"
    "  pushq %rax\n"
    ".cfi_adjust_cfa_offset 8\n"
    "  movq bsan_tls@gottpoff(%rip), %rax\n"
    "  cmpb $0, %fs:(%rax)\n"
    "  jne 2f\n"
    // The real function's address into r11, then on.
    "1:\n"
    "  leaq bsan_user_real(%rip), %rax\n"
    "  movq (%rax, %r11, 8), %r11\n"
    "  popq %rax\n"
    ".cfi_adjust_cfa_offset -8\n"
    "  jmp *%r11\n"
    "2:\n"
    ".cfi_adjust_cfa_offset 8\n"
    "  pushq %rbp\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %rbp, 0\n"
    "  movq %rsp, %rbp\n"
    ".cfi_def_cfa_register %rbp\n"
    "  pushq %rdi\n"
    "  pushq %rsi\n"
    "  pushq %rdx\n"
    "  pushq %rcx\n"
    "  pushq %r8\n"
    "  pushq %r9\n"
    "  pushq %r10\n"
    "  pushq %r11\n"
    "  movl bsan_trampoline_area(%rip), %eax\n"
    "  subq %rax, %rsp\n"
    "  andq $-64, %rsp\n"
    "  cmpl $0, bsan_trampoline_has_xsave(%rip)\n"
    "  je 3f\n"
    // XSAVE reads its header: it must begin as zeros.
    "  xorl %eax, %eax\n"
    "  movq %rax, 512(%rsp)\n"
    "  movq %rax, 520(%rsp)\n"
    "  movq %rax, 528(%rsp)\n"
    "  movq %rax, 536(%rsp)\n"
    "  movq %rax, 544(%rsp)\n"
    "  movq %rax, 552(%rsp)\n"
    "  movq %rax, 560(%rsp)\n"
    "  movq %rax, 568(%rsp)\n"
    "  movl bsan_trampoline_parts(%rip), %eax\n"
    "  xorl %edx, %edx\n"
    "  xsave64 (%rsp)\n"
    "  jmp 4f\n"
    "3:\n"
    "  fxsave64 (%rsp)\n"
    "4:\n"
    "  movl %r11d, %edi\n"
    "  movq 16(%rbp), %rsi\n"   // Return address.
    "  leaq 24(%rbp), %rdx\n"   // CFA.
    "  call bsan_user_called\n"
    "  cmpl $0, bsan_trampoline_has_xsave(%rip)\n"
    "  je 5f\n"
    "  movl bsan_trampoline_parts(%rip), %eax\n"
    "  xorl %edx, %edx\n"
    "  xrstor64 (%rsp)\n"
    "  jmp 6f\n"
    "5:\n"
    "  fxrstor64 (%rsp)\n"
    "6:\n"
    "  leaq -64(%rbp), %rsp\n"
    "  popq %r11\n"
    "  popq %r10\n"
    "  popq %r9\n"
    "  popq %r8\n"
    "  popq %rcx\n"
    "  popq %rdx\n"
    "  popq %rsi\n"
    "  popq %rdi\n"
    "  popq %rbp\n"
    ".cfi_def_cfa %rsp, 16\n"
    "  jmp 1b\n"
    ".cfi_endproc\n"
    ".size bsan_trampoline_common, .-bsan_trampoline_common\n");
// clang-format on

#elif defined(__aarch64__)

void bsan_trampoline_init(void) {}

// clang-format off
__asm__(
    ".text\n"
    ".balign 16\n"
    ".hidden bsan_trampolines\n"
    ".globl bsan_trampolines\n"
    ".type bsan_trampolines, @function\n"
    "bsan_trampolines:\n"
    ".cfi_startproc\n"
    "  .set index, 0\n"
    "  .rept 256\n"
    "  .balign 16\n"
    "  hint #34\n"  // bti c
    "  mov w17, #index\n"
    "  b bsan_trampoline_common\n"
    "  .set index, index + 1\n"
    "  .endr\n"
    ".cfi_endproc\n"
    ".size bsan_trampolines, .-bsan_trampolines\n"

    ".balign 16\n"
    ".type bsan_trampoline_common, @function\n"
    "bsan_trampoline_common:\n"
    ".cfi_startproc\n"
    "  str x15, [sp, #-16]!\n"
    ".cfi_adjust_cfa_offset 16\n"
    "  adrp x16, :gottprel:bsan_tls\n"
    "  ldr x16, [x16, #:gottprel_lo12:bsan_tls]\n"
    "  mrs x15, tpidr_el0\n"
    "  ldrb w16, [x15, x16]\n"
    "  ldr x15, [sp], #16\n"
    ".cfi_adjust_cfa_offset -16\n"
    "  cbnz w16, 2f\n"
    "1:\n"
    "  adrp x16, bsan_user_real\n"
    "  add x16, x16, #:lo12:bsan_user_real\n"
    "  ldr x16, [x16, x17, lsl #3]\n"
    "  br x16\n"
    "2:\n"
    "  stp x29, x30, [sp, #-16]!\n"
    ".cfi_adjust_cfa_offset 16\n"
    ".cfi_rel_offset x29, 0\n"
    ".cfi_rel_offset x30, 8\n"
    "  mov x29, sp\n"
    ".cfi_def_cfa_register x29\n"
    "  stp x0, x1, [sp, #-80]!\n"
    "  stp x2, x3, [sp, #16]\n"
    "  stp x4, x5, [sp, #32]\n"
    "  stp x6, x7, [sp, #48]\n"
    "  stp x8, x17, [sp, #64]\n"  // x8: where a structure is returned.
    "  stp q0, q1, [sp, #-128]!\n"
    "  stp q2, q3, [sp, #32]\n"
    "  stp q4, q5, [sp, #64]\n"
    "  stp q6, q7, [sp, #96]\n"
    "  mov w0, w17\n"
    "  mov x1, x30\n"        // Return address.
    "  add x2, x29, #16\n"   // CFA.
    "  bl bsan_user_called\n"
    "  ldp q2, q3, [sp, #32]\n"
    "  ldp q4, q5, [sp, #64]\n"
    "  ldp q6, q7, [sp, #96]\n"
    "  ldp q0, q1, [sp], #128\n"
    "  ldp x2, x3, [sp, #16]\n"
    "  ldp x4, x5, [sp, #32]\n"
    "  ldp x6, x7, [sp, #48]\n"
    "  ldp x8, x17, [sp, #64]\n"
    "  ldp x0, x1, [sp], #80\n"
    "  ldp x29, x30, [sp], #16\n"
    ".cfi_def_cfa sp, 0\n"
    ".cfi_restore x29\n"
    ".cfi_restore x30\n"
    "  b 1b\n"
    ".cfi_endproc\n"
    ".size bsan_trampoline_common, .-bsan_trampoline_common\n");
// clang-format on

#else
#  error "The trampolines are not written for this architecture."
#endif
