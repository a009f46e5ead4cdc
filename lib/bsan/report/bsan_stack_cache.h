//===-- bsan_stack_cache.h - Sites without unwinding ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: armed, on the thread of the event.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_REPORT_BSAN_STACK_CACHE_H
#define BSAN_REPORT_BSAN_STACK_CACHE_H

#include "bsan.h"

// The site of an event whose stack is one that was kept, or NULL.
struct bsan_site *bsan_stack_cache_find(const struct bsan_event *event);
// Keeps the stack of the event, which is SITE's, if it can be recognised.
void bsan_stack_cache_keep(const struct bsan_event *event,
                           struct bsan_site *site);

#endif // BSAN_REPORT_BSAN_STACK_CACHE_H
