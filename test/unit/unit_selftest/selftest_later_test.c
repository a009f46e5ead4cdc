//===-- selftest_later_test.c - A disabled suite --------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All its tests are disabled, whatever their names.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

TEST passes_too(void) {
  ASSERT(true);
  PASS();
}

BSAN_UNIT_SUITE(DISABLED_Later, BSAN_UNIT(passes_too));
