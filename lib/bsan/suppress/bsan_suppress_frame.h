//===-- bsan_suppress_frame.h - Patterns and frames ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: armed; one thread at a time.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_SUPPRESS_BSAN_SUPPRESS_FRAME_H
#define BSAN_SUPPRESS_BSAN_SUPPRESS_FRAME_H

#include "bridge/bsan_bridge.h"
#include "intercept/bsan_calls.h"
#include "suppress/bsan_suppress_parse.h"

// In place of a call, of which 0 is one that the program declares: the stack is
// that of a stall.
enum { BSAN_STALL_CALL = BSAN_CALL_COUNT };

// Whether PATTERN's first word names the call.
bool bsan_suppress_is_about(const struct bsan_pattern *pattern, unsigned call,
                            unsigned cls);
// Whether the frame has both the file and the function of PATTERN.
bool bsan_suppress_matches_frame(const struct bsan_pattern *pattern,
                                 const struct bsan_symbol *symbol);
// Whether PATTERN matches a whole path (NULL: an unknown one), or its end from
// a
// '/' on.
bool bsan_suppress_matches_path(struct bsan_span pattern, const char *path);
// Whether PATTERN matches the function, with what compilers add to its name or
// not.
bool bsan_suppress_matches_function(struct bsan_span pattern,
                                    const struct bsan_symbol *symbol);
// What stands for the source file: without debug information the module.
const char *bsan_suppress_file(const struct bsan_symbol *symbol);
// Writes the function's name as one would write it in a pattern.
void bsan_suppress_write_name(const struct bsan_symbol *symbol,
                              struct bsan_text *name);

#endif // BSAN_SUPPRESS_BSAN_SUPPRESS_FRAME_H
