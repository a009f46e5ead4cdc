//===-- bsan_suppress_hint_test.c - Unit tests of bsan_suppress_hint.c ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is taken for a slip of the finger, and what for another name.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <string.h>

#include "suppress/bsan_suppress_hint.h"

static unsigned distance(const char *pattern, const char *text) {
  return bsan_suppress_distance(bsan_span_of(pattern), bsan_span_of(text));
}

TEST the_distance_counts_edits(void) {
  ASSERT_EQ(0u, distance("load_config", "load_config"));
  ASSERT_EQ(1u, distance("load_confg", "load_config"));
  ASSERT_EQ(1u, distance("load__config", "load_config"));
  ASSERT_EQ(2u, distance("laod_config", "load_config"));
  ASSERT_EQ(3u, distance("", "abc"));
  ASSERT_EQ(3u, distance("abc", ""));
  PASS();
}

TEST a_star_stands_for_any_text_in_a_distance(void) {
  ASSERT_EQ(0u, distance("load_*", "load_config"));
  ASSERT_EQ(0u, distance("*", ""));
  ASSERT_EQ(0u, distance("*_config", "load_config"));
  ASSERT_EQ(1u, distance("laad_*", "load_config"));
  ASSERT_EQ(1u, distance("l*confg", "load_config"));
  PASS();
}

TEST long_names_are_far(void) {
  char name[200];
  memset(name, 'a', sizeof(name) - 1);
  name[sizeof(name) - 1] = 0;
  ASSERT_EQ((unsigned)BSAN_FAR, distance(name, "a"));
  ASSERT_EQ((unsigned)BSAN_FAR, distance("a", name));
  PASS();
}

static const struct bsan_symbol load_config = {.function = "load_config",
                                               .file = "/home/me/src/conf.c",
                                               .module = "/home/me/server"};
static const struct bsan_symbol in_library = {
    .function = "ns::Map<int>::get(int) const", .module = "/lib/libfoo.so.1"};

// How the pattern TYPE:TEXT is corrected, or "".
static const char *correct(const char *type, const char *text,
                           const struct bsan_symbol *frame) {
  static char buffer[256];
  struct bsan_pattern pattern = bsan_suppress_pattern(type, text);
  struct bsan_text line;
  bsan_text_init(&line, buffer, sizeof(buffer));
  unsigned distance = bsan_suppress_correct(&pattern, frame, &line);
  return distance ? buffer : "";
}

static const char *correct_any(const char *text) {
  return correct("blocking", text, &load_config);
}

TEST slips_are_corrected(void) {
  ASSERT_STR_EQ("blocking:conf.c:load_config",
                correct_any("conf.c:load_confg"));
  ASSERT_STR_EQ("blocking:conf.c:load_config",
                correct_any("cnof.c:load_config"));
  ASSERT_STR_EQ("blocking:src/conf.c:load_config",
                correct_any("scr/conf.c:load_config"));
  ASSERT_STR_EQ("blocking:*:load_config", correct_any("laod_config"));
  ASSERT_STR_EQ("blocking:*:load_config", correct_any("*:load_cn*"));
  PASS();
}

TEST the_rest_of_a_line_stays_as_it_is(void) {
  ASSERT_STR_EQ("blocking:con*:load_config", correct_any("con*:load_confi"));
  ASSERT_STR_EQ("dns:*:load_config",
                correct("class", "dns:load_confi", &load_config));
  ASSERT_STR_EQ("usleep:conf.c:load_*",
                correct("call", "usleep:comf.c:load_*", &load_config));
  PASS();
}

TEST other_names_are_none(void) {
  ASSERT_STR_EQ("", correct_any("conf.c:load_config")); // It is right.
  ASSERT_STR_EQ("", correct_any("conf.c:save_config"));
  ASSERT_STR_EQ("", correct_any("timer.c:load_config"));
  ASSERT_STR_EQ("", correct_any("cnof.c:laod_config"));
  ASSERT_STR_EQ("", correct_any("a.c:load_config"));
  ASSERT_STR_EQ("", correct_any("*:ld*"));
  PASS();
}

TEST libraries_and_templates_are_corrected_too(void) {
  ASSERT_STR_EQ("called_from_lib:libfoo.so.1",
                correct("called_from_lib", "libfo.so.1", &in_library));
  ASSERT_STR_EQ("blocking:libfoo*:ns::Map::get",
                correct("blocking", "libfoo*:ns::Mup::get", &in_library));
  PASS();
}

TEST where_no_file_is_known_the_module_is_suggested(void) {
  const struct bsan_symbol stripped = {.function = "load_config",
                                       .module = "/home/me/server"};
  ASSERT_STR_EQ("blocking:server:load_config",
                correct("blocking", "conf.c:load_config", &stripped));
  ASSERT_STR_EQ("", correct("blocking", "conf.c:*", &stripped));
  ASSERT_STR_EQ("", correct("blocking", "conf.c:load_*", &stripped));
  PASS();
}

BSAN_UNIT_SUITE(SuppressHint, BSAN_UNIT(the_distance_counts_edits),
                BSAN_UNIT(a_star_stands_for_any_text_in_a_distance),
                BSAN_UNIT(long_names_are_far), BSAN_UNIT(slips_are_corrected),
                BSAN_UNIT(the_rest_of_a_line_stays_as_it_is),
                BSAN_UNIT(other_names_are_none),
                BSAN_UNIT(libraries_and_templates_are_corrected_too),
                BSAN_UNIT(where_no_file_is_known_the_module_is_suggested));
