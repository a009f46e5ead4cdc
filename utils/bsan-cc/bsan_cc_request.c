//===-- bsan_cc_request.c - Reading what a command line asks for ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules are the compilers' own: the last of two contradicting options wins,
// and a word after an option that takes one is never an input.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc.h"
#include "bsan_cc_options.h"

#include <string.h>

// What is only needed while reading.
struct reading {
  struct bsan_cc_request *request;
  const char *language;
  const char *foreign_triple;
  const char *wrong_abi;
  bool stops_before_link;
  bool only_prints;
  bool makes_shared;
  bool skips_runtime;
  bool has_linkable_input;
};

static bool is_native_triple(const char *triple) {
  bool is_machine = bsan_starts_with(triple, BSAN_ARCH "-");
#if defined(__x86_64__)
  is_machine = is_machine || bsan_starts_with(triple, "amd64-");
#elif defined(__aarch64__)
  is_machine = is_machine || bsan_starts_with(triple, "arm64-");
#endif
  return is_machine && strstr(triple, "linux") && !strstr(triple, "musl") &&
         !strstr(triple, "android") && !strstr(triple, "gnux32");
}

static void read_input(struct reading *reading, const char *file) {
  struct bsan_cc_request *request = reading->request;
  enum bsan_cc_input kind = bsan_cc_input_kind(file, reading->language);
  request->preprocesses |= kind == BSAN_CC_SOURCE || kind == BSAN_CC_HEADER;
  request->compiles |= kind == BSAN_CC_SOURCE || kind == BSAN_CC_HEADER ||
                       kind == BSAN_CC_PREPROCESSED;
  reading->has_linkable_input |= kind != BSAN_CC_HEADER;
}

// value is what belongs to the option, wherever it stood; it may be NULL.
static void read_option(struct reading *reading, const char *argument,
                        enum bsan_cc_effect effect, const char *value) {
  struct bsan_cc_request *request = reading->request;
  switch (effect) {
  case BSAN_CC_NONE:
    break;
  case BSAN_CC_NO_LINK:
    reading->stops_before_link = true;
    break;
  case BSAN_CC_PRINT:
    reading->only_prints = true;
    break;
  case BSAN_CC_SHARED:
    reading->makes_shared = true;
    break;
  case BSAN_CC_STATIC:
    request->is_static = argument;
    break;
  case BSAN_CC_DYNAMIC_LIBC:
    request->is_static = NULL;
    break;
  case BSAN_CC_NO_LIBRARIES:
    request->lacks_default_libraries = true;
    break;
  case BSAN_CC_NO_RUNTIME:
  case BSAN_CC_RUNTIME:
    reading->skips_runtime = effect == BSAN_CC_NO_RUNTIME;
    break;
  case BSAN_CC_SHARED_RUNTIME:
  case BSAN_CC_STATIC_RUNTIME:
    request->wants_shared_runtime = effect == BSAN_CC_SHARED_RUNTIME;
    break;
  case BSAN_CC_LANGUAGE:
    reading->language = value;
    break;
  case BSAN_CC_TARGET:
    reading->foreign_triple = value && is_native_triple(value) ? NULL : value;
    break;
  case BSAN_CC_WRONG_ABI:
    reading->wrong_abi = argument;
    break;
  case BSAN_CC_NATIVE_ABI:
    reading->wrong_abi = NULL;
    break;
  }
}

static void read_arguments(struct reading *reading,
                           const struct bsan_strings *arguments) {
  for (size_t i = 0; i < arguments->count; i++) {
    const char *argument = arguments->items[i];
    if (strcmp(argument, "--") == 0) {
      while (++i < arguments->count)
        read_input(reading, arguments->items[i]);
      return;
    }
    if (argument[0] != '-' || argument[1] == '\0') {
      read_input(reading, argument);
      continue;
    }
    if (bsan_cc_sanitize_read(argument, reading->request))
      continue;
    struct bsan_cc_option option = bsan_cc_option_find(argument);
    if (option.takes_next && i + 1 < arguments->count)
      option.value = arguments->items[++i];
    read_option(reading, argument, option.effect, option.value);
  }
}

void bsan_cc_request_read(const struct bsan_strings *arguments,
                          struct bsan_cc_request *request) {
  struct reading reading = {.request = request};
  read_arguments(&reading, arguments);
  // A compiler that only prints links nothing and never looks at its target.
  if (reading.only_prints)
    request->compiles = request->preprocesses = false;
  else
    request->foreign_target =
        reading.wrong_abi ? reading.wrong_abi : reading.foreign_triple;
  request->links = reading.has_linkable_input && !reading.only_prints &&
                   !reading.stops_before_link && !reading.makes_shared &&
                   !reading.skips_runtime;
}
