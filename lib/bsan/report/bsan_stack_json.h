//===-- bsan_stack_json.h - Stacks as JSON --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_STACK_JSON_H
#define BSAN_REPORT_BSAN_STACK_JSON_H

#include "report/bsan_json.h"

// Adds the frames of a stack of the depot from frame FIRST outwards, as an
// array. When CALL is not 0, the array begins with who called that.
void bsan_stack_json_add(struct bsan_json *json, const char *key,
                         uint32_t stack_id, unsigned first, unsigned call);
// Adds the name of the function of frame INDEX.
void bsan_stack_json_add_name(struct bsan_json *json, const char *key,
                              uint32_t stack_id, unsigned index);
// Adds what identifies a site in every run of the same program: LABEL, the name
// of the call, and where in which module the frames of its stack are.
void bsan_stack_json_add_hash(struct bsan_json *json, const char *key,
                              uint32_t stack_id, const char *label);

#endif // BSAN_REPORT_BSAN_STACK_JSON_H
