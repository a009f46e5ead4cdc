//===-- selftest_skips_test.c - Tests that are skipped --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With and without a reason; the reason belongs to the reports.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

TEST skips(void) { SKIP(); }

TEST skips_with_a_reason(void) { SKIPm("this kernel is too <old>"); }

BSAN_UNIT_SUITE(Skips, BSAN_UNIT(skips), BSAN_UNIT(skips_with_a_reason));
