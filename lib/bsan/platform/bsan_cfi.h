//===-- bsan_cfi.h - Unwind tables, read by ourselves ---------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PLATFORM_BSAN_CFI_H
#define BSAN_PLATFORM_BSAN_CFI_H

#include "bsan.h"

// Registers by their numbers in the tables of x86-64.
enum { BSAN_CFI_FP = 6, BSAN_CFI_SP = 7, BSAN_CFI_PC = 16 };

// Where the caller's value of a register is.
enum bsan_cfi_kind {
  BSAN_CFI_SAME,    // Still in the register.
  BSAN_CFI_AT_CFA,  // In memory, `offset` from the CFA.
  BSAN_CFI_AT_FP,   // In memory, `offset` from the frame pointer.
  BSAN_CFI_UNKNOWN, // Nowhere; of the return address: this is the outermost.
};

struct bsan_cfi_place {
  enum bsan_cfi_kind kind;
  int offset;
};

struct bsan_cfi_rules {
  // The CFA is cfa_register + cfa_offset, or, if it is loaded, stands there.
  int cfa_register;
  int cfa_offset;
  bool cfa_is_loaded;
  struct bsan_cfi_place fp, pc;
};

// The entry of the tables for the code at PC, NULL if there is none; *FUNCTION
// is the start of the code it is about.  PC is an address inside a call.
const unsigned char *bsan_cfi_find(uintptr_t pc, uintptr_t *function);
// What ENTRY, found for FUNCTION, says of the frame of PC.  False for what is
// not understood, signal frames among them.
bool bsan_cfi_read(const unsigned char *entry, uintptr_t function, uintptr_t pc,
                   struct bsan_cfi_rules *rules);

#endif // BSAN_PLATFORM_BSAN_CFI_H
