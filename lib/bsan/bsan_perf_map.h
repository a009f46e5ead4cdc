//===-- bsan_perf_map.h - Names of a JIT compiler's code ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PERF_MAP_H
#define BSAN_PERF_MAP_H

#include "bsan.h"

// What a line of the map says of a function.  Unknown strings are NULL, numbers
// 0; the strings live until the next call.
struct bsan_script_name {
  const char *function;
  const char *file;
  int line;
  int column;
};

// Finds the code at PC in the map that the process writes, which is read up to
// its present end.  False when there is no map or no such code.
bool bsan_perf_map_find(uintptr_t pc, struct bsan_script_name *name);
// Takes the name in a line of a map to pieces, in place:
//   JS:*name file:line:column   (V8: the kind of code, how it was compiled)
//   py::name:file               (CPython)
// Any other one is a function's.
void bsan_perf_map_parse(char *text, struct bsan_script_name *name);

#endif // BSAN_PERF_MAP_H
