//===-- bsan_canary.h - What bsan check and its canary agree on -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The canary is this same program, started once more under the preloaded
// runtime. The names are its modes; the statuses its ways to fail.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CANARY_H
#define BSAN_CANARY_H

#define BSAN_CANARY_COMMAND "__canary"

#define BSAN_CANARY_LOADED "loaded"
#define BSAN_CANARY_HOOKS "hooks"
#define BSAN_CANARY_LEARNED "learned"
#define BSAN_CANARY_OUTSIDE "outside"

enum {
  BSAN_CANARY_NOT_LOADED = 3, // the runtime is not in the process
  BSAN_CANARY_NO_EPOLL = 4,   // the kernel or a filter refused epoll
  BSAN_CANARY_REPORTED = 44,  // died of a report, as it should
};

#endif // BSAN_CANARY_H
