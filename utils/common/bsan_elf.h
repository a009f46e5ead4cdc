//===-- bsan_elf.h - What an ELF file says about its start ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The few facts that decide whether the loader will preload a library into a
// program.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_ELF_H
#define BSAN_ELF_H

#include <stdbool.h>

struct bsan_elf_facts {
  bool is_elf;
  // 64 bits and for the processor that this program was built for.
  bool is_native;
  // PT_INTERP, the dynamic loader; "" in a statically linked program.
  char loader[256];
};

// Fills facts from an open file. False when it cannot be read or contradicts
// itself; a file that is not ELF is a success with is_elf == false.
bool bsan_elf_read(int fd, struct bsan_elf_facts *facts);

// Whether a native ELF file makes a symbol of that name visible to its
// libraries. False when it only refers to it, and for files without a section
// table.
bool bsan_elf_defines(int fd, const char *symbol);

#endif // BSAN_ELF_H
