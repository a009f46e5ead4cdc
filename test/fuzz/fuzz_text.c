//===-- fuzz_text.c - Patterns, and strings in JSON ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a suppression's pattern matches is compared with the plainest definition
// of it; what the runtime writes as JSON has to be read by somebody else's
// parser, and to come out as it went in where it was ASCII.
//
//===----------------------------------------------------------------------===//

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>

#define BSAN_ALLOWS_LIBC
#include "bridge/bsan_bridge.h"
#include "bsan_text.h"
#include "report/bsan_json.h"

// The bridge's part of bsan_text.c, without the C++.
int bsan_bridge_vformat(char *out, size_t size, const char *format,
                        va_list args) {
  return vsnprintf(out, size, format, args);
}

void bsan_bridge_vprint(const char *format, va_list args) {
  vfprintf(stderr, format, args);
}

static void fail(const char *what) {
  fprintf(stderr, "fuzz_text: %s\n", what);
  abort();
}

//--- Patterns --------------------------------------------------------------//

// By definition: without the first character of either, and for '*' both ways.
static bool matches(struct bsan_span pattern, struct bsan_span text) {
  if (!pattern.length)
    return !text.length;
  struct bsan_span next = {pattern.start + 1, pattern.length - 1};
  struct bsan_span rest = {text.start + 1, text.length - !!text.length};
  if (pattern.start[0] == '*')
    return matches(next, text) || (text.length && matches(pattern, rest));
  return text.length && pattern.start[0] == text.start[0] &&
         matches(next, rest);
}

// The definition takes exponential time.
enum { LONGEST_PATTERN = 10, LONGEST_TEXT = 16 };

static void try_pattern(const char *data, size_t size) {
  size_t half = size / 2 < LONGEST_PATTERN ? size / 2 : LONGEST_PATTERN;
  size_t rest = size - half < LONGEST_TEXT ? size - half : LONGEST_TEXT;
  struct bsan_span pattern = {data, half}, text = {data + half, rest};
  if (bsan_text_matches(pattern, text) != matches(pattern, text))
    fail("a pattern matches what it should not, or the reverse");
}

//--- JSON ------------------------------------------------------------------//

static bool is_ascii(const char *data, size_t size) {
  for (size_t i = 0; i < size; i++)
    if ((signed char)data[i] <= 0)
      return false;
  return true;
}

static void try_json(const char *data, size_t size) {
  static char line[4096];
  struct bsan_json json;
  bsan_json_begin(&json, line, sizeof(line));
  bsan_json_add_span(&json, "text", (struct bsan_span){data, size});
  bsan_json_add_number(&json, "last", 1);
  bool is_whole = !json.is_full;
  bsan_json_end(&json);
  enum json_tokener_error error;
  struct json_tokener *tokener = json_tokener_new();
  json_tokener_set_flags(tokener,
                         JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  struct json_object *read =
      json_tokener_parse_ex(tokener, line, (int)json.length);
  error = json_tokener_get_error(tokener);
  if (!read ||
      (error != json_tokener_success && error != json_tokener_continue))
    fail("a line that is no JSON");
  struct json_object *text = json_object_object_get(read, "text");
  if (is_whole && is_ascii(data, size) &&
      ((size_t)json_object_get_string_len(text) != size ||
       memcmp(json_object_get_string(text), data, size) != 0))
    fail("a string that came out as another one");
  json_object_put(read);
  json_tokener_free(tokener);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try_pattern((const char *)data, size);
  try_json((const char *)data, size);
  return 0;
}
