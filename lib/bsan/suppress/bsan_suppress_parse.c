//===-- bsan_suppress_parse.c - Reading suppressions ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SuppressionContext knows at most 64 types, fewer than there are calls, and
// answers a mistake with the list of types.  So every line is checked here
// first, where file and line are known, and is then handed over with its first
// word turned into one of five types: "dns:a.c:f" becomes "class:dns:a.c:f".
//
// Context: init.
//
//===----------------------------------------------------------------------===//

#include "suppress/bsan_suppress_parse.h"

#include <string.h>

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "intercept/bsan_calls.h"

enum { MAX_LINE = 4096 };

// By enum bsan_pattern_kind.
static const char *types[] = {"blocking", "class", "call", "called_from_lib",
                              "stall"};
enum { TYPE_COUNT = sizeof(types) / sizeof(types[0]) };

BSAN_INTERFACE BSAN_WEAK const char *__bsan_default_suppressions(void);
const char *__bsan_default_suppressions(void) { return ""; }

struct line {
  const char *source; // File, or what stands for one.
  int number;
  struct bsan_span text;
};

// False, so that callers can return it.
static bool complain(const struct line *line, const char *problem) {
  int shown = line->text.length < 80 ? (int)line->text.length : 80;
  bsan_print("BlockSanitizer: ERROR: %s:%d: %s: '%.*s'%s\n"
             "Expected blocking:FILE:FUNCTION, CLASS:FILE:FUNCTION, "
             "CALL:FILE:FUNCTION, stall:FILE:FUNCTION or called_from_lib:FILE, "
             "where CLASS is one of",
             line->source, line->number, problem, shown, line->text.start,
             line->text.length > 80 ? "..." : "");
  for (int cls = 0; cls < BSAN_CLASS_COUNT; cls++)
    bsan_print(" %s", bsan_classes[cls].word);
  bsan_print("\n");
  return false;
}

static bool is_class(struct bsan_span word) {
  for (int cls = 0; cls < BSAN_CLASS_COUNT; cls++)
    if (bsan_span_equals(word, bsan_classes[cls].word))
      return true;
  return false;
}

static bool is_call(struct bsan_span word) {
  for (int call = 1; call < BSAN_CALL_COUNT; call++)
    if (bsan_span_equals(word, bsan_calls[call].name))
      return true;
  return false;
}

// The prefix that turns a line that begins with WORD into one of the five
// types; NULL if WORD is none of ours.
static const char *prefix_for(struct bsan_span word) {
  if (bsan_span_equals(word, "blocking") || bsan_span_equals(word, "stall") ||
      bsan_span_equals(word, "called_from_lib"))
    return "";
  if (is_class(word))
    return "class:";
  return is_call(word) ? "call:" : NULL;
}

static bool parse_line(const struct line *line) {
  static char normal[MAX_LINE + 8];
  struct bsan_span rest = line->text, word;
  if (line->text.length > MAX_LINE)
    return complain(line, "the line is longer than 4096 bytes");
  if (memchr(line->text.start, 0, line->text.length))
    return complain(line, "there is a 0 byte in the line");
  bsan_span_next(&rest, ':', &word);
  if (word.length == line->text.length)
    return complain(line, "there is no ':' in the line");
  if (!rest.length)
    return complain(line, "there is nothing behind the ':'");
  const char *prefix = prefix_for(word);
  if (!prefix)
    return complain(line, "unknown suppression type");
  struct bsan_text text;
  bsan_text_init(&text, normal, sizeof(normal));
  bsan_text_add(&text, "%s", prefix);
  bsan_text_add_span(&text, line->text);
  bsan_bridge_add_suppressions(normal);
  return true;
}

bool bsan_suppress_parse_added(const char *text) {
  struct line line = {"__bsan_can_block_in()", 1, bsan_span_of(text)};
  return parse_line(&line);
}

