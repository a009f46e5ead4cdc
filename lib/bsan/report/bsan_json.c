//===-- bsan_json.c - Writing JSON ----------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Paths and thread names are bytes; a line of the log has to be read by any
// parser.  The C1 control characters (U+0080 to U+009F) are escaped as well: a
// terminal obeys them.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_json.h"

#include <string.h>

// Kept free for what bsan_json_end() and bsan_json_close() write.
enum { RESERVE = 40 };

//--- Bytes -----------------------------------------------------------------//

static bool put(struct bsan_json *json, const char *bytes, size_t count) {
  if (json->is_full || json->length + count + RESERVE > json->size) {
    json->is_full = true;
    return false;
  }
  memcpy(json->data + json->length, bytes, count);
  json->length += count;
  return true;
}

static void put_text(struct bsan_json *json, const char *text) {
  put(json, text, strlen(text));
}

// The comma and the key.
static void put_key(struct bsan_json *json, const char *key) {
  if (json->needs_comma)
    put(json, ",", 1);
  if (key) {
    put(json, "\"", 1);
    put_text(json, key);
    put(json, "\":", 2);
  }
}

// A value has been written since START: it stays as a whole or not at all.
static void settle(struct bsan_json *json, size_t start) {
  if (json->is_full)
    json->length = start;
  else
    json->needs_comma = true;
}

//--- Strings ---------------------------------------------------------------//

// The length of the character at AT, 0 when the bytes are none: too long an
// encoding, a surrogate, beyond U+10FFFF, cut (RFC 3629, section 4).
static size_t utf8_length(const unsigned char *at, size_t left) {
  static const struct {
    unsigned char first, last, second_first, second_last, length;
  } forms[] = {{0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2},
               {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
               {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
               {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
               {0xf4, 0xf4, 0x80, 0x8f, 4}};
  size_t i = 0;
  while (i < sizeof(forms) / sizeof(forms[0]) &&
         !(at[0] >= forms[i].first && at[0] <= forms[i].last))
    i++;
  if (i == sizeof(forms) / sizeof(forms[0]) || forms[i].length > left)
    return 0;
  size_t length = forms[i].length;
  if (length > 1 &&
      (at[1] < forms[i].second_first || at[1] > forms[i].second_last))
    return 0;
  for (size_t rest = 2; rest < length; rest++)
    if ((at[rest] & 0xc0) != 0x80)
      return 0;
  return length;
}

static bool put_escape(struct bsan_json *json, unsigned code) {
  static const char digits[] = "0123456789abcdef";
  char escape[6] = {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 15]};
  return put(json, escape, sizeof(escape));
}

static bool put_ascii(struct bsan_json *json, char c) {
  static const char plain[] = "\"\\\b\f\n\r\t";
  static const char letters[] = "\"\\bfnrt";
  const char *found = c ? strchr(plain, c) : NULL;
  if (found) {
    char escape[2] = {'\\', letters[found - plain]};
    return put(json, escape, sizeof(escape));
  }
  bool is_control = (unsigned char)c < 0x20 || c == 0x7f;
  return is_control ? put_escape(json, (unsigned char)c) : put(json, &c, 1);
}

static void put_string(struct bsan_json *json, struct bsan_span span) {
  const unsigned char *at = (const unsigned char *)span.start;
  put(json, "\"", 1);
  for (size_t i = 0; i < span.length && !json->is_full;) {
    size_t length = utf8_length(at + i, span.length - i);
    bool is_c1 = length == 2 && at[i] == 0xc2 && at[i + 1] < 0xa0;
    if (length == 0)
      put(json, "\xef\xbf\xbd", 3);
    else if (length == 1)
      put_ascii(json, (char)at[i]);
    else if (is_c1)
      put_escape(json, at[i + 1]);
    else
      put(json, span.start + i, length);
    i += length ? length : 1;
  }
  put(json, "\"", 1);
}

//--- The object ------------------------------------------------------------//

void bsan_json_begin(struct bsan_json *json, char *buffer, size_t size) {
  *json = (struct bsan_json){.size = size};
  json->data = buffer;
  put(json, "{", 1);
}

void bsan_json_end(struct bsan_json *json) {
  static const char mark[] = "\"truncated\":true";
  if (json->is_full) {
    if (json->needs_comma)
      json->data[json->length++] = ',';
    memcpy(json->data + json->length, mark, sizeof(mark) - 1);
    json->length += sizeof(mark) - 1;
  }
  memcpy(json->data + json->length, "}\n", 3);
  json->length += 2;
}

void bsan_json_open(struct bsan_json *json, const char *key, char bracket) {
  size_t start = json->length;
  put_key(json, key);
  put(json, &bracket, 1);
  if (json->is_full) {
    json->length = start;
    json->left_out++;
  } else {
    json->needs_comma = false;
  }
}

// Written into the reserve when need be.
void bsan_json_close(struct bsan_json *json, char bracket) {
  if (json->left_out) {
    json->left_out--;
    return;
  }
  json->data[json->length++] = bracket;
  json->needs_comma = true;
}

void bsan_json_add_string(struct bsan_json *json, const char *key,
                          const char *string) {
  if (string)
    bsan_json_add_span(json, key, bsan_span_of(string));
}

void bsan_json_add_span(struct bsan_json *json, const char *key,
                        struct bsan_span span) {
  size_t start = json->length;
  put_key(json, key);
  put_string(json, span);
  settle(json, start);
}

void bsan_json_add_number(struct bsan_json *json, const char *key,
                          uint64_t number) {
  char digits[24];
  struct bsan_text text;
  bsan_text_init(&text, digits, sizeof(digits));
  bsan_text_add(&text, "%llu", (unsigned long long)number);
  bsan_json_add_raw(json, key, (struct bsan_span){digits, text.length});
}

void bsan_json_add_bool(struct bsan_json *json, const char *key, bool value) {
  bsan_json_add_raw(json, key, bsan_span_of(value ? "true" : "false"));
}

void bsan_json_add_address(struct bsan_json *json, const char *key,
                           uint64_t address) {
  char digits[24];
  struct bsan_text text;
  bsan_text_init(&text, digits, sizeof(digits));
  bsan_text_add(&text, "0x%llx", (unsigned long long)address);
  bsan_json_add_string(json, key, digits);
}

void bsan_json_add_raw(struct bsan_json *json, const char *key,
                       struct bsan_span span) {
  size_t start = json->length;
  put_key(json, key);
  put(json, span.start, span.length);
  settle(json, start);
}
