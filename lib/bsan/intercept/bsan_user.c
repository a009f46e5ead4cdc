//===-- bsan_user.c - Functions that the user names as blocking -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One entry for each function (name and address) that some slot is bound to.
// Entries are never given back: a trampoline may be on a stack.
//
// Context: init, and armed.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_user.h"

#include "bridge/bsan_bridge.h"
#include "bsan_check.h"
#include "bsan_flags.h"
#include "bsan_text.h"

uintptr_t bsan_user_real[BSAN_MAX_USER_FUNCTIONS];

static const char *names[BSAN_MAX_USER_FUNCTIONS];
static unsigned count;

// Which patterns of the flag have matched, by place in the list.
static uint64_t matched;

static uintptr_t trampoline_of(unsigned index) {
  return (uintptr_t)bsan_trampolines + (uintptr_t)index * BSAN_TRAMPOLINE_SIZE;
}

static bool is_trampoline(uintptr_t address) {
  return address >= trampoline_of(0) &&
         address < trampoline_of(BSAN_MAX_USER_FUNCTIONS);
}

bool bsan_user_has_functions(void) {
  return bsan_flags.blocking_functions[0] != 0;
}

static bool is_named(const char *name) {
  struct bsan_span rest = bsan_span_of(bsan_flags.blocking_functions), word;
  bool found = false;
  for (unsigned i = 0; bsan_span_next(&rest, ',', &word); i++) {
    word = bsan_span_trim(word);
    if (!word.length || !bsan_text_matches(word, bsan_span_of(name)))
      continue;
    found = true;
    if (i < 64)
      matched |= (uint64_t)1 << i;
  }
  return found;
}

static void warn_full(const char *name) {
  static bool warned;
  if (!warned)
    bsan_print("BlockSanitizer: WARNING: blocking_functions: more than %d "
               "functions match; %s and further ones are not checked\n",
               BSAN_MAX_USER_FUNCTIONS, name);
  warned = true;
}

uintptr_t bsan_user_choose(const char *name, uintptr_t real) {
  if (!is_named(name))
    return 0;
  if (!real)
    return 1; // Of interest.
  if (is_trampoline(real))
    return real;
  for (unsigned i = 0; i < count; i++)
    if (bsan_user_real[i] == real && bsan_text_equal(names[i], name))
      return trampoline_of(i);
  if (count == BSAN_MAX_USER_FUNCTIONS) {
    warn_full(name);
    return 0;
  }
  bsan_user_real[count] = real;
  names[count] = name;
  return trampoline_of(count++);
}

void bsan_user_report_unmatched(void) {
  struct bsan_span rest = bsan_span_of(bsan_flags.blocking_functions), word;
  for (unsigned i = 0; bsan_span_next(&rest, ',', &word); i++) {
    word = bsan_span_trim(word);
    if (word.length && i < 64 && !(matched >> i & 1))
      bsan_print(
          "BlockSanitizer: WARNING: blocking_functions: no loaded module "
          "calls a function '%.*s' of another one (yet)\n",
          (int)word.length, word.start);
  }
}

void bsan_user_called(unsigned index, uintptr_t pc, uintptr_t cfa) {
  struct bsan_scope origin = {cfa, pc, bsan_user_real[index]};
  bsan_check_notify(names[index], &origin);
}
