//===-- bsan_cc_options.h - What single compiler options mean here --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only what decides whether something is compiled or linked, and which options
// are followed by a word that is not an input.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CC_OPTIONS_H
#define BSAN_CC_OPTIONS_H

#include <stdbool.h>

enum bsan_cc_effect {
  BSAN_CC_NONE,
  BSAN_CC_NO_LINK,        // stops before the linker: -c, -E, ...
  BSAN_CC_PRINT,          // prints something and does nothing else
  BSAN_CC_SHARED,         // the output is no program: -shared, -r
  BSAN_CC_STATIC,         // the output has no dynamic loader
  BSAN_CC_DYNAMIC_LIBC,   // undoes BSAN_CC_STATIC
  BSAN_CC_NO_LIBRARIES,   // without the default libraries
  BSAN_CC_NO_RUNTIME,     // without sanitizer runtimes
  BSAN_CC_RUNTIME,        // undoes BSAN_CC_NO_RUNTIME
  BSAN_CC_SHARED_RUNTIME, // -shared-libsan
  BSAN_CC_STATIC_RUNTIME, // -static-libsan
  BSAN_CC_LANGUAGE,       // -x
  BSAN_CC_TARGET,         // --target, -target
  BSAN_CC_WRONG_ABI,      // -m32, -mx32, -m16
  BSAN_CC_NATIVE_ABI,     // undoes BSAN_CC_WRONG_ABI
};

struct bsan_cc_option {
  enum bsan_cc_effect effect;
  // The next argument belongs to this one.
  bool takes_next;
  // What follows the option's name in the same argument; NULL when nothing.
  const char *value;
};

// What a word that starts with '-' means. Unknown options mean nothing.
struct bsan_cc_option bsan_cc_option_find(const char *argument);

enum bsan_cc_input {
  BSAN_CC_LINKER_INPUT,
  BSAN_CC_SOURCE,       // goes through the preprocessor
  BSAN_CC_PREPROCESSED, // compiled without it
  BSAN_CC_ASSEMBLER,    // only assembled
  BSAN_CC_HEADER,       // becomes a precompiled header
};

// By the language of -x; NULL or "none": by the end of the file's name.
enum bsan_cc_input bsan_cc_input_kind(const char *file, const char *language);

#endif // BSAN_CC_OPTIONS_H
