//===-- bsan_suppress_hint.c - Patterns that nearly match -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A suppression that hides nothing is often one with a slip of the finger in
// it. Whoever finds one is told by the calls that were reported instead:
// nothing else is known of what could have been meant.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "suppress/bsan_suppress_hint.h"

#include "suppress/bsan_suppress_frame.h"

// So many characters for each that is wrong: two changes make any short word of
// any other.
enum { MAX_LENGTH = 96, MAX_DISTANCE = 2, CHARACTERS_PER_CHANGE = 3 };

static unsigned smaller(unsigned a, unsigned b) { return a < b ? a : b; }

// Levenshtein's, one row at a time.
unsigned bsan_suppress_distance(struct bsan_span pattern,
                                struct bsan_span text) {
  static unsigned row[MAX_LENGTH + 1];
  if (pattern.length > MAX_LENGTH || text.length > MAX_LENGTH)
    return BSAN_FAR;
  for (unsigned j = 0; j <= text.length; j++)
    row[j] = j;
  for (size_t i = 0; i < pattern.length; i++) {
    unsigned diagonal = row[0], is_any = pattern.start[i] == '*';
    row[0] += !is_any;
    for (size_t j = 1; j <= text.length; j++) {
      unsigned above = row[j];
      unsigned changed = diagonal + (pattern.start[i] != text.start[j - 1]);
      row[j] = is_any ? smaller(above, row[j - 1])
                      : smaller(changed, smaller(above, row[j - 1]) + 1);
      diagonal = above;
    }
  }
  return row[text.length];
}

static size_t count_of(struct bsan_span span, char c) {
  size_t count = 0;
  for (size_t i = 0; i < span.length; i++)
    count += span.start[i] == c;
  return count;
}

// The distance, if it may be a mistake.
static unsigned distance_of_mistake(struct bsan_span pattern,
                                    struct bsan_span text) {
  unsigned distance = bsan_suppress_distance(pattern, text);
  size_t written = pattern.length - count_of(pattern, '*');
  bool is_near =
      distance <= MAX_DISTANCE && distance * CHARACTERS_PER_CHANGE <= written;
  return is_near ? distance : BSAN_FAR;
}

// The end of PATH with as many folders as PATTERN has.
static struct bsan_span end_of_path(const char *path,
                                    struct bsan_span pattern) {
  struct bsan_span end = bsan_span_of(path);
  size_t slashes = count_of(end, '/'), wanted = count_of(pattern, '/');
  while (slashes > wanted) {
    slashes -= *end.start == '/';
    end.start++;
    end.length--;
  }
  return end;
}

// What is to stand for PATTERN's file in *FILE, and the distance.
static unsigned correct_file(struct bsan_span pattern, const char *path,
                             struct bsan_span *file) {
  *file = pattern;
  if (bsan_suppress_matches_path(pattern, path))
    return 0;
  if (!path)
    return BSAN_FAR;
  *file = end_of_path(path, pattern);
  return distance_of_mistake(pattern, *file);
}

static unsigned correct_function(struct bsan_span pattern,
                                 const struct bsan_symbol *frame,
                                 struct bsan_span *function) {
  static char buffer[256];
  struct bsan_text name;
  *function = pattern;
  if (bsan_suppress_matches_function(pattern, frame))
    return 0;
  bsan_text_init(&name, buffer, sizeof(buffer));
  bsan_suppress_write_name(frame, &name);
  *function = bsan_span_of(buffer);
  return distance_of_mistake(pattern, *function);
}

unsigned bsan_suppress_correct(const struct bsan_pattern *pattern,
                               const struct bsan_symbol *frame,
                               struct bsan_text *line) {
  struct bsan_span file, function = {NULL, 0};
  bool is_library = pattern->kind == BSAN_PATTERN_LIBRARY;
  const char *path = is_library ? frame->module : bsan_suppress_file(frame);
  unsigned distance = correct_file(pattern->file, path, &file);
  if (!is_library) {
    unsigned of_function =
        correct_function(pattern->function, frame, &function);
    // A source file is named, and only the module is known.
    bool is_certain = of_function == 0 && count_of(function, '*') == 0;
    if (distance == BSAN_FAR && !frame->file && is_certain)
      distance = MAX_DISTANCE;
    distance += of_function;
  }
  if (distance > MAX_DISTANCE)
    return 0;
  bsan_text_add(line, "%s", pattern->prefix);
  bsan_text_add_span(line, pattern->word);
  bsan_text_add(line, "%s", pattern->word.length ? ":" : "");
  bsan_text_add_span(line, file);
  bsan_text_add(line, "%s", is_library ? "" : ":");
  bsan_text_add_span(line, function);
  return distance;
}
