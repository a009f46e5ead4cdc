//===-- bsan_classes.h - The kinds of blocking ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime's own table.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CLASSES_H
#define BSAN_CLASSES_H

struct bsan_class {
  const char *word;
  const char *why;  // "name lookups wait for the network"
  const char *hint; // "use a timer of the event loop"
};

// A general answer for a word that is not known: the log may be of a later
// version.
const struct bsan_class *bsan_class_find(const char *word);

#endif // BSAN_CLASSES_H
