//===-- bsan_bridge.cpp - sanitizer_common in plain C types ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See bsan_bridge.h for the contracts and README.md for what belongs here.
//
// Context: armed or init.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge.h"

#include "bridge/bsan_bridge_write.h"
#include "interception/interception.h"
#include "platform/bsan_unwind.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_interface_internal.h"
#include "sanitizer_common/sanitizer_internal_defs.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_placement_new.h"
#include "sanitizer_common/sanitizer_report_decorator.h"
#include "sanitizer_common/sanitizer_stacktrace.h"
#include "sanitizer_common/sanitizer_stacktrace_printer.h"
#include "sanitizer_common/sanitizer_suppressions.h"
#include "sanitizer_common/sanitizer_symbolizer.h"

using namespace __sanitizer;

namespace __sanitizer {
// Declared in no header (sanitizer_printf.cpp).
int VSNPrintf(char *buffer, int size, const char *format, va_list args);
} // namespace __sanitizer

// Every runtime defines its own, see sanitizer_stacktrace.h.
void __sanitizer::BufferedStackTrace::UnwindImpl(uptr pc, uptr bp,
                                                 void *context,
                                                 bool request_fast,
                                                 u32 max_depth) {
  uptr top = 0, bottom = 0;
  bool fast = StackTrace::WillUseFastUnwind(request_fast);
  if (fast)
    GetThreadStackTopAndBottom(false, &top, &bottom);
  Unwind(max_depth, pc, bp, context, top, bottom, fast);
}

//--- Start, end, printing --------------------------------------------------//

void bsan_bridge_init() {
  SanitizerToolName = "BlockSanitizer";
  CacheBinaryName();
}

void bsan_bridge_die() { Die(); }

void bsan_bridge_fail() {
  if (!common_flags()->exitcode)
    internal__exit(1);
  Die();
}

void bsan_bridge_set_death_callback(void (*callback)(void)) {
  SetUserDieCallback(callback);
}

int bsan_bridge_exit_code() { return common_flags()->exitcode; }

int bsan_bridge_verbosity() { return Verbosity(); }

bool bsan_bridge_prints_suppressions() {
  return common_flags()->print_suppressions;
}

int bsan_bridge_vformat(char *out, size_t size, const char *format,
                        va_list args) {
  return VSNPrintf(out, size, format, args);
}

namespace {
class Decorator : public SanitizerCommonDecorator {
public:
  const char *Name() const { return Green(); }
};
} // namespace

const char *bsan_bridge_color(enum bsan_color color) {
  Decorator decorator;
  switch (color) {
  case BSAN_COLOR_ERROR:
    return decorator.Error();
  case BSAN_COLOR_NAME:
    return decorator.Name();
  case BSAN_COLOR_PLAIN:
    return decorator.Default();
  }
  return "";
}

const char *bsan_bridge_getenv(const char *name) { return GetEnv(name); }

void bsan_bridge_program(char *path, size_t size) {
  ReadBinaryNameCached(path, size);
}

//--- Interception ----------------------------------------------------------//

void bsan_bridge_intercept(const char *name, const char *version,
                           uintptr_t wrapper, uintptr_t *real) {
  using __interception::InterceptFunction;
  __interception::uptr found = 0;
  if (version)
    InterceptFunction(name, version, &found, wrapper, wrapper);
  if (!found)
    InterceptFunction(name, &found, wrapper, wrapper);
  *real = found;
}

//--- Stacks ----------------------------------------------------------------//

// The code of the wrappers that callbacks return to (BSAN_WRAP_RUN).
extern "C" const char __start_bsan_runs[], __stop_bsan_runs[];

bool bsan_bridge_is_own_frame(uintptr_t pc) {
  return pc > reinterpret_cast<uptr>(__start_bsan_runs) &&
         pc <= reinterpret_cast<uptr>(__stop_bsan_runs);
}

uint32_t bsan_bridge_unwind(uintptr_t pc, uintptr_t frame, size_t max) {
  BufferedStackTrace stack;
  u32 depth = Min<u32>(max, kStackTraceMax);
  if (common_flags()->fast_unwind_on_fatal)
    stack.Unwind(pc, frame, nullptr, true, depth);
  else
    stack.size = bsan_platform_backtrace(
        pc, frame, reinterpret_cast<uintptr_t *>(stack.trace_buffer), depth);
  u32 kept = 0;
  for (u32 i = 0; i < stack.size; i++)
    if (!bsan_bridge_is_own_frame(stack.trace_buffer[i]))
      stack.trace_buffer[kept++] = stack.trace_buffer[i];
  stack.size = kept;
  return bsan_bridge_depot_put(
      reinterpret_cast<const uintptr_t *>(stack.trace_buffer), stack.size);
}

//--- Symbols ---------------------------------------------------------------//

