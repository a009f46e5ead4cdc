//===-- bsan_options.h - Building a BSAN_OPTIONS string -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The syntax is the sanitizers' own: key=value, separated by colons, the last
// one wins.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_OPTIONS_H
#define BSAN_OPTIONS_H

#include "bsan_strings.h"

#include <stdbool.h>

// Appends key=value, with quotes where the value needs them. A value that
// cannot be written (both kinds of quotes) is an error and the end.
void bsan_options_add(struct bsan_strings *options, const char *key,
                      const char *value);

// The same for one word "KEY=VALUE"; anything else is an error and the end.
void bsan_options_add_word(struct bsan_strings *options, const char *word);

// Whether the last value of a yes-or-no flag in an options string is yes.
bool bsan_options_is_on(const char *options, const char *key);

#endif // BSAN_OPTIONS_H
