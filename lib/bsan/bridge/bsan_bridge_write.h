//===-- bsan_bridge_write.h - Writing to the report file ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: any but a signal handler.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BRIDGE_BSAN_BRIDGE_WRITE_H
#define BSAN_BRIDGE_BSAN_BRIDGE_WRITE_H

// Writes TEXT to the report file, wherever that is by now.
void bsan_bridge_write(const char *text);

#endif // BSAN_BRIDGE_BSAN_BRIDGE_WRITE_H
