//===-- bsan_classes.c - The kinds of blocking ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lib/bsan/bsan_classes.inc is the only list of them.
//
//===----------------------------------------------------------------------===//

#include "bsan_classes.h"

#include <stddef.h>
#include <string.h>

static const struct bsan_class classes[] = {
#define BSAN_CLASS(id, word, why, hint) {word, why, hint},
#include "bsan_classes.inc"
#undef BSAN_CLASS
};

const struct bsan_class *bsan_class_find(const char *word) {
  static const struct bsan_class other = {"other", "it waits for something",
                                          "make the call on a worker thread"};
  for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
    if (strcmp(classes[i].word, word) == 0)
      return &classes[i];
  return &other;
}
