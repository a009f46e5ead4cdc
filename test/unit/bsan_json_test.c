//===-- bsan_json_test.c - Unit tests of bsan_json.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever comes in, an object comes out. A strict little parser says so of
// every buffer size and of many random strings.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/bsan_json.h"

//===-- A parser that says only whether it is JSON, in UTF-8 --------------===//

static const char *parse_value(const char *at);

// The length of the one character at AT by its value, or 0.
static int character_length(const unsigned char *at) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  int length = at[0] < 0x80       ? 1
               : at[0] >> 5 == 6  ? 2
               : at[0] >> 4 == 14 ? 3
               : at[0] >> 3 == 30 ? 4
                                  : 0;
  uint32_t code = length == 1 ? at[0] : at[0] & (0x7fu >> length);
  for (int i = 1; i < length; i++) {
    if (at[i] >> 6 != 2)
      return 0;
    code = code << 6 | (at[i] & 0x3f);
  }
  bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  return length && code >= least[length] && code <= 0x10ffff && !is_surrogate
             ? length
             : 0;
}

static const char *parse_string(const char *at) {
  if (*at++ != '"')
    return NULL;
  while (*at != '"') {
    int length = character_length((const unsigned char *)at);
    if (!length || (unsigned char)*at < 0x20)
      return NULL;
    if (*at == '\\' && at[1] == 'u') {
      if (strspn(at + 2, "0123456789abcdef") < 4)
        return NULL;
      length = 6;
    } else if (*at == '\\') {
      if (!at[1] || !strchr("\"\\/bfnrt", at[1]))
        return NULL;
      length = 2;
    }
    at += length;
  }
  return at + 1;
}

static const char *parse_members(const char *at, char end, bool has_keys) {
  if (*at == end)
    return at + 1;
  for (;; at++) {
    if (has_keys) {
      at = parse_string(at);
      if (!at || *at++ != ':')
        return NULL;
    }
    at = parse_value(at);
    if (!at || (*at != ',' && *at != end))
      return NULL;
    if (*at == end)
      return at + 1;
  }
}

static const char *parse_value(const char *at) {
  if (*at == '{')
    return parse_members(at + 1, '}', true);
  if (*at == '[')
    return parse_members(at + 1, ']', false);
  if (*at == '"')
    return parse_string(at);
  if (strncmp(at, "true", 4) == 0)
    return at + 4;
  if (strncmp(at, "false", 5) == 0)
    return at + 5;
  size_t digits = strspn(at, "0123456789");
  return digits ? at + digits : NULL;
}

static bool is_line(const struct bsan_json *json) {
  const char *end = json->data[0] == '{' ? parse_value(json->data) : NULL;
  return end && strcmp(end, "\n") == 0 && end + 1 == json->data + json->length;
}

//===-- Tests -------------------------------------------------------------===//

static char buffer[8192];

static greatest_test_res check_bytes(struct bsan_span in, const char *out) {
  struct bsan_json json;
  char expected[256];
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_json_add_span(&json, "k", in);
  bsan_json_end(&json);
  snprintf(expected, sizeof(expected), "{\"k\":\"%s\"}\n", out);
  ASSERT_STR_EQ(expected, buffer);
  ASSERT(is_line(&json));
  PASS();
}

static greatest_test_res check_string(const char *in, const char *out) {
  return check_bytes(bsan_span_of(in), out);
}

#define BAD "\xef\xbf\xbd"

TEST strings_are_escaped(void) {
  CHECK_CALL(check_string("", ""));
  CHECK_CALL(check_string("/etc/hosts", "/etc/hosts"));
  CHECK_CALL(check_string("a\"b\\c", "a\\\"b\\\\c"));
  CHECK_CALL(check_string("\b\f\n\r\t", "\\b\\f\\n\\r\\t"));
  CHECK_CALL(check_string("\x01\x1f\x7f", "\\u0001\\u001f\\u007f"));
  CHECK_CALL(
      check_string("\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009f\xc2\xa0"));
  CHECK_CALL(check_bytes((struct bsan_span){"a\0b", 3}, "a\\u0000b"));
  PASS();
}

