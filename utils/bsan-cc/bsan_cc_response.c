//===-- bsan_cc_response.c - Response files -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Build systems put flags into @files, nested ones too. They are read here as
// gcc and clang read them (GNU quoting, a file that cannot be read is an
// ordinary word). What has to be written goes into memory, not onto the disk,
// because this program is gone before the compiler reads it.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc.h"
#include "bsan_message.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MAX_DEPTH = 64, SAFE_COMMAND_BYTES = 100 * 1000 };

static char *read_file(const char *path) {
  FILE *file = fopen(path, "re");
  char *text = NULL;
  size_t capacity = 0;
  if (!file)
    return NULL;
  // A response file has no NUL bytes, so one "line" is all of it.
  ssize_t length = getdelim(&text, &capacity, '\0', file);
  bool failed = ferror(file);
  fclose(file);
  if (failed)
    return NULL;
  return length < 0 ? bsan_copy("", 0) : text;
}

// Reads one word at *cursor, in place: quotes and backslashes disappear.
static char *next_word(char **cursor) {
  char *in = *cursor, quote = '\0';
  while (isspace((unsigned char)*in))
    in++;
  if (*in == '\0')
    return NULL;
  char *word = in, *out = in;
  for (; *in && (quote || !isspace((unsigned char)*in)); in++) {
    if (*in == '\\' && in[1]) {
      *out++ = *++in;
    } else if (quote && *in == quote) {
      quote = '\0';
    } else if (!quote && (*in == '\'' || *in == '"')) {
      quote = *in;
    } else {
      *out++ = *in;
    }
  }
  *cursor = *in ? in + 1 : in;
  *out = '\0';
  return word;
}

static void expand_word(const char *word, int depth,
                        struct bsan_strings *expanded) {
  char *text = word[0] == '@' ? read_file(word + 1) : NULL;
  if (!text) {
    bsan_strings_add(expanded, word);
    return;
  }
  if (depth == MAX_DEPTH)
    bsan_fatal(1, "response files nested too deeply: '%s'", word);
  char *cursor = text;
  for (char *inner; (inner = next_word(&cursor));)
    expand_word(inner, depth + 1, expanded);
}

void bsan_cc_response_expand(const struct bsan_strings *arguments,
                             struct bsan_strings *expanded) {
  for (size_t i = 0; i < arguments->count; i++)
    expand_word(arguments->items[i], 0, expanded);
}

static void write_quoted(FILE *file, const char *word) {
  fputc('"', file);
  for (; *word; word++) {
    if (*word == '"' || *word == '\\')
      fputc('\\', file);
    fputc(*word, file);
  }
  fputs("\"\n", file);
}

void bsan_cc_response_shorten(struct bsan_strings *arguments) {
  size_t bytes = 0;
  for (size_t i = 0; i < arguments->count; i++)
    bytes += strlen(arguments->items[i]) + 1 + sizeof(char *);
  if (bytes <= SAFE_COMMAND_BYTES)
    return;
  // Not close-on-exec: the compiler opens it by the name it has in /proc.
  int fd = memfd_create("bsan-arguments", 0);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
  if (!file)
    return;
  for (size_t i = 0; i < arguments->count; i++)
    write_quoted(file, arguments->items[i]);
  if (fflush(file) != 0)
    bsan_fatal(1, "cannot write a response file of %zu bytes to memory", bytes);
  bsan_strings_clear(arguments);
  bsan_strings_add(arguments, bsan_format("@/proc/self/fd/%d", fd));
}