static void parse_text(const char *source, struct bsan_span text) {
  struct line line = {source, 0, {NULL, 0}};
  while (bsan_span_next(&text, '\n', &line.text)) {
    line.number++;
    line.text = bsan_span_trim(line.text);
    if (line.text.length && line.text.start[0] != '#' && !parse_line(&line))
      bsan_bridge_fail();
  }
}

// As given, or, when relative and not found, beside the executable.
static char *read_file(const char *path, size_t *size) {
  static char beside[1024], program[512];
  char *data = bsan_bridge_read_file(path, size);
  if (data || path[0] == '/')
    return data;
  bsan_bridge_program(program, sizeof(program));
  const char *slash = strrchr(program, '/');
  size_t length = slash ? (size_t)(slash - program + 1) : 0;
  struct bsan_text text;
  bsan_text_init(&text, beside, sizeof(beside));
  bsan_text_add_span(&text, (struct bsan_span){program, length});
  bsan_text_add(&text, "%s", path);
  return bsan_bridge_read_file(beside, size);
}

static void parse_file(const char *path) {
  size_t size = 0;
  char *data = read_file(path, &size);
  if (!data) {
    bsan_print("BlockSanitizer: ERROR: cannot read the suppressions file "
               "'%s'\n",
               path);
    bsan_bridge_fail();
  }
  if (bsan_bridge_verbosity() >= 1)
    bsan_print("BlockSanitizer: reading suppressions from %s\n", path);
  parse_text(path, (struct bsan_span){data, size});
  bsan_bridge_free_file(data, size);
}

size_t bsan_suppress_parse_all(void) {
  bsan_bridge_begin_suppressions(types, TYPE_COUNT);
#define BSAN_BUILTIN(text, reason)                                             \
  if (bsan_flags.builtin_suppressions)                                         \
    parse_text("built-in", bsan_span_of(text));
#include "suppress/bsan_builtin.inc"
#undef BSAN_BUILTIN
  size_t builtin_count = bsan_bridge_suppression_count();
  const char *defaults = __bsan_default_suppressions();
  if (defaults)
    parse_text("__bsan_default_suppressions()", bsan_span_of(defaults));
  if (bsan_flags.suppressions[0])
    parse_file(bsan_flags.suppressions);
  return builtin_count;
}

//--- Taking apart ----------------------------------------------------------//

// Cuts "FILE:" off; a "::" belongs to a C++ name.
static bool cut_file(struct bsan_span *rest, struct bsan_span *file) {
  const char *colon = memchr(rest->start, ':', rest->length);
  size_t length = colon ? (size_t)(colon - rest->start) : 0;
  if (!colon || (length + 1 < rest->length && colon[1] == ':'))
    return false;
  *file = (struct bsan_span){rest->start, length};
  rest->start += length + 1;
  rest->length -= length + 1;
  return true;
}

struct bsan_pattern bsan_suppress_pattern(const char *type, const char *text) {
  struct bsan_pattern pattern = {.text = text, .file = bsan_span_of("*")};
  struct bsan_span rest = bsan_span_of(text);
  while (!bsan_text_equal(types[pattern.kind], type))
    pattern.kind++;
  static const char *const prefixes[] = {
      [BSAN_PATTERN_ANY] = "blocking:",
      [BSAN_PATTERN_CLASS] = "",
      [BSAN_PATTERN_CALL] = "",
      [BSAN_PATTERN_LIBRARY] = "called_from_lib:",
      [BSAN_PATTERN_STALL] = "stall:",
  };
  pattern.prefix = prefixes[pattern.kind];
  if (pattern.kind == BSAN_PATTERN_LIBRARY) {
    pattern.file = rest;
    return pattern;
  }
  if (pattern.kind == BSAN_PATTERN_CLASS || pattern.kind == BSAN_PATTERN_CALL)
    bsan_span_next(&rest, ':', &pattern.word);
  cut_file(&rest, &pattern.file);
  pattern.function = rest;
  return pattern;
}
