//===-- bsan_memory.h - Memory or the end ---------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the commands that keep many things, and free them: see bsan_strings.h for
// those that do not.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_MEMORY_H
#define BSAN_MEMORY_H

#include <stddef.h>

// Zeroed memory of malloc. Ends the process when there is none.
void *bsan_allocate(size_t size);

#endif // BSAN_MEMORY_H
