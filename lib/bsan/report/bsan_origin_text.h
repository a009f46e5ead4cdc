//===-- bsan_origin_text.h - Where an object comes from, as text ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The blocking call is often not the mistake, but that the descriptor was never
// set to O_NONBLOCK, or that somebody keeps a lock.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_ORIGIN_TEXT_H
#define BSAN_REPORT_BSAN_ORIGIN_TEXT_H

#include "bsan.h"

struct bsan_text;

// The call at the inner end of a stack of bsan_caller_stack(), whose frames
// begin at index 1.
unsigned bsan_origin_call(uint32_t stack_id);
// Writes "mutex 0x... is held by thread ... for 12.345 ms", without a newline;
// nothing when the owner is not known.  IS_OVER: the call has returned.
void bsan_origin_write_owner(const struct bsan_event *event, bool is_over,
                             struct bsan_text *text);
// Prints that as a line of the report.
void bsan_origin_print_owner(const struct bsan_event *event);
// Prints the stacks that created the event's descriptor, last set its mode, or
// took its lock, as far as they are known.
void bsan_origin_print_stacks(const struct bsan_event *event);

#endif // BSAN_REPORT_BSAN_ORIGIN_TEXT_H
