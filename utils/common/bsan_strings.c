//===-- bsan_strings.c - Growing lists of strings -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Running out of memory for a few strings leaves nothing useful to do, so every
// function here either succeeds or ends the process.
//
//===----------------------------------------------------------------------===//

#include "bsan_strings.h"
#include "bsan_message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *require_memory(void *memory) {
  if (!memory)
    bsan_fatal(1, "out of memory");
  return memory;
}

void bsan_strings_add(struct bsan_strings *list, const char *text) {
  if (list->count + 1 >= list->capacity) {
    list->capacity = list->capacity ? 2 * list->capacity : 16;
    list->items = require_memory(
        realloc(list->items, list->capacity * sizeof(*list->items)));
  }
  list->items[list->count++] = bsan_copy(text, strlen(text));
  list->items[list->count] = NULL;
}

void bsan_strings_add_all(struct bsan_strings *list,
                          const struct bsan_strings *other) {
  for (size_t i = 0; i < other->count; i++)
    bsan_strings_add(list, other->items[i]);
}

void bsan_strings_clear(struct bsan_strings *list) { list->count = 0; }

void bsan_strings_remove(struct bsan_strings *list, const char *text) {
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i], text) != 0)
      list->items[kept++] = list->items[i];
  list->count = kept;
  if (list->items)
    list->items[kept] = NULL;
}

char *bsan_strings_join(const struct bsan_strings *list,
                        const char *separator) {
  size_t length = 1;
  for (size_t i = 0; i < list->count; i++)
    length += strlen(list->items[i]) + strlen(separator);
  char *joined = require_memory(calloc(1, length));
  char *end = joined;
  for (size_t i = 0; i < list->count; i++) {
    if (i > 0)
      end = stpcpy(end, separator);
    end = stpcpy(end, list->items[i]);
  }
  return joined;
}

char *bsan_format(const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&text, format, arguments) < 0)
    text = NULL;
  va_end(arguments);
  return require_memory(text);
}

char *bsan_copy(const char *text, size_t length) {
  return require_memory(strndup(text, length));
}

bool bsan_starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool bsan_ends_with(const char *text, const char *suffix) {
  size_t length = strlen(text), suffix_length = strlen(suffix);
  return length >= suffix_length &&
         strcmp(text + length - suffix_length, suffix) == 0;
}
