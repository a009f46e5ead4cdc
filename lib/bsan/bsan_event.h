//===-- bsan_event.h - Events that outlive their call ---------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An event borrows the program's strings and names a descriptor of the program,
// both good until the call returns.  Who reports later keeps a copy.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_EVENT_H
#define BSAN_EVENT_H

#include "bsan.h"
#include "platform/bsan_platform.h"

enum { BSAN_LONGEST_PATH = 4096 };

// What the strings of a kept event point to.
struct bsan_event_text {
  char strings[BSAN_MAX_SHOWN_ARGS][BSAN_PATH_SIZE];
  char object[BSAN_LONGEST_PATH];
};

// Copies EVENT to *COPY and what it borrows to *TEXT, which must live as long.
// A string that cannot be read becomes a pointer.  To be called as soon as the
// real call has returned, while the descriptor is what it was.
void bsan_event_keep(struct bsan_event *copy, struct bsan_event_text *text,
                     const struct bsan_event *event);

#endif // BSAN_EVENT_H
