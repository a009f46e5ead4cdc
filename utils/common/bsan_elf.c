//===-- bsan_elf.c - What an ELF file says about its start ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the two headers with pread and trusts no offset: the file is whatever
// the user named.
//
//===----------------------------------------------------------------------===//

#include "bsan_elf.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { NATIVE_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { NATIVE_MACHINE = EM_AARCH64 };
#endif

static bool read_at(int fd, void *buffer, size_t size, Elf64_Off offset) {
  return offset <= INT64_MAX &&
         pread(fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

static bool read_loader(int fd, const Elf64_Phdr *segment, char *loader,
                        size_t capacity) {
  if (segment->p_filesz == 0 || segment->p_filesz > capacity)
    return false;
  return read_at(fd, loader, segment->p_filesz, segment->p_offset) &&
         loader[segment->p_filesz - 1] == '\0';
}

bool bsan_elf_read(int fd, struct bsan_elf_facts *facts) {
  memset(facts, 0, sizeof(*facts));
  Elf64_Ehdr header = {0};
  ssize_t size = pread(fd, &header, sizeof(header), 0);
  if (size < 0)
    return false;
  if (size < EI_NIDENT || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return true;
  facts->is_elf = true;
  // A 32-bit header is shorter and laid out differently from e_entry on;
  // e_machine is at the same place in both.
  facts->is_native = header.e_ident[EI_CLASS] == ELFCLASS64 &&
                     size == (ssize_t)sizeof(header) &&
                     header.e_machine == NATIVE_MACHINE;
  if (!facts->is_native)
    return true;
  if (header.e_phentsize != sizeof(Elf64_Phdr))
    return false;
  for (unsigned i = 0; i < header.e_phnum; i++) {
    Elf64_Phdr segment;
    if (!read_at(fd, &segment, sizeof(segment),
                 header.e_phoff + i * sizeof(segment)))
      return false;
    if (segment.p_type == PT_INTERP)
      return read_loader(fd, &segment, facts->loader, sizeof(facts->loader));
  }
  return true;
}
