//===-- bsan_cc_sanitize.c - The list of -fsanitize= ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compilers refuse a sanitizer they do not know, so "blocking" must
// disappear from every list, whether it is on at the end or not.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc.h"
#include "bsan_cc_options.h"

#include <string.h>

static const char our_name[] = "blocking";

// Sanitizers that come without a runtime of their own; the rest may bring one
// that has the same parts inside as ours.
static const char *const without_runtime[] = {
    "undefined-trap", "cfi", "kcfi", "shadow-call-stack", "kernel-address",
};

struct sanitize_argument {
  const char *prefix; // with the '='
  const char *list;   // NULL when it is another argument
  bool turns_on;
};

static struct sanitize_argument parse(const char *argument) {
  static const char on[] = "-fsanitize=", off[] = "-fno-sanitize=";
  if (bsan_starts_with(argument, on))
    return (struct sanitize_argument){on, argument + strlen(on), true};
  if (bsan_starts_with(argument, off))
    return (struct sanitize_argument){off, argument + strlen(off), false};
  return (struct sanitize_argument){NULL, NULL, false};
}

// The next name of a comma-separated list; NULL at its end.
static char *next_name(const char **list) {
  if (!*list)
    return NULL;
  const char *comma = strchr(*list, ',');
  char *name =
      bsan_copy(*list, comma ? (size_t)(comma - *list) : strlen(*list));
  *list = comma ? comma + 1 : NULL;
  return name;
}

static void apply(struct bsan_cc_request *request, const char *name,
                  bool turns_on) {
  bool is_all = strcmp(name, "all") == 0;
  if (is_all && !turns_on)
    bsan_strings_clear(&request->other_sanitizers);
  if (strcmp(name, our_name) == 0 || (is_all && !turns_on)) {
    request->is_blocking = turns_on;
    return;
  }
  bsan_strings_remove(&request->other_sanitizers, name);
  if (turns_on)
    bsan_strings_add(&request->other_sanitizers, name);
}

bool bsan_cc_sanitize_read(const char *argument,
                           struct bsan_cc_request *request) {
  struct sanitize_argument parsed = parse(argument);
  if (!parsed.list)
    return false;
  for (char *name; (name = next_name(&parsed.list));)
    apply(request, name, parsed.turns_on);
  return true;
}

bool bsan_cc_sanitize_has_other_runtime(const struct bsan_cc_request *request) {
  size_t harmless = 0;
  for (size_t i = 0; i < request->other_sanitizers.count; i++) {
    const char *name = request->other_sanitizers.items[i];
    for (size_t j = 0; j < sizeof(without_runtime) / sizeof(char *); j++)
      harmless += strcmp(name, without_runtime[j]) == 0;
  }
  return harmless < request->other_sanitizers.count;
}

// The argument without our name; NULL when nothing of it is left.
static char *remove_our_name(const char *argument) {
  struct sanitize_argument parsed = parse(argument);
  struct bsan_strings names = {0};
  for (char *name; (name = next_name(&parsed.list));)
    bsan_strings_add(&names, name);
  bsan_strings_remove(&names, our_name);
  if (names.count == 0)
    return NULL;
  return bsan_format("%s%s", parsed.prefix, bsan_strings_join(&names, ","));
}

// What is left of an argument for the real compiler; NULL: nothing. gcc does
// not know -shared-libsan at all, and clang would add an rpath for it although
// no sanitizer of its own is in use.
static const char *edit_one(const char *argument, bool keeps_runtime_choice) {
  if (parse(argument).list) {
    const char *edited = remove_our_name(argument);
    return edited && strcmp(edited, argument) == 0 ? argument : edited;
  }
  enum bsan_cc_effect effect = bsan_cc_option_find(argument).effect;
  bool is_choice =
      effect == BSAN_CC_SHARED_RUNTIME || effect == BSAN_CC_STATIC_RUNTIME;
  return is_choice && !keeps_runtime_choice ? NULL : argument;
}

size_t bsan_cc_sanitize_edit(const struct bsan_strings *arguments,
                             const struct bsan_cc_request *request,
                             bool is_clang, struct bsan_strings *edited) {
  bool keeps_runtime_choice =
      !request->is_blocking ||
      (is_clang && bsan_cc_sanitize_has_other_runtime(request));
  size_t edits = 0;
  for (size_t i = 0; i < arguments->count; i++) {
    const char *argument = arguments->items[i];
    if (strcmp(argument, "--") == 0) {
      for (; i < arguments->count; i++)
        bsan_strings_add(edited, arguments->items[i]);
      break;
    }
    const char *rest = edit_one(argument, keeps_runtime_choice);
    edits += rest != argument;
    if (rest)
      bsan_strings_add(edited, rest);
    if (bsan_cc_option_find(argument).takes_next && i + 1 < arguments->count)
      bsan_strings_add(edited, arguments->items[++i]);
  }
  return edits;
}
