//===-- jit.h - A JIT compiler of two functions ---------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef JIT_H
#define JIT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { JIT_ROOM = 64 };

// push %rbp; mov %rsp,%rbp; sub $16,%rsp; call *%rdi; nop; leave; ret
static const unsigned char jit_framed[] = {0x55, 0x48, 0x89, 0xe5, 0x48,
                                           0x83, 0xec, 0x10, 0xff, 0xd7,
                                           0x90, 0xc9, 0xc3};
// sub $8,%rsp; call *%rdi; add $8,%rsp; ret: as CPython's.
static const unsigned char jit_stub[] = {0x48, 0x83, 0xec, 0x08, 0xff, 0xd7,
                                         0x48, 0x83, 0xc4, 0x08, 0xc3};
// push %rbp; mov %rsi,%rbp; call *%rdi; nop; pop %rbp; ret
static const unsigned char jit_broken[] = {0x55, 0x48, 0x89, 0xf5, 0xff,
                                           0xd7, 0x90, 0x5d, 0xc3};

// Code from a page that has no unwind tables, JIT_ROOM bytes each.
static inline void *jit_compile(const unsigned char *code, size_t size) {
  static char *page;
  static size_t used;
  if (!page)
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  void *place = page + used;
  used += JIT_ROOM;
  memcpy(place, code, size);
  return place;
}

static inline const char *jit_map_path(void) {
  static char path[64];
  snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
  return path;
}

#endif // JIT_H
