//===-- bsan_text.h - Strings without libc --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's string functions may be wrapped by other tools and its formatted
// output allocates and reads the locale; the few things needed are here.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_TEXT_H
#define BSAN_TEXT_H

#include "bsan.h"

// A piece of text that is not terminated.
struct bsan_span {
  const char *start;
  size_t length;
};

// A fixed buffer that is always terminated; what does not fit is dropped.
struct bsan_text {
  char *data;
  size_t size; // Of the buffer, at least 1.
  size_t length;
};

void bsan_text_init(struct bsan_text *text, char *buffer, size_t size);
// bsan_print's formats.
void bsan_text_add(struct bsan_text *text, const char *format, ...)
    BSAN_PRINTF(2, 3);
void bsan_text_add_span(struct bsan_text *text, struct bsan_span span);
// Replaces control characters, so that a path cannot forge a line of a report.
void bsan_text_add_quoted(struct bsan_text *text, const char *string);

bool bsan_text_equal(const char *a, const char *b);
bool bsan_text_starts_with(const char *string, const char *prefix);
bool bsan_span_equals(struct bsan_span span, const char *string);
// Cuts the spaces, tabs and carriage returns at both ends.
struct bsan_span bsan_span_trim(struct bsan_span span);
// The next piece of *REST up to SEPARATOR; *REST moves behind it.  False when
// *REST is at its end.
bool bsan_span_next(struct bsan_span *rest, char separator,
                    struct bsan_span *piece);
struct bsan_span bsan_span_of(const char *string);
// What stands behind the last '/' of a path.
struct bsan_span bsan_span_base_name(struct bsan_span path);

// Whether PATTERN, in which '*' stands for any text, is the whole of TEXT.
bool bsan_text_matches(struct bsan_span pattern, struct bsan_span text);

#endif // BSAN_TEXT_H
