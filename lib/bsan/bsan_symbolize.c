//===-- bsan_symbolize.c - Names of addresses -----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules first: runtimes write the code that is in their file to their maps
// too, and the file knows more of it.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "bsan_symbolize.h"

#include "bsan_perf_map.h"
#include "platform/bsan_platform.h"

struct visitor {
  bool (*visit)(const struct bsan_symbol *, void *);
  void *arg;
};

static bool visit_symbol(const struct bsan_symbol *symbol, void *arg) {
  const struct visitor *visitor = arg;
  struct bsan_symbol script = *symbol;
  struct bsan_script_name name;
  if (!symbol->module && !symbol->function &&
      bsan_perf_map_find(symbol->pc, &name)) {
    script.function = name.function;
    script.file = name.file;
    script.line = name.line;
    script.column = name.column;
    script.is_script = true;
  }
  return visitor->visit(&script, visitor->arg);
}

void bsan_symbolize(uintptr_t pc,
                    bool (*visit)(const struct bsan_symbol *, void *),
                    void *arg) {
  struct visitor visitor = {visit, arg};
  bsan_bridge_symbolize(pc, visit_symbol, &visitor);
}

const char *bsan_find_module(uintptr_t pc) {
  static char program[4096];
  const char *module = bsan_platform_module(pc);
  if (!module || module[0])
    return module;
  bsan_bridge_program(program, sizeof(program)); // Always the same.
  return program;
}
