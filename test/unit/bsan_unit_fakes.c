//===-- bsan_unit_fakes.c - Stand-ins for what tests cannot arrange -------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See bsan_unit_fakes.h. The definitions of the public names are the program's,
// as any program may have them; before a test sets one they are empty, which
// is what the runtime sees when it starts.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_fakes.h"

#include <string.h>

#include "bsan_check.h"
#include "bsan_flags.h"
#include "intercept/bsan_calls.h"
#include "platform/bsan_platform.h"
#include "report/bsan_report.h"
#include "report/bsan_reporter.h"
#include "suppress/bsan_suppress.h"

struct bsan_unit_fakes bsan_unit_fakes;

//===-- What the program defines ------------------------------------------===//

const char *__bsan_default_options(void);
const char *__bsan_default_options(void) {
  const char *options = bsan_unit_fakes.default_options;
  return options ? options : "";
}

const char *__bsan_default_suppressions(void);
const char *__bsan_default_suppressions(void) {
  const char *lines = bsan_unit_fakes.default_suppressions;
  return lines ? lines : "";
}

//===-- What the linker sends here ----------------------------------------===//

const char *__real_bsan_bridge_getenv(const char *name);
const char *__wrap_bsan_bridge_getenv(const char *name);
const char *__wrap_bsan_bridge_getenv(const char *name) {
  if (bsan_unit_fakes.options && strcmp(name, "BSAN_OPTIONS") == 0)
    return bsan_unit_fakes.options;
  if (bsan_unit_fakes.run_pid && strcmp(name, "BSAN_RUN_PID") == 0)
    return bsan_unit_fakes.run_pid;
  if (bsan_unit_fakes.run_found && strcmp(name, "BSAN_RUN_FOUND") == 0)
    return bsan_unit_fakes.run_found;
  return __real_bsan_bridge_getenv(name);
}

uint64_t __real_bsan_platform_now_ns(void);
uint64_t __wrap_bsan_platform_now_ns(void);
uint64_t __wrap_bsan_platform_now_ns(void) {
  return bsan_unit_fakes.now_ns ? bsan_unit_fakes.now_ns
                                : __real_bsan_platform_now_ns();
}

uint32_t __real_bsan_platform_switches(void);
uint32_t __wrap_bsan_platform_switches(void);
uint32_t __wrap_bsan_platform_switches(void) {
  return bsan_unit_fakes.counts_switches ? bsan_unit_fakes.switches
                                         : __real_bsan_platform_switches();
}

const char *__real_bsan_bridge_module(uintptr_t pc, uintptr_t *offset);
const char *__wrap_bsan_bridge_module(uintptr_t pc, uintptr_t *offset);
const char *__wrap_bsan_bridge_module(uintptr_t pc, uintptr_t *offset) {
  if (!bsan_unit_fakes.module)
    return __real_bsan_bridge_module(pc, offset);
  *offset = pc;
  return bsan_unit_fakes.module;
}

const char *__real_bsan_platform_module(uintptr_t pc);
const char *__wrap_bsan_platform_module(uintptr_t pc);
const char *__wrap_bsan_platform_module(uintptr_t pc) {
  const char *module = bsan_unit_fakes.module;
  return module ? module : __real_bsan_platform_module(pc);
}

typedef bool visitor(const struct bsan_symbol *symbol, void *arg);

void __real_bsan_bridge_symbolize(uintptr_t pc, visitor *visit, void *arg);
void __wrap_bsan_bridge_symbolize(uintptr_t pc, visitor *visit, void *arg);
void __wrap_bsan_bridge_symbolize(uintptr_t pc, visitor *visit, void *arg) {
  const struct bsan_symbol *symbols = bsan_unit_fakes.symbols;
  if (!symbols) {
    __real_bsan_bridge_symbolize(pc, visit, arg);
    return;
  }
  bool found = false;
  for (size_t i = 0; i < bsan_unit_fakes.symbol_count; i++) {
    // The runtime asks for the address inside the call.
    if (symbols[i].pc != pc + 1)
      continue;
    found = true;
    struct bsan_symbol symbol = symbols[i];
    symbol.pc = pc;
    if (!visit(&symbol, arg))
      return;
  }
  struct bsan_symbol nameless = {.pc = pc};
  if (!found)
    visit(&nameless, arg);
}

//===-- States of the runtime ---------------------------------------------===//

static const struct bsan_flags built_in_flags = {
#define BSAN_FLAG(type, name, value, description) .name = value,
#include "bsan_flags.inc"
#undef BSAN_FLAG
};

void bsan_unit_use_flags(const char *options) {
  bsan_unit_fakes.options = options;
  bsan_flags = built_in_flags;
  bsan_flags.report_thread = false; // In the order of the test's own output.
  bsan_flags_init();
  bsan_report_init();
  bsan_calls_init();
  bsan_check_activate(bsan_flags.enabled);
  bsan_reporter_init();
}

void bsan_unit_use_suppressions(const char *lines) {
  bsan_unit_fakes.default_suppressions = lines;
  bsan_suppress_init();
}

struct bsan_event bsan_unit_make_event(unsigned call) {
  struct bsan_event event = {
      .call = (uint16_t)call, .cls = bsan_calls[call].cls, .fd = -1};
  return event;
}

int bsan_unit_count(const char *text, const char *needle) {
  int count = 0;
  while ((text = strstr(text, needle)) != NULL) {
    count++;
    text += strlen(needle);
  }
  return count;
}
