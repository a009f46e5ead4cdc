//===-- bsan_bridge_depot.h - The depot of stacks over a fork --*- C++ -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_BRIDGE_BSAN_BRIDGE_DEPOT_H
#define BSAN_BRIDGE_BSAN_BRIDGE_DEPOT_H

// Waits until no other thread is in the depot, and keeps them out.
void LeaveDepotBeforeFork();
void OpenDepotAfterFork(bool in_child);

#endif // BSAN_BRIDGE_BSAN_BRIDGE_DEPOT_H
