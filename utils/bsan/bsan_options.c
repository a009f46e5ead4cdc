//===-- bsan_options.c - Building a BSAN_OPTIONS string -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sanitizers' parser splits at blanks, commas and colons, has quotes but no
// escapes, and takes a value's first character for a quote.
//
//===----------------------------------------------------------------------===//

#include "bsan_options.h"
#include "bsan_commands.h"
#include "bsan_message.h"

#include <string.h>

static const char separators[] = " ,:\n\t\r";

void bsan_options_add(struct bsan_strings *options, const char *key,
                      const char *value) {
  bool is_plain =
      *value && !strpbrk(value, separators) && *value != '"' && *value != '\'';
  if (is_plain) {
    bsan_strings_add(options, bsan_format("%s=%s", key, value));
    return;
  }
  char quote = strchr(value, '\'') ? '"' : '\'';
  if (strchr(value, quote))
    bsan_fatal(BSAN_EXIT_USAGE,
               "%s cannot be set to <%s>: BSAN_OPTIONS cannot hold both kinds "
               "of quotes in one value",
               key, value);
  bsan_strings_add(options, bsan_format("%s=%c%s%c", key, quote, value, quote));
}

void bsan_options_add_word(struct bsan_strings *options, const char *word) {
  size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz_0123456789");
  if (length == 0 || word[length] != '=')
    bsan_fatal(BSAN_EXIT_USAGE,
               "'%s' is not an option: expected KEY=VALUE (BSAN_OPTIONS=help=1 "
               "lists the keys)",
               word);
  bsan_options_add(options, bsan_copy(word, length), word + length + 1);
}

// Reads one key=value at *cursor; false at the end of the string.
static bool next_option(const char **cursor, const char **key,
                        const char **value, size_t *value_length) {
  const char *at = *cursor + strspn(*cursor, separators);
  if (*at == '\0')
    return false;
  *key = at;
  at += strcspn(at, "= ,:\n\t\r");
  if (*at == '=')
    at++;
  const char ends[] = {*at, '\0'};
  bool is_quoted = *at == '\'' || *at == '"';
  *value = at + is_quoted;
  *value_length = strcspn(*value, is_quoted ? ends : separators);
  *cursor = *value + *value_length;
  if (is_quoted && **cursor)
    ++*cursor;
  return true;
}

bool bsan_options_is_on(const char *options, const char *key) {
  const char *found, *value;
  size_t length, key_length = strlen(key);
  bool is_on = false;
  while (next_option(&options, &found, &value, &length)) {
    if (strncmp(found, key, key_length) != 0 || found[key_length] != '=')
      continue;
    char *word = bsan_copy(value, length);
    is_on = strcmp(word, "1") == 0 || strcmp(word, "yes") == 0 ||
            strcmp(word, "true") == 0;
  }
  return is_on;
}
