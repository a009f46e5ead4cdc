//===-- bsan_exports.h - The names that the runtime exports ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Preprocessed by the build into a line "BSAN_EXPORT symbol" per row.
//
//===----------------------------------------------------------------------===//

#define BSAN_CALL(ret, symbol, ...) BSAN_EXPORT symbol
#define BSAN_LIBRARY(...)
#define BSAN_VIRTUAL(...)
#include "intercept/bsan_calls.inc"
