//===-- bsan_elf_symbols.c - Which symbols a program offers ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program built with -fsanitize=blocking has the runtime inside and shows its
// interface to its libraries; that is how it is told from one that only calls
// the hooks when they are there.
//
//===----------------------------------------------------------------------===//

#include "bsan_elf.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct image {
  const char *bytes;
  size_t size;
};

// count items at offset, or NULL when they are not all inside the file or not
// aligned as an item of 8 bytes or more must be.
static const void *find_part(const struct image *image, Elf64_Off offset,
                             Elf64_Xword count, size_t item_size) {
  bool is_aligned = item_size < 8 || offset % 8 == 0;
  if (!is_aligned || offset > image->size ||
      count > (image->size - offset) / item_size)
    return NULL;
  return image->bytes + offset;
}

static bool section_defines(const struct image *image,
                            const Elf64_Shdr *symbols,
                            const Elf64_Shdr *strings, const char *name) {
  Elf64_Xword count = symbols->sh_size / sizeof(Elf64_Sym);
  const Elf64_Sym *symbol =
      find_part(image, symbols->sh_offset, count, sizeof(*symbol));
  const char *text = find_part(image, strings->sh_offset, strings->sh_size, 1);
  size_t name_size = strlen(name) + 1;
  if (!symbol || !text || strings->sh_size < name_size)
    return false;
  for (; count > 0; count--, symbol++)
    if (symbol->st_shndx != SHN_UNDEF &&
        symbol->st_name <= strings->sh_size - name_size &&
        memcmp(text + symbol->st_name, name, name_size) == 0)
      return true;
  return false;
}

static bool image_defines(const struct image *image, const char *name) {
  const Elf64_Ehdr *header = find_part(image, 0, 1, sizeof(*header));
  if (!header || header->e_shentsize != sizeof(Elf64_Shdr))
    return false;
  const Elf64_Shdr *sections =
      find_part(image, header->e_shoff, header->e_shnum, sizeof(*sections));
  for (unsigned i = 0; sections && i < header->e_shnum; i++)
    if (sections[i].sh_type == SHT_DYNSYM &&
        sections[i].sh_link < header->e_shnum)
      return section_defines(image, &sections[i],
                             &sections[sections[i].sh_link], name);
  return false;
}

bool bsan_elf_defines(int fd, const char *symbol) {
  struct stat status;
  if (fstat(fd, &status) != 0 || status.st_size <= 0)
    return false;
  struct image image = {NULL, (size_t)status.st_size};
  void *mapping = mmap(NULL, image.size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED)
    return false;
  image.bytes = mapping;
  bool defines = image_defines(&image, symbol);
  munmap(mapping, image.size);
  return defines;
}
