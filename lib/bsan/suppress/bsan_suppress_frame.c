//===-- bsan_suppress_frame.c - Patterns and frames ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names are compared as people write them: C++ with or without what is in
// brackets, clones as the function that they are clones of.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "suppress/bsan_suppress_frame.h"

#include <string.h>

#include "intercept/bsan_calls.h"

bool bsan_suppress_is_about(const struct bsan_pattern *pattern, unsigned call,
                            unsigned cls) {
  bool is_stall = call == BSAN_STALL_CALL;
  switch (pattern->kind) {
  case BSAN_PATTERN_ANY:
    return !is_stall;
  case BSAN_PATTERN_LIBRARY:
    return true;
  case BSAN_PATTERN_STALL:
    return is_stall;
  case BSAN_PATTERN_CLASS:
    return !is_stall && bsan_span_equals(pattern->word, bsan_classes[cls].word);
  case BSAN_PATTERN_CALL:
    return !is_stall && bsan_span_equals(pattern->word, bsan_calls[call].name);
  }
  return false;
}

//--- Files -----------------------------------------------------------------//

// FILE matches the end of a path that begins at a '/', or the whole path.
bool bsan_suppress_matches_path(struct bsan_span pattern, const char *path) {
  if (!path)
    return bsan_span_equals(pattern, "*");
  if (bsan_text_matches(pattern, bsan_span_of(path)))
    return true;
  for (const char *at = path; (at = strchr(at, '/')) != NULL; at++)
    if (bsan_text_matches(pattern, bsan_span_of(at + 1)))
      return true;
  return false;
}

const char *bsan_suppress_file(const struct bsan_symbol *symbol) {
  return symbol->file ? symbol->file : symbol->module;
}

//--- Functions -------------------------------------------------------------//

// The length of "operator" and its own characters at AT, which may be brackets;
// 0 when there is none.  "operator<<<int>" is "operator<<" with a list behind
// it, so the longest operator that exists is taken.
static size_t operator_length(const char *at) {
  static const char word[] = "operator";
  static const char *const operators[] = {
      "<=>", "<<=", ">>=", "->*", "()", "[]", "<<", ">>", "<=",
      ">=",  "==",  "!=",  "->",  "&&", "||", "++", "--", "+=",
      "-=",  "*=",  "/=",  "%=",  "^=", "&=", "|=", "<",  ">"};
  size_t length = sizeof(word) - 1;
  if (strncmp(at, word, length) != 0)
    return 0;
  for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
    if (bsan_text_starts_with(at + length, operators[i]))
      return length + strlen(operators[i]);
  return length;
}

// The length of what must be copied as it is at AT: an operator, or
// "(anonymous namespace)", which has brackets and a blank; 0 for all else.
static size_t whole_length(const char *at) {
  static const char anonymous[] = "(anonymous namespace)";
  if (bsan_text_starts_with(at, anonymous))
    return sizeof(anonymous) - 1;
  return operator_length(at);
}

static void cut_text(struct bsan_text *text, size_t length) {
  text->length = length;
  text->data[length] = 0;
}

// Copies NAME without what stands in angle brackets, without parameters and
// without a result in front: "int ns::Map<int>::get<char>(int) const" gives
// "ns::Map::get".
static void copy_plain_name(const char *name, struct bsan_text *plain) {
  int depth = 0, braces = 0; // Of <> and of {lambda(int)#1}.
  bool after_operator = false;
  for (const char *at = name; *at; at++) {
    size_t whole = depth ? 0 : whole_length(at);
    if (whole) {
      bsan_text_add_span(plain, (struct bsan_span){at, whole});
      after_operator = *at == 'o';
      at += whole - 1;
      continue;
    }
    braces += (*at == '{') - (*at == '}');
    if (*at == '(' && !depth && !braces)
      break;
    depth += *at == '<';
    if (*at == ' ' && !depth && !braces && !after_operator)
      cut_text(plain, 0); // What stands in front was the result.
    else if (!depth)
      bsan_text_add_span(plain, (struct bsan_span){at, 1});
    depth -= *at == '>' && depth;
  }
  while (plain->length && plain->data[plain->length - 1] == ' ')
    cut_text(plain, plain->length - 1);
}

// NAME without what gcc and the demangler add for a clone: "f.isra.0",
// "ns::f(int) (.cold)", "f [clone .part.1]".  No other name has a '.' followed
// by a letter.
static struct bsan_span without_clone(const char *name) {
  struct bsan_span whole = bsan_span_of(name);
  for (size_t i = 1; i + 1 < whole.length; i++) {
    char next = name[i + 1];
    if (name[i] == '.' && next >= 'a' && next <= 'z' && name[i - 1] != '.') {
      while (i && strchr(" ([", name[i - 1]))
        i--;
      if (i >= 6 && strncmp(name + i - 5, "clone", 5) == 0)
        for (i -= 5; i && strchr(" [", name[i - 1]);)
          i--;
      whole.length = i;
      break;
    }
  }
  return whole;
}

// Buffers are static: one thread at a time matches, with a stack that may be
// small.
static char whole_buffer[512];

static void cut_clone(const char *name) {
  struct bsan_text whole;
  bsan_text_init(&whole, whole_buffer, sizeof(whole_buffer));
  bsan_text_add_span(&whole, without_clone(name));
}

void bsan_suppress_write_name(const struct bsan_symbol *symbol,
                              struct bsan_text *name) {
  if (symbol->is_script) {
    bsan_text_add(name, "%s", symbol->function);
  } else if (symbol->function) {
    cut_clone(symbol->function);
    copy_plain_name(whole_buffer, name);
  }
}

static bool matches_native(struct bsan_span pattern, const char *name) {
  static char plain_buffer[256];
  struct bsan_text plain;
  cut_clone(name);
  bsan_text_init(&plain, plain_buffer, sizeof(plain_buffer));
  copy_plain_name(whole_buffer, &plain);
  return bsan_text_matches(pattern, bsan_span_of(whole_buffer)) ||
         bsan_text_matches(pattern, bsan_span_of(plain_buffer));
}

// Only compilers of native code add something: a script's "a.b" is no clone.
bool bsan_suppress_matches_function(struct bsan_span pattern,
                                    const struct bsan_symbol *symbol) {
  const char *name = symbol->function;
  if (bsan_span_equals(pattern, "*"))
    return true;
  return name && (bsan_text_matches(pattern, bsan_span_of(name)) ||
                  (!symbol->is_script && matches_native(pattern, name)));
}

//--- Frames ----------------------------------------------------------------//

bool bsan_suppress_matches_frame(const struct bsan_pattern *pattern,
                                 const struct bsan_symbol *symbol) {
  if (pattern->kind == BSAN_PATTERN_LIBRARY)
    return bsan_suppress_matches_path(pattern->file, symbol->module);
  return bsan_suppress_matches_function(pattern->function, symbol) &&
         bsan_suppress_matches_path(pattern->file, bsan_suppress_file(symbol));
}
