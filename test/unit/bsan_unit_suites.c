//===-- bsan_unit_suites.c - The table of suites --------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled into each executable with that executable's BSAN_UNIT_SUITES_INC.
// An explicit table: nothing depends on constructors or linker sections.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

const struct bsan_unit_suite *const bsan_unit_suites[] = {
#define BSAN_UNIT_SUITE_ROW(NAME, FILE) &bsan_unit_suite_##NAME,
#include BSAN_UNIT_SUITES_INC
#undef BSAN_UNIT_SUITE_ROW
    NULL};
