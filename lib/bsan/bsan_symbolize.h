//===-- bsan_symbolize.h - Names of addresses -----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_SYMBOLIZE_H
#define BSAN_SYMBOLIZE_H

#include "bridge/bsan_bridge.h"
#include "bsan.h"

// As bsan_bridge_symbolize(), and code of no module by the map that its
// compiler writes: such a frame is a script's, see bsan_symbol.
void bsan_symbolize(uintptr_t pc,
                    bool (*visit)(const struct bsan_symbol *, void *),
                    void *arg);

// The path of the file that PC is in, NULL if none.  Never waits for the
// symbolizer.  Context: any.
const char *bsan_find_module(uintptr_t pc);

#endif // BSAN_SYMBOLIZE_H
