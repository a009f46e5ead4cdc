//===-- bsan_stack_text.h - Stacks as text --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_STACK_TEXT_H
#define BSAN_REPORT_BSAN_STACK_TEXT_H

#include "bsan.h"

struct bsan_symbol;
struct bsan_text;
struct bsan_thread;

// Calls VISIT for the frames of a stack of the depot from frame FIRST outwards,
// inlined ones too, until it says false.  When CALL is not 0, the frames that
// are still the call are left out.
void bsan_stack_visit(uint32_t stack_id, unsigned first, unsigned call,
                      bool (*visit)(const struct bsan_symbol *, void *),
                      void *arg);
// Prints a stack of the depot from frame FIRST outwards, numbered from 0.  When
// CALL is not 0, frame 0 is the called function itself under the name that the
// programmer knows.
void bsan_stack_print(uint32_t stack_id, unsigned first, unsigned call);
// Prints "SUMMARY: ... KIND ... (LABEL)" for the innermost frame of the
// program.
void bsan_stack_print_summary(const char *kind, uint32_t stack_id,
                              unsigned call, const char *label);
// Writes "function" (or "module+0xoffset") and "file:line" of frame INDEX, or,
// when CALL is not 0, of whoever called that.
void bsan_stack_name(uint32_t stack_id, unsigned index, unsigned call,
                     struct bsan_text *function, struct bsan_text *place);
// Writes the name of the thread's loop: what the program calls it, or the
// function that runs it.
struct bsan_thread_facts;
void bsan_stack_loop_name(const struct bsan_thread_facts *thread,
                          struct bsan_text *text);

#endif // BSAN_REPORT_BSAN_STACK_TEXT_H
