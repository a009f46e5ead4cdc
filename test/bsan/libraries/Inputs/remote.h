//===-- remote.h - For rules about calls that talk to a server ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What such a call leaves in errno when it succeeds depends on whether the
// answer was there at once (EAGAIN when it was not): it is not compared.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_TEST_LIBRARIES_REMOTE_H
#define BSAN_TEST_LIBRARIES_REMOTE_H

#include <errno.h>

static long without_errno(long value) {
  errno = 0;
  return value;
}

#endif  // BSAN_TEST_LIBRARIES_REMOTE_H
