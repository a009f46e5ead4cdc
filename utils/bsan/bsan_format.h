//===-- bsan_format.h - What bsan report can write ------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One per row of bsan_formats.inc. Most write sums, at the end; a trace writes
// lines as they are read and needs none.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_FORMAT_H
#define BSAN_FORMAT_H

#include "bsan_findings.h"

#include <stdio.h>

struct json_object;

struct bsan_output {
  FILE *file;
  const char *root; // of the sources, absolute
  int width;        // of the terminal; 0: do not cut
};

struct bsan_format {
  void (*begin)(const struct bsan_output *output); // or NULL
  void (*take)(const struct bsan_output *output,
               const struct bsan_record *record); // or NULL
  void (*end)(const struct bsan_output *output,
              const struct bsan_findings *findings);
};

#define BSAN_FORMAT(id, word, summary)                                         \
  extern const struct bsan_format bsan_format_##id;
#include "bsan_formats.inc"

//===-- Building JSON -----------------------------------------------------===//

// Adds a member; a NULL string is left out.
void bsan_add_string(struct json_object *object, const char *key,
                     const char *text);
void bsan_add_number(struct json_object *object, const char *key,
                     uint64_t number);
void bsan_add_bool(struct json_object *object, const char *key, bool value);
// Adds an empty member and returns it.
struct json_object *bsan_add_object(struct json_object *object,
                                    const char *key);
struct json_object *bsan_add_array(struct json_object *object, const char *key);
// Adds an empty object to an array and returns it.
struct json_object *bsan_append_object(struct json_object *array);
// Writes it and gives it back.
void bsan_write_json(FILE *file, struct json_object *object, int flags);
// A stack as findings keep it.
struct json_object *bsan_parse_stack(const char *stack);

#endif // BSAN_FORMAT_H
