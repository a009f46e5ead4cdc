//===-- bsan_text_test.c - Unit tests of bsan_text.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers end in a byte that must survive: what does not fit is dropped, never
// written.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <string.h>

#include "bsan_text.h"

TEST formats_into_the_buffer(void) {
  char buffer[32];
  struct bsan_text text;
  bsan_text_init(&text, buffer, sizeof(buffer));
  bsan_text_add(&text, "%s=%d", "fd", -7);
  bsan_text_add(&text, " %u", 3u);
  ASSERT_STR_EQ("fd=-7 3", buffer);
  ASSERT_EQ(strlen(buffer), text.length);
  PASS();
}

TEST drops_what_does_not_fit(void) {
  char buffer[6] = "-----";
  struct bsan_text text;
  bsan_text_init(&text, buffer, 5);
  bsan_text_add(&text, "%s", "abcdefgh");
  ASSERT_STR_EQ("abcd", buffer);
  ASSERT_EQ(4, text.length);
  bsan_text_add(&text, "%s", "x");
  bsan_text_add_span(&text, bsan_span_of("y"));
  bsan_text_add_quoted(&text, "z");
  ASSERT_STR_EQ("abcd", buffer);
  ASSERT_EQ(4, text.length);
  ASSERT_EQ('\0', buffer[5]);
  PASS();
}

TEST a_buffer_of_one_byte_stays_empty(void) {
  char buffer[2] = {'x', 'x'};
  struct bsan_text text;
  bsan_text_init(&text, buffer, 1);
  bsan_text_add(&text, "abc");
  bsan_text_add_span(&text, bsan_span_of("abc"));
  bsan_text_add_quoted(&text, "abc");
  ASSERT_EQ('\0', buffer[0]);
  ASSERT_EQ('x', buffer[1]);
  ASSERT_EQ(0, text.length);
  PASS();
}

TEST cuts_spans_to_the_room(void) {
  char buffer[8] = "-------";
  struct bsan_text text;
  bsan_text_init(&text, buffer, 5);
  bsan_text_add_span(&text, (struct bsan_span){"abcdef", 3});
  ASSERT_STR_EQ("abc", buffer);
  bsan_text_add_span(&text, (struct bsan_span){"defg", 4});
  ASSERT_STR_EQ("abcd", buffer);
  ASSERT_EQ('-', buffer[5]);
  PASS();
}

TEST control_characters_become_question_marks(void) {
  char buffer[32];
  struct bsan_text text;
  bsan_text_init(&text, buffer, sizeof(buffer));
  bsan_text_add_quoted(&text, "a\nb\x7f"
                              "c\x1b[1m\x1f \xc3\xa9~");
  ASSERT_STR_EQ("a?b?c?[1m? \xc3\xa9~", buffer);
  PASS();
}

TEST cuts_quoted_text_to_the_room(void) {
  char buffer[6] = "-----";
  struct bsan_text text;
  bsan_text_init(&text, buffer, 4);
  bsan_text_add_quoted(&text, "abcdef");
  ASSERT_STR_EQ("abc", buffer);
  ASSERT_EQ('-', buffer[4]);
  PASS();
}

TEST compares_strings(void) {
  ASSERT(bsan_text_equal("read", "read"));
  ASSERT_FALSE(bsan_text_equal("read", "reads"));
  ASSERT(bsan_text_starts_with("/proc/self", "/proc/"));
  ASSERT(bsan_text_starts_with("x", ""));
  ASSERT_FALSE(bsan_text_starts_with("/pro", "/proc/"));
  PASS();
}

TEST a_span_equals_only_as_a_whole(void) {
  struct bsan_span span = {"foobar", 3};
  ASSERT(bsan_span_equals(span, "foo"));
  ASSERT_FALSE(bsan_span_equals(span, "foobar"));
  ASSERT_FALSE(bsan_span_equals(span, "fo"));
  ASSERT_FALSE(bsan_span_equals(span, "fop"));
  ASSERT(bsan_span_equals((struct bsan_span){"x", 0}, ""));
  PASS();
}

TEST trims_blanks_at_both_ends(void) {
  ASSERT(
      bsan_span_equals(bsan_span_trim(bsan_span_of(" \t\ra b\t \r")), "a b"));
  ASSERT(bsan_span_equals(bsan_span_trim(bsan_span_of("a")), "a"));
  ASSERT_EQ(0, bsan_span_trim(bsan_span_of(" \t\r ")).length);
  ASSERT_EQ(0, bsan_span_trim(bsan_span_of("")).length);
  PASS();
}

