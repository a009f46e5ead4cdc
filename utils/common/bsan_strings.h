//===-- bsan_strings.h - Growing lists of strings -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Argument lists are what these programs are about. Nothing is ever freed: both
// programs end, or become another one, moments later.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_STRINGS_H
#define BSAN_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

// A list that starts as {0}. Once something was added, items[count] is NULL,
// so that it can be handed to exec.
struct bsan_strings {
  char **items;
  size_t count;
  size_t capacity;
};

// Appends a copy of text.
void bsan_strings_add(struct bsan_strings *list, const char *text);

// Appends copies of everything in other.
void bsan_strings_add_all(struct bsan_strings *list,
                          const struct bsan_strings *other);

// Empties the list; its memory is used again.
void bsan_strings_clear(struct bsan_strings *list);

// Removes every item equal to text.
void bsan_strings_remove(struct bsan_strings *list, const char *text);

// The items with the separator between them; "" for an empty list.
char *bsan_strings_join(const struct bsan_strings *list, const char *separator);

// printf into new memory. Ends the process when there is none.
char *bsan_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

// The first length bytes of text in new memory.
char *bsan_copy(const char *text, size_t length);

bool bsan_starts_with(const char *text, const char *prefix);
bool bsan_ends_with(const char *text, const char *suffix);

#endif // BSAN_STRINGS_H
