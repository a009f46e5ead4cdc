//===-- bsan_lines.h - A file, line by line -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In bounded memory: the lines of a log are short, but what is given as a log
// may be a disk image.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_LINES_H
#define BSAN_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { BSAN_LONGEST_LINE = 4 << 20 };

// Starts as {.fd = the open file}.
struct bsan_lines {
  int fd;
  char *buffer; // one for all files
  size_t start, end;
  bool at_end;
  // Of the last line.
  unsigned long number;
  const char *text; // not terminated, without the newline
  size_t length;
  bool is_too_long; // Only its beginning is there.
  int error;        // errno when reading failed, else 0.
};

// Reads the next line. False at the end of the file, and when reading failed.
bool bsan_lines_next(struct bsan_lines *lines);

#endif // BSAN_LINES_H
