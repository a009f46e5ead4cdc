//===-- bsan_memory.c - Memory or the end ---------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A report that leaves something out because memory ran short would be wrong
// without looking so.
//
//===----------------------------------------------------------------------===//

#include "bsan_memory.h"
#include "bsan_commands.h"
#include "bsan_message.h"

#include <stdlib.h>

void *bsan_allocate(size_t size) {
  void *memory = calloc(1, size ? size : 1);
  if (!memory)
    bsan_fatal(BSAN_EXIT_FAILED, "out of memory");
  return memory;
}
