//===-- bsan_text.c - Strings without libc --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// memcmp, memcpy, strlen and strchr are pure and never wrapped here, so they
// are libc's.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "bsan_text.h"

#include <stdarg.h>
#include <string.h>

#include "bridge/bsan_bridge.h"

void bsan_print(const char *format, ...) {
  va_list args;
  va_start(args, format);
  bsan_bridge_vprint(format, args);
  va_end(args);
}

void bsan_text_init(struct bsan_text *text, char *buffer, size_t size) {
  text->data = buffer;
  text->size = size;
  text->length = 0;
  buffer[0] = 0;
}

void bsan_text_add(struct bsan_text *text, const char *format, ...) {
  size_t room = text->size - text->length;
  va_list args;
  va_start(args, format);
  int wanted =
      bsan_bridge_vformat(text->data + text->length, room, format, args);
  va_end(args);
  size_t added = wanted > 0 ? (size_t)wanted : 0;
  text->length += added < room ? added : room - 1;
}

void bsan_text_add_span(struct bsan_text *text, struct bsan_span span) {
  size_t room = text->size - text->length - 1;
  size_t length = span.length < room ? span.length : room;
  memcpy(text->data + text->length, span.start, length);
  text->length += length;
  text->data[text->length] = 0;
}

void bsan_text_add_quoted(struct bsan_text *text, const char *string) {
  for (const char *at = string; *at && text->length + 1 < text->size; at++) {
    char c = *at;
    bool is_control = (unsigned char)c < 0x20 || c == 0x7f;
    text->data[text->length++] = is_control ? '?' : c;
  }
  text->data[text->length] = 0;
}

bool bsan_text_equal(const char *a, const char *b) { return strcmp(a, b) == 0; }

bool bsan_text_starts_with(const char *string, const char *prefix) {
  return strncmp(string, prefix, strlen(prefix)) == 0;
}

struct bsan_span bsan_span_of(const char *string) {
  return (struct bsan_span){string, strlen(string)};
}

struct bsan_span bsan_span_base_name(struct bsan_span path) {
  const char *slash;
  while ((slash = memchr(path.start, '/', path.length)) != NULL) {
    path.length -= (size_t)(slash + 1 - path.start);
    path.start = slash + 1;
  }
  return path;
}

bool bsan_span_equals(struct bsan_span span, const char *string) {
  return strlen(string) == span.length &&
         memcmp(span.start, string, span.length) == 0;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

struct bsan_span bsan_span_trim(struct bsan_span span) {
  while (span.length && is_blank(span.start[0])) {
    span.start++;
    span.length--;
  }
  while (span.length && is_blank(span.start[span.length - 1]))
    span.length--;
  return span;
}

bool bsan_span_next(struct bsan_span *rest, char separator,
                    struct bsan_span *piece) {
  if (!rest->length)
    return false;
  const char *end = memchr(rest->start, separator, rest->length);
  piece->start = rest->start;
  piece->length = end ? (size_t)(end - rest->start) : rest->length;
  size_t used = piece->length + (end ? 1 : 0);
  rest->start += used;
  rest->length -= used;
  return true;
}

// The classic two-pointer match: on a mismatch, the last '*' takes one more
// character.  Linear in practice and never recursive: patterns come from files.
bool bsan_text_matches(struct bsan_span pattern, struct bsan_span text) {
  size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern.start[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.length && pattern.start[p] == text.start[t]) {
      p++;
      t++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern.start[p] == '*')
    p++;
  return p == pattern.length;
}
