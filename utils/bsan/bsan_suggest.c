//===-- bsan_suggest.c - Did you mean ...? --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The edit distance of short words; names of commands are all there is to
// compare.
//
//===----------------------------------------------------------------------===//

#include "bsan_commands.h"

#include <string.h>

enum { MAX_LENGTH = 16, MAX_DISTANCE = 2 };

static int smallest(int a, int b, int c) {
  int least = a < b ? a : b;
  return least < c ? least : c;
}

// Levenshtein's distance, one row at a time.
static int distance(const char *a, const char *b) {
  int row[MAX_LENGTH + 1];
  int b_length = (int)strlen(b);
  for (int j = 0; j <= b_length; j++)
    row[j] = j;
  for (int i = 1; a[i - 1]; i++) {
    int diagonal = row[0];
    row[0] = i;
    for (int j = 1; j <= b_length; j++) {
      int substitution = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = smallest(row[j] + 1, row[j - 1] + 1, substitution);
    }
  }
  return row[b_length];
}

const char *bsan_suggest(const char *name, const char *const *known,
                         int count) {
  const char *best = NULL;
  int best_distance = MAX_DISTANCE + 1;
  if (strlen(name) > MAX_LENGTH)
    return NULL;
  for (int i = 0; i < count; i++) {
    if (strlen(known[i]) > MAX_LENGTH)
      continue;
    int candidate = distance(name, known[i]);
    // Two changes turn any two-letter word into any other.
    if (candidate < best_distance && candidate < (int)strlen(name)) {
      best = known[i];
      best_distance = candidate;
    }
  }
  return best;
}
