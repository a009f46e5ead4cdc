//===-- bsan_lines.c - A file, line by line -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// read(2) into one buffer, in which the lines are handed out where they are:
// getline() would copy each, and grow with the longest.
//
//===----------------------------------------------------------------------===//

#include "bsan_lines.h"
#include "bsan_memory.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_SIZE = BSAN_LONGEST_LINE + 1 };

// Makes room and reads more. False when there is no more, or no room.
static bool read_more(struct bsan_lines *lines) {
  if (!lines->buffer)
    lines->buffer = bsan_allocate(BUFFER_SIZE);
  if (lines->start > 0) {
    memmove(lines->buffer, lines->buffer + lines->start,
            lines->end - lines->start);
    lines->end -= lines->start;
    lines->start = 0;
  }
  if (lines->end == BUFFER_SIZE || lines->at_end)
    return false;
  ssize_t size;
  do
    size =
        read(lines->fd, lines->buffer + lines->end, BUFFER_SIZE - lines->end);
  while (size < 0 && errno == EINTR);
  lines->error = size < 0 ? errno : 0;
  lines->at_end = size <= 0;
  lines->end += size > 0 ? (size_t)size : 0;
  return size > 0;
}

// Looks for the newline, of which scanned bytes are known not to be one.
static char *find_newline(struct bsan_lines *lines) {
  size_t scanned = 0;
  for (;;) {
    size_t have = lines->end - lines->start;
    char *newline = have > scanned
                        ? memchr(lines->buffer + lines->start + scanned, '\n',
                                 have - scanned)
                        : NULL;
    scanned = have;
    if (newline || !read_more(lines))
      return newline;
  }
}

// Drops what is left of a line that does not fit.
static void skip_rest(struct bsan_lines *lines) {
  char *newline = NULL;
  while (!newline) {
    lines->start = lines->end;
    if (!read_more(lines))
      return;
    newline = memchr(lines->buffer, '\n', lines->end);
  }
  lines->start = (size_t)(newline - lines->buffer) + 1;
}

bool bsan_lines_next(struct bsan_lines *lines) {
  if (lines->is_too_long)
    skip_rest(lines);
  lines->is_too_long = false;
  char *newline = find_newline(lines);
  if (lines->error || (!newline && lines->start == lines->end))
    return false;
  lines->number++;
  lines->text = lines->buffer + lines->start;
  lines->is_too_long = !newline && !lines->at_end;
  lines->length =
      newline ? (size_t)(newline - lines->text) : lines->end - lines->start;
  if (!lines->is_too_long)
    lines->start += lines->length + (newline != NULL);
  return true;
}