TEST valid_utf8_stays(void) {
  CHECK_CALL(check_string("\xc3\xa9\xdf\xbf", "\xc3\xa9\xdf\xbf"));
  CHECK_CALL(
      check_string("\xe0\xa0\x80\xed\x9f\xbf", "\xe0\xa0\x80\xed\x9f\xbf"));
  CHECK_CALL(
      check_string("\xee\x80\x80\xef\xbf\xbf", "\xee\x80\x80\xef\xbf\xbf"));
  CHECK_CALL(check_string("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
                          "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
  PASS();
}

TEST invalid_utf8_is_replaced(void) {
  CHECK_CALL(check_string("\x80", BAD));
  CHECK_CALL(check_string("a\xff"
                          "b\xfe",
                          "a" BAD "b" BAD));
  CHECK_CALL(check_string("\xc3", BAD));         // Cut.
  CHECK_CALL(check_string("\xe2\x82", BAD BAD)); // Cut.
  CHECK_CALL(check_string("\xf0\x9f\x98", BAD BAD BAD));
  CHECK_CALL(check_string("\xc0\xaf", BAD BAD)); // '/' in two bytes.
  CHECK_CALL(check_string("\xc1\xbf", BAD BAD));
  CHECK_CALL(check_string("\xe0\x9f\xbf", BAD BAD BAD));
  CHECK_CALL(check_string("\xf0\x8f\xbf\xbf", BAD BAD BAD BAD));
  CHECK_CALL(check_string("\xed\xa0\x80", BAD BAD BAD)); // A surrogate.
  CHECK_CALL(check_string("\xf4\x90\x80\x80", BAD BAD BAD BAD));
  CHECK_CALL(check_string("\xf5\x80\x80\x80", BAD BAD BAD BAD));
  CHECK_CALL(check_string("\xe2\x28\xa1", BAD "(" BAD));
  PASS();
}

TEST values_have_their_forms(void) {
  struct bsan_json json;
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_json_add_number(&json, "n", UINT64_MAX);
  bsan_json_add_address(&json, "a", 0xdeadbeef00);
  bsan_json_add_bool(&json, "t", true);
  bsan_json_add_bool(&json, "f", false);
  bsan_json_add_string(&json, "none", NULL);
  bsan_json_add_raw(&json, "r", bsan_span_of("[1,2]"));
  bsan_json_open(&json, "l", '[');
  bsan_json_add_number(&json, NULL, 1);
  bsan_json_open(&json, NULL, '{');
  bsan_json_close(&json, '}');
  bsan_json_open(&json, NULL, '{');
  bsan_json_add_string(&json, "x", "y");
  bsan_json_close(&json, '}');
  bsan_json_close(&json, ']');
  bsan_json_add_number(&json, "last", 0);
  bsan_json_end(&json);
  ASSERT_STR_EQ("{\"n\":18446744073709551615,\"a\":\"0xdeadbeef00\",\"t\":true,"
                "\"f\":false,\"r\":[1,2],\"l\":[1,{},{\"x\":\"y\"}],\"last\":0}"
                "\n",
                buffer);
  ASSERT(is_line(&json));
  PASS();
}

static void write_line(struct bsan_json *json, size_t size) {
  bsan_json_begin(json, buffer, size);
  bsan_json_add_string(json, "first", "one");
  bsan_json_open(json, "stack", '[');
  for (int i = 0; i < 3; i++) {
    bsan_json_open(json, NULL, '{');
    bsan_json_add_address(json, "pc", 0x1000);
    bsan_json_add_string(json, "file", "a\n\xff.c");
    bsan_json_close(json, '}');
  }
  bsan_json_close(json, ']');
  bsan_json_add_bool(json, "last", true);
  bsan_json_end(json);
}

TEST what_does_not_fit_is_left_out_as_a_whole(void) {
  struct bsan_json json;
  write_line(&json, sizeof(buffer));
  ASSERT(is_line(&json));
  ASSERT(!strstr(buffer, "truncated"));
  size_t whole = json.length;
  for (size_t size = BSAN_JSON_MIN_SIZE; size < whole + 64; size++) {
    memset(buffer, '#', sizeof(buffer));
    write_line(&json, size);
    ASSERTm(buffer, is_line(&json));
    ASSERT(json.length < size);
    ASSERT_EQ('#', buffer[size]);
    ASSERT_EQ(json.length != whole,
              strstr(buffer, "\"truncated\":true") != NULL);
  }
  ASSERT_EQ(whole, json.length);
  PASS();
}

TEST any_bytes_make_a_line(void) {
  struct bsan_json json;
  char bytes[512];
  srand(1);
  for (int round = 0; round < 20000; round++) {
    size_t length = (size_t)rand() % sizeof(bytes);
    for (size_t i = 0; i < length;
         i++) // Mostly beginnings and ends of letters.
      bytes[i] = (char)(rand() % 4 ? 0x80 + rand() % 128 : rand() % 256);
    size_t size = BSAN_JSON_MIN_SIZE + (size_t)rand() % 2048;
    bsan_json_begin(&json, buffer, size);
    bsan_json_add_span(&json, "a", (struct bsan_span){bytes, length});
    bsan_json_add_span(&json, "b", (struct bsan_span){bytes, length / 2});
    bsan_json_end(&json);
    ASSERTm(buffer, is_line(&json));
  }
  PASS();
}

TEST long_paths_are_whole(void) {
  struct bsan_json json;
  static char path[4097];
  memset(path, 'x', sizeof(path) - 1);
  bsan_json_begin(&json, buffer, sizeof(buffer));
  bsan_json_add_string(&json, "p", path);
  bsan_json_end(&json);
  ASSERT_EQ(4096 + strlen("{\"p\":\"\"}\n"), json.length);
  PASS();
}

BSAN_UNIT_SUITE(Json, BSAN_UNIT(strings_are_escaped),
                BSAN_UNIT(valid_utf8_stays),
                BSAN_UNIT(invalid_utf8_is_replaced),
                BSAN_UNIT(values_have_their_forms),
                BSAN_UNIT(what_does_not_fit_is_left_out_as_a_whole),
                BSAN_UNIT(any_bytes_make_a_line),
                BSAN_UNIT(long_paths_are_whole));
