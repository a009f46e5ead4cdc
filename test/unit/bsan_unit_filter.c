//===-- bsan_unit_filter.c - Which tests a filter means -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// googletest's rules: the first '-' ends the positive part; no positive part
// means all, but an empty filter means none; patterns match the whole name.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <string.h>

// Matches name with the pattern that ends before end. Going back to the last
// star alone is enough: an earlier one could only take less.
static bool pattern_matches(const char *pattern, const char *end,
                            const char *name) {
  const char *after_star = NULL;
  const char *star_name = NULL;
  while (*name != '\0') {
    if (pattern < end && *pattern == '*') {
      after_star = ++pattern;
      star_name = name;
    } else if (pattern < end && (*pattern == '?' || *pattern == *name)) {
      pattern++;
      name++;
    } else if (after_star) {
      pattern = after_star;
      name = ++star_name;
    } else {
      return false;
    }
  }
  while (pattern < end && *pattern == '*')
    pattern++;
  return pattern == end;
}

// Matches name with the ':'-separated patterns that end before end.
static bool any_pattern_matches(const char *patterns, const char *end,
                                const char *name) {
  for (;;) {
    const char *colon = memchr(patterns, ':', (size_t)(end - patterns));
    if (pattern_matches(patterns, colon ? colon : end, name))
      return true;
    if (!colon)
      return false;
    patterns = colon + 1;
  }
}

bool bsan_unit_filter_matches(const char *filter, const char *name) {
  const char *end = filter + strlen(filter);
  const char *dash = strchr(filter, '-');
  if (!dash)
    return any_pattern_matches(filter, end, name);
  if (any_pattern_matches(dash + 1, end, name))
    return false;
  return dash == filter || any_pattern_matches(filter, dash, name);
}
