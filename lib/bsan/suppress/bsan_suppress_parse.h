//===-- bsan_suppress_parse.h - Reading suppressions ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: init.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_SUPPRESS_BSAN_SUPPRESS_PARSE_H
#define BSAN_SUPPRESS_BSAN_SUPPRESS_PARSE_H

#include "bsan_text.h"

enum bsan_pattern_kind {
  BSAN_PATTERN_ANY,     // blocking:FILE:FUNCTION
  BSAN_PATTERN_CLASS,   // CLASS:FILE:FUNCTION
  BSAN_PATTERN_CALL,    // CALL:FILE:FUNCTION
  BSAN_PATTERN_LIBRARY, // called_from_lib:FILE
  BSAN_PATTERN_STALL,   // stall:FILE:FUNCTION
};

struct bsan_pattern {
  enum bsan_pattern_kind kind;
  bool is_builtin;
  struct bsan_span word; // The class or call.
  struct bsan_span file; // "*" when not given.
  struct bsan_span function;
  const char *prefix, *text; // Together the line as it was written.
};

// Parses the built-in list, the program's defaults and the file of the flag
// into the bridge, and returns how many of them are built in.  What cannot be
// understood is fatal, with file, line and what was expected.
size_t bsan_suppress_parse_all(void);
// Parses one line that the program adds.  False, and said, when it cannot be
// understood.
bool bsan_suppress_parse_added(const char *line);
// Takes apart what the bridge keeps as TYPE and TEXT.
struct bsan_pattern bsan_suppress_pattern(const char *type, const char *text);

#endif // BSAN_SUPPRESS_BSAN_SUPPRESS_PARSE_H
