//===-- bsan_suppress.h - Findings that somebody accepted -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stage 4 of 5 (suppress).  Rules come from three places: the built-in list,
// __bsan_default_suppressions(), and the file of the flag `suppressions`.
//
// Context: armed, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_SUPPRESS_BSAN_SUPPRESS_H
#define BSAN_SUPPRESS_BSAN_SUPPRESS_H

#include "bsan.h"

// One accepted pattern, with what it has hidden.
struct bsan_rule;

// The rule that accepts a call with this stack, or NULL.  Symbolizes: to be
// asked once per call site.
struct bsan_rule *bsan_suppress_match(unsigned call, unsigned cls,
                                      uint32_t stack_id);
// The rule that accepts a callback that took long, and had this stack, or NULL.
// Symbolizes.
struct bsan_rule *bsan_suppress_match_stall(uint32_t stack_id);
// Adds one line while the program runs; false when it cannot be understood or
// there is no room for more.  Context: report.
bool bsan_suppress_add(const char *line);
// Whether a stack has a frame that scan_modules and exclude_modules let count.
bool bsan_suppress_is_scanned(uint32_t stack_id);
// Counts hidden calls, and what they took.  Context: any.
void bsan_suppress_count(struct bsan_rule *rule, uint64_t calls,
                         uint64_t elapsed_ns);
// Whether a rule of the program's has hidden nothing.
bool bsan_suppress_has_unused(void);
// Looks whether such a rule nearly matches a call that was reported: then it is
// printed with a suggestion.  Symbolizes.  Context: report.
void bsan_suppress_compare(unsigned call, unsigned cls, uint32_t stack_id);
// Prints the rules that hid something, and those that did not.
void bsan_suppress_print(void);
// Reads all three sources; a rule that cannot be understood is fatal, with the
// file, the line and what was expected.  Context: init.
void bsan_suppress_init(void);

#endif // BSAN_SUPPRESS_BSAN_SUPPRESS_H
