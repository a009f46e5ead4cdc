//===-- bsan_place.h - Where in the program -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of the frames of a stack, the one that its owner can do something about.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PLACE_H
#define BSAN_PLACE_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

// Of a frame; strings are NULL when they are not known.
struct bsan_place {
  char *path; // of the file, relative to the source root when it is below it
  bool is_in_root;
  const char *function;
  const char *module; // its path
  const char *offset; // in the module, "0x..."
  int line, column;
};

// Says what a frame is. root is an absolute path.
struct bsan_place bsan_place_of(struct json_object *frame, const char *root);

// The innermost frame whose file is below root; else the innermost with a file,
// those of libc aside; else the innermost with a function; else the innermost.
// Everything NULL for an empty stack.
struct bsan_place bsan_place_choose(struct json_object *stack,
                                    const char *root);

// "function", or "module+0xoffset".
char *bsan_place_name(const struct bsan_place *place);
// "path:line", or the module's name; "" when nothing is known.
char *bsan_place_where(const struct bsan_place *place);

// An absolute path without "." and "..", by its letters only: the tree may be
// somewhere else by now. Relative ones begin at root.
char *bsan_place_absolute(const char *path, const char *root);

// Replaces what a terminal obeys, and line ends. In place.
char *bsan_place_printable(char *text);

#endif // BSAN_PLACE_H
