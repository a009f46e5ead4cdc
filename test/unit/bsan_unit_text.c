//===-- bsan_unit_text.c - Text and time as XML and JSON have them --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Messages quote what a test saw, which may be any bytes. A report that a
// parser refuses loses every result, so bytes that are not UTF-8 and, in XML,
// control characters, which it has no way to write, come out as \xNN. stdout
// gets the same: lit finds no results in output that is not UTF-8.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <string.h>
#include <time.h>

// The code point that text begins with, and its length; length 0 when it does
// not begin with well-formed UTF-8.
struct code_point {
  uint32_t value;
  size_t length;
};

static struct code_point decode(const unsigned char *text) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  struct code_point none = {0, 0};
  size_t length = text[0] < 0x80                       ? 1
                  : text[0] >= 0xC2 && text[0] <= 0xDF ? 2
                  : (text[0] & 0xF0) == 0xE0           ? 3
                  : text[0] >= 0xF0 && text[0] <= 0xF4 ? 4
                                                       : 0;
  if (length == 0)
    return none;
  uint32_t value = length == 1 ? text[0] : text[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xC0) != 0x80) // the terminating 0 ends up here too
      return none;
    value = value << 6 | (text[i] & 0x3F);
  }
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[length] || value > 0x10FFFF || surrogate)
    return none;
  return (struct code_point){value, length};
}

static const char *xml_entity(uint32_t value) {
  switch (value) {
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '&':
    return "&amp;";
  case '"':
    return "&quot;";
  case '\'':
    return "&apos;";
  case '\t':
    return "&#x09;";
  case '\n':
    return "&#x0A;";
  case '\r':
    return "&#x0D;";
  }
  return NULL;
}

static bool xml_allows(uint32_t value) {
  return value >= 0x20 && value != 0xFFFE && value != 0xFFFF;
}

static void put_bytes(FILE *out, const unsigned char *bytes, size_t length,
                      const char *prefix) {
  for (size_t i = 0; i < length; i++)
    fprintf(out, "%sx%02x", prefix, bytes[i]);
}

void bsan_unit_put_xml(FILE *out, const char *text) {
  const unsigned char *next = (const unsigned char *)text;
  while (*next != '\0') {
    struct code_point point = decode(next);
    size_t length = point.length > 0 ? point.length : 1;
    const char *entity = xml_entity(point.value);
    if (point.length > 0 && entity)
      fputs(entity, out);
    else if (point.length > 0 && xml_allows(point.value))
      fwrite(next, 1, length, out);
    else
      put_bytes(out, next, length, "\\");
    next += length;
  }
}

void bsan_unit_put_plain(FILE *out, const char *text) {
  const unsigned char *next = (const unsigned char *)text;
  while (*next != '\0') {
    struct code_point point = decode(next);
    size_t length = point.length > 0 ? point.length : 1;
    bool is_space = *next == '\n' || *next == '\t';
    if (point.length > 0 && (xml_allows(point.value) || is_space))
      fwrite(next, 1, length, out);
    else
      put_bytes(out, next, length, "\\");
    next += length;
  }
}

void bsan_unit_put_json(FILE *out, const char *text) {
  const unsigned char *next = (const unsigned char *)text;
  while (*next != '\0') {
    struct code_point point = decode(next);
    size_t length = point.length > 0 ? point.length : 1;
    if (point.length == 0)
      put_bytes(out, next, length, "\\\\");
    else if (point.value == '"' || point.value == '\\')
      fprintf(out, "\\%c", (char)point.value);
    else if (point.value < 0x20)
      fprintf(out, "\\u%04x", (unsigned)point.value);
    else
      fwrite(next, 1, length, out);
    next += length;
  }
}

static void put_date(FILE *out, const struct tm *date) {
  char text[64];
  if (strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", date) > 0)
    fputs(text, out);
}

void bsan_unit_put_xml_time(FILE *out, int64_t time_us) {
  time_t seconds = (time_t)(time_us / 1000000);
  struct tm date;
  put_date(out, localtime_r(&seconds, &date));
  fprintf(out, ".%03d", (int)(time_us / 1000 % 1000));
}

void bsan_unit_put_json_time(FILE *out, int64_t time_us) {
  time_t seconds = (time_t)(time_us / 1000000);
  struct tm date;
  put_date(out, gmtime_r(&seconds, &date));
  fputs("Z", out);
}