TEST cuts_at_every_separator(void) {
  struct bsan_span rest = bsan_span_of("a,,bc,"), piece;
  ASSERT(bsan_span_next(&rest, ',', &piece));
  ASSERT(bsan_span_equals(piece, "a"));
  ASSERT(bsan_span_next(&rest, ',', &piece));
  ASSERT(bsan_span_equals(piece, ""));
  ASSERT(bsan_span_next(&rest, ',', &piece));
  ASSERT(bsan_span_equals(piece, "bc"));
  ASSERT_FALSE(bsan_span_next(&rest, ',', &piece));
  PASS();
}

TEST cuts_no_further_than_the_span(void) {
  struct bsan_span rest = {"ab,c", 2}, piece;
  ASSERT(bsan_span_next(&rest, ',', &piece));
  ASSERT(bsan_span_equals(piece, "ab"));
  ASSERT_FALSE(bsan_span_next(&rest, ',', &piece));
  PASS();
}

static bool matches(const char *pattern, const char *text) {
  return bsan_text_matches(bsan_span_of(pattern), bsan_span_of(text));
}

TEST a_star_stands_for_any_text(void) {
  ASSERT(matches("uv_*", "uv_run"));
  ASSERT(matches("uv_*", "uv_"));
  ASSERT(matches("*.so*", "libuv.so.1"));
  ASSERT(matches("a*b*c", "a-b-b-c"));
  ASSERT_FALSE(matches("uv_*", "xuv_run"));
  ASSERT_FALSE(matches("uv_", "uv_run"));
  ASSERT_FALSE(matches("a*b*c", "a-c-b"));
  PASS();
}

// The definition, as slow as it is short.
static bool matches_slowly(const char *pattern, const char *text) {
  if (!*pattern)
    return !*text;
  if (*pattern == '*')
    return matches_slowly(pattern + 1, text) ||
           (*text && matches_slowly(pattern, text + 1));
  return *pattern == *text && matches_slowly(pattern + 1, text + 1);
}

// The NUMBER-th word over ALPHABET; all words up to a length come in turn.
static const char *write_word(unsigned number, const char *alphabet,
                              char *word) {
  unsigned letters = (unsigned)strlen(alphabet);
  size_t length = 0;
  for (; number; number = (number - 1) / letters)
    word[length++] = alphabet[(number - 1) % letters];
  word[length] = 0;
  return word;
}

TEST matches_as_defined_for_all_short_texts(void) {
  enum {
    PATTERNS = 1 + 3 + 9 + 27 + 81 + 243,
    TEXTS = 1 + 2 + 4 + 8 + 16 + 32
  };
  char pattern[8], text[8], both[32];
  for (unsigned p = 0; p < PATTERNS; p++)
    for (unsigned t = 0; t < TEXTS; t++) {
      write_word(p, "ab*", pattern);
      write_word(t, "ab", text);
      snprintf(both, sizeof(both), "'%s' on '%s'", pattern, text);
      ASSERT_EQm(both, matches_slowly(pattern, text), matches(pattern, text));
    }
  PASS();
}

// With a recursive match this would not end before the test's time does.
TEST many_stars_are_not_slow(void) {
  char text[4096];
  memset(text, 'a', sizeof(text) - 1);
  text[sizeof(text) - 1] = 0;
  ASSERT_FALSE(matches("a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
  ASSERT(matches("a*a*a*a*a*a*a*a*a*a*a*a*a*a*", text));
  PASS();
}

BSAN_UNIT_SUITE(Text, BSAN_UNIT(formats_into_the_buffer),
                BSAN_UNIT(drops_what_does_not_fit),
                BSAN_UNIT(a_buffer_of_one_byte_stays_empty),
                BSAN_UNIT(cuts_spans_to_the_room),
                BSAN_UNIT(control_characters_become_question_marks),
                BSAN_UNIT(cuts_quoted_text_to_the_room),
                BSAN_UNIT(compares_strings),
                BSAN_UNIT(a_span_equals_only_as_a_whole),
                BSAN_UNIT(trims_blanks_at_both_ends),
                BSAN_UNIT(cuts_at_every_separator),
                BSAN_UNIT(cuts_no_further_than_the_span),
                BSAN_UNIT(a_star_stands_for_any_text),
                BSAN_UNIT(matches_as_defined_for_all_short_texts),
                BSAN_UNIT(many_stars_are_not_slow));
