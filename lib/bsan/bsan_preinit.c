//===-- bsan_preinit.c - Start before every constructor -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// .preinit_array is run before the constructors of any library, and is allowed
// in executables only: this file goes into the static archive and into
// libclang_rt.bsan-preinit, never into the shared runtime.
//
// Context: init.
//
//===----------------------------------------------------------------------===//

extern void __bsan_init(void);

__attribute__((section(".preinit_array"),
               used)) static void (*bsan_preinit)(void) = __bsan_init;
