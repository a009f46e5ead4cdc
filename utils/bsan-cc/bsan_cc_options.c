//===-- bsan_cc_options.c - What single compiler options mean here --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two tables and their look-up. Whatever is in neither is the real compiler's
// business.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc_options.h"
#include "bsan_strings.h"

#include <string.h>

enum match { WORD, NEXT, START, START_NEXT };

static const struct {
  const char *spelling;
  enum match match;
  enum bsan_cc_effect effect;
} options[] = {
#define BSAN_CC_OPTION(spelling, match, effect)                                \
  {spelling, match, BSAN_CC_##effect},
#include "bsan_cc_options.inc"
};

struct bsan_cc_option bsan_cc_option_find(const char *argument) {
  for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
    enum match match = options[i].match;
    bool is_start = match == START || match == START_NEXT;
    size_t length = strlen(options[i].spelling);
    if (strncmp(argument, options[i].spelling, length) != 0 ||
        (argument[length] != '\0' && !is_start))
      continue;
    return (struct bsan_cc_option){
        .effect = options[i].effect,
        .takes_next = match == NEXT || match == START_NEXT,
        .value = argument[length] ? argument + length : NULL,
    };
  }
  return (struct bsan_cc_option){BSAN_CC_NONE, false, NULL};
}

static const struct {
  const char *endings;
  enum bsan_cc_input kind;
} suffixes[] = {
    {"c C cc cp cpp CPP cxx CXX c++ cppm cu hip cl m M mm", BSAN_CC_SOURCE},
    {"S sx f f77 f90 f95 F F90 F95 go d ads adb", BSAN_CC_SOURCE},
    {"i ii mi mii ll bc", BSAN_CC_PREPROCESSED},
    {"s", BSAN_CC_ASSEMBLER},
    {"h H hh hp hpp HPP hxx h++ tcc", BSAN_CC_HEADER},
};

static bool has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += length) {
    bool starts = at == words || at[-1] == ' ';
    if (starts && (at[length] == ' ' || at[length] == '\0'))
      return true;
  }
  return false;
}

static enum bsan_cc_input kind_by_name(const char *file) {
  const char *dot = strrchr(file, '.');
  if (strcmp(file, "-") == 0)
    return BSAN_CC_SOURCE;
  if (!dot || !dot[1] || strchr(dot, '/'))
    return BSAN_CC_LINKER_INPUT;
  for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
    if (has_word(suffixes[i].endings, dot + 1))
      return suffixes[i].kind;
  return BSAN_CC_LINKER_INPUT;
}

enum bsan_cc_input bsan_cc_input_kind(const char *file, const char *language) {
  if (!language || strcmp(language, "none") == 0)
    return kind_by_name(file);
  if (strcmp(language, "assembler") == 0)
    return BSAN_CC_ASSEMBLER;
  if (strcmp(language, "ir") == 0 || bsan_ends_with(language, "cpp-output"))
    return BSAN_CC_PREPROCESSED;
  if (strstr(language, "-header"))
    return BSAN_CC_HEADER;
  return BSAN_CC_SOURCE;
}
