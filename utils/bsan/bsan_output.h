//===-- bsan_output.h - Where a command writes ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The standard output, or the file of -o.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_OUTPUT_H
#define BSAN_OUTPUT_H

#include "bsan_format.h"

// Opens path, NULL being the standard output. An error is the end, with
// status 2. source_root may be NULL: the working directory.
struct bsan_output bsan_output_open(const char *path, const char *source_root);

// Closes it. An error is the end, with status 1: what is there is not all.
void bsan_output_close(const struct bsan_output *output, const char *path);

#endif // BSAN_OUTPUT_H
