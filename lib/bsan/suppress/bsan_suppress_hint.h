//===-- bsan_suppress_hint.h - Patterns that nearly match -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_SUPPRESS_BSAN_SUPPRESS_HINT_H
#define BSAN_SUPPRESS_BSAN_SUPPRESS_HINT_H

#include "bridge/bsan_bridge.h"
#include "suppress/bsan_suppress_parse.h"

enum { BSAN_FAR = 1000 };

// How many characters have to be changed, added or left out for PATTERN, in
// which
// '*' stands for any text, to match TEXT; BSAN_FAR when one of them is long.
unsigned bsan_suppress_distance(struct bsan_span pattern,
                                struct bsan_span text);
// Writes PATTERN to LINE as it would have to be to match the frame, and returns
// how much of it has to change; 0 when that is nothing, or too much to be a
// mistake.
unsigned bsan_suppress_correct(const struct bsan_pattern *pattern,
                               const struct bsan_symbol *frame,
                               struct bsan_text *line);

#endif // BSAN_SUPPRESS_BSAN_SUPPRESS_HINT_H
