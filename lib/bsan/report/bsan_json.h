//===-- bsan_json.h - Writing JSON ----------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One object into one buffer.  What comes out is always a whole object of valid
// UTF-8: bytes that are none become U+FFFD, control characters are escaped, and
// what does not fit is left out together with everything behind it, so the long
// things come last.  KEY is NULL for the elements of arrays; keys are written
// as they are.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_JSON_H
#define BSAN_REPORT_BSAN_JSON_H

#include "bsan_text.h"

// Of a buffer: room for the end of an object that is cut, and a bit.
enum { BSAN_JSON_MIN_SIZE = 64 };

struct bsan_json {
  char *data;
  size_t size; // At least BSAN_JSON_MIN_SIZE.
  size_t length;
  unsigned left_out; // How many of the open objects and arrays are.
  bool is_full;      // Something did not fit.
  bool needs_comma;
};

// Opens the object.
void bsan_json_begin(struct bsan_json *json, char *buffer, size_t size);
// Closes it and ends the line; marks it with "truncated" when something did not
// fit.  Every object and array inside must have been closed.
void bsan_json_end(struct bsan_json *json);

void bsan_json_open(struct bsan_json *json, const char *key, char bracket);
void bsan_json_close(struct bsan_json *json, char bracket);

// Nothing is written when STRING is NULL.
void bsan_json_add_string(struct bsan_json *json, const char *key,
                          const char *string);
void bsan_json_add_span(struct bsan_json *json, const char *key,
                        struct bsan_span span);
void bsan_json_add_number(struct bsan_json *json, const char *key,
                          uint64_t number);
void bsan_json_add_bool(struct bsan_json *json, const char *key, bool value);
// "0x7f00": JSON's numbers do not hold 64 bits everywhere.
void bsan_json_add_address(struct bsan_json *json, const char *key,
                           uint64_t address);
// SPAN is JSON already.
void bsan_json_add_raw(struct bsan_json *json, const char *key,
                       struct bsan_span span);

#endif // BSAN_REPORT_BSAN_JSON_H
