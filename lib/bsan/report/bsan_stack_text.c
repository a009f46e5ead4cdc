//===-- bsan_stack_text.c - Stacks as text --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first frame is not on the stack: it is the function that was about to be
// called, named as in the source (read, where the program calls __read_chk),
// with the address of the real one so that the module is right.  Frames that
// are the call itself, not its caller, are left out: the inline functions of
// glibc's FORTIFY headers, and the wrappers of other sanitizers.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_stack_text.h"

#include <string.h>

#include "bridge/bsan_bridge.h"
#include "bsan_symbolize.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

// Walks a stack from the caller of CALL outwards.
struct walk {
  unsigned call;
  bool is_past_call;
  bool (*visit)(const struct bsan_symbol *, void *);
  void *arg;
  bool is_over;
};

static bool is_named_like(const char *function, unsigned call) {
  for (int i = 1; i < BSAN_CALL_COUNT; i++)
    if (bsan_text_equal(bsan_calls[i].symbol, function))
      return bsan_text_equal(bsan_calls[i].name, bsan_calls[call].name);
  return bsan_text_equal(function, bsan_calls[call].name);
}

static bool is_wrapper(const struct bsan_symbol *symbol) {
  return (symbol->function && strstr(symbol->function, "__interceptor_")) ||
         (symbol->file && (strstr(symbol->file, "/compiler-rt/lib/") ||
                           strstr(symbol->file, "/libsanitizer/"))) ||
         (symbol->module && (strstr(symbol->module, "/libasan.so") ||
                             strstr(symbol->module, "/libtsan.so") ||
                             strstr(symbol->module, "/libclang_rt.")));
}

static bool is_part_of_call(const struct bsan_symbol *symbol, unsigned call) {
  return call && !symbol->is_script &&
         ((symbol->function && is_named_like(symbol->function, call)) ||
          is_wrapper(symbol));
}

static bool visit_frame(const struct bsan_symbol *symbol, void *arg) {
  struct walk *walk = arg;
  if (!walk->is_past_call && is_part_of_call(symbol, walk->call))
    return true;
  walk->is_past_call = true;
  walk->is_over = !walk->visit(symbol, walk->arg);
  return !walk->is_over;
}

static void walk_stack(uint32_t stack_id, unsigned first, struct walk *walk) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  for (size_t i = first; i < count && !walk->is_over; i++)
    bsan_symbolize(pcs[i] - 1, visit_frame, walk);
}

void bsan_stack_visit(uint32_t stack_id, unsigned first, unsigned call,
                      bool (*visit)(const struct bsan_symbol *, void *),
                      void *arg) {
  struct walk walk = {call, false, visit, arg, false};
  walk_stack(stack_id, first, &walk);
}

//--- Printing --------------------------------------------------------------//

static bool print_frame(const struct bsan_symbol *symbol, void *arg) {
  unsigned *index = arg;
  bsan_bridge_print_frame((*index)++, symbol);
  return true;
}

static void print_called(unsigned call, unsigned *index) {
  struct bsan_symbol symbol = {.pc = bsan_resolve_address(call),
                               .function = bsan_calls[call].name};
  if (!symbol.pc)
    return;
  symbol.module = bsan_bridge_module(symbol.pc, &symbol.offset);
  bsan_bridge_print_frame((*index)++, &symbol);
}

void bsan_stack_print(uint32_t stack_id, unsigned first, unsigned call) {
  unsigned index = 0;
  struct walk walk = {call, false, print_frame, &index, false};
  if (call)
    print_called(call, &index);
  walk_stack(stack_id, first, &walk);
}

struct summary {
  const char *kind, *label;
};

static bool print_summary(const struct bsan_symbol *symbol, void *arg) {
  const struct summary *summary = arg;
  bsan_bridge_print_summary(summary->kind, symbol, summary->label);
  return false;
}

void bsan_stack_print_summary(const char *kind, uint32_t stack_id,
                              unsigned call, const char *label) {
  struct summary summary = {kind, label};
  struct walk walk = {call, false, print_summary, &summary, false};
  walk_stack(stack_id, 0, &walk);
}

struct name {
  struct bsan_text *function, *place;
};

static bool write_name(const struct bsan_symbol *symbol, void *arg) {
  struct name *name = arg;
  const char *slash = symbol->module ? strrchr(symbol->module, '/') : NULL;
  const char *module = slash ? slash + 1 : symbol->module;
  if (symbol->function)
    bsan_text_add(name->function, "%s", symbol->function);
  else
    bsan_text_add(name->function, "%s+0x%zx", module ? module : "?",
                  (size_t)symbol->offset);
  if (symbol->file && !symbol->line)
    bsan_text_add(name->place, "%s", symbol->file);
  else if (symbol->file)
    bsan_text_add(name->place, "%s:%d", symbol->file, symbol->line);
  else if (module && symbol->function)
    bsan_text_add(name->place, "%s", module);
  return false;
}

void bsan_stack_name(uint32_t stack_id, unsigned index, unsigned call,
                     struct bsan_text *function, struct bsan_text *place) {
  struct name name = {function, place};
  struct walk walk = {call, false, write_name, &name, false};
  walk_stack(stack_id, index, &walk);
}

void bsan_stack_loop_name(const struct bsan_thread_facts *thread,
                          struct bsan_text *text) {
  char place[1];
  struct bsan_text nowhere;
  bsan_text_init(&nowhere, place, sizeof(place));
  if (thread->has_loop_name)
    bsan_text_add_quoted(text, thread->loop_name);
  else if (thread->run_call)
    bsan_text_add(text, "%s", bsan_calls[thread->run_call].name);
  else
    bsan_stack_name(thread->stack_id, thread->stack_loop_frame, 0, text,
                    &nowhere);
}