static bsan_symbol ToSymbol(const AddressInfo &info) {
  bsan_symbol symbol = {};
  symbol.pc = info.address;
  symbol.function = info.function;
  symbol.file = info.file;
  symbol.line = info.line;
  symbol.column = info.column;
  symbol.module = info.module;
  symbol.offset = info.module_offset;
  symbol.build_id = info.uuid;
  symbol.build_id_size = info.uuid_size;
  return symbol;
}

// RenderFrame wants its own type.  Only borrows the strings: AddressInfo frees
// nothing unless told to.
static void FillInfo(const bsan_symbol &symbol, AddressInfo *info) {
  info->address = symbol.pc;
  info->function = const_cast<char *>(symbol.function);
  info->file = const_cast<char *>(symbol.file);
  info->line = symbol.line;
  info->column = symbol.column;
  info->module = const_cast<char *>(symbol.module);
  info->module_offset = symbol.offset;
}

void bsan_bridge_symbolize(uintptr_t pc,
                           bool (*visit)(const bsan_symbol *, void *),
                           void *arg) {
  SymbolizedStackHolder holder(Symbolizer::GetOrInit()->SymbolizePC(pc));
  for (const SymbolizedStack *frame = holder.get(); frame;
       frame = frame->next) {
    bsan_symbol symbol = ToSymbol(frame->info);
    if (!visit(&symbol, arg))
      return;
  }
}

const char *bsan_bridge_module(uintptr_t pc, uintptr_t *offset) {
  const char *name = nullptr;
  uptr module_offset = 0;
  if (!Symbolizer::GetOrInit()->GetModuleNameAndOffsetForPC(pc, &name,
                                                            &module_offset))
    return nullptr;
  *offset = module_offset;
  return name;
}

bool bsan_bridge_find_module(uintptr_t pc, bsan_symbol *module) {
  const LoadedModule *found = Symbolizer::GetOrInit()->FindModuleForAddress(pc);
  if (!found)
    return false;
  module->module = found->full_name();
  module->offset = pc - found->base_address();
  module->build_id = found->uuid();
  module->build_id_size = found->uuid_size();
  return true;
}

void bsan_bridge_print_frame(unsigned index, const bsan_symbol *symbol) {
  AddressInfo info;
  FillInfo(*symbol, &info);
  InternalScopedString text;
  StackTracePrinter::GetOrInit()->RenderFrame(
      &text, common_flags()->stack_trace_format, index, symbol->pc, &info,
      common_flags()->symbolize_vs_style, common_flags()->strip_path_prefix);
  if (!text.length())
    return;
  text.Append("\n");
  bsan_bridge_write(text.data());
}

void bsan_bridge_print_summary(const char *kind, const bsan_symbol *where,
                               const char *call) {
  if (!common_flags()->print_summary)
    return;
  AddressInfo info;
  FillInfo(*where, &info);
  InternalScopedString text;
  text.AppendF("%s ", kind);
  StackTracePrinter::GetOrInit()->RenderFrame(
      &text, "%L %F", 0, where->pc, &info, common_flags()->symbolize_vs_style,
      common_flags()->strip_path_prefix);
  text.AppendF(" (%s)", call);
  ReportErrorSummary(text.data());
}

//--- Suppressions ----------------------------------------------------------//

alignas(alignof(SuppressionContext)) static char suppression_storage[sizeof(
    SuppressionContext)];
static SuppressionContext *suppressions;

void bsan_bridge_begin_suppressions(const char **types, int type_count) {
  suppressions =
      new (suppression_storage) SuppressionContext(types, type_count);
}

void bsan_bridge_add_suppressions(const char *text) {
  suppressions->Parse(text);
}

size_t bsan_bridge_suppression_count() {
  return suppressions->SuppressionCount();
}

void bsan_bridge_suppression(size_t index, const char **type,
                             const char **template_text) {
  const Suppression *suppression = suppressions->SuppressionAt(index);
  *type = suppression->type;
  *template_text = suppression->templ;
}

bool bsan_bridge_matches(const char *pattern, const char *text) {
  return TemplateMatch(pattern, text);
}

//--- Files and memory ------------------------------------------------------//

char *bsan_bridge_read_file(const char *path, size_t *size) {
  char *data = nullptr;
  uptr mapped = 0, length = 0;
  // ReadFileToBuffer promises no terminating 0: copy to add one.
  if (!ReadFileToBuffer(path, &data, &mapped, &length))
    return nullptr;
  char *copy = static_cast<char *>(InternalAlloc(length + 1));
  internal_memcpy(copy, data, length);
  copy[length] = 0;
  UnmapOrDie(data, mapped);
  *size = length;
  return copy;
}

void bsan_bridge_free_file(char *data, size_t) { InternalFree(data); }

void *bsan_bridge_map(size_t size, const char *what) {
  return MmapNoReserveOrDie(RoundUpTo(size, GetPageSizeCached()), what);
}
