//===-- slow_library.c - A library that takes its time to go --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <unistd.h>

__attribute__((destructor)) static void go(void) { usleep(2000); }
