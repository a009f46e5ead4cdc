//===-- bsan_calls.c - Facts about calls, and which are checked -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: init, and any for what has been set.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_calls.h"

#include "bsan_flags.h"
#include "bsan_text.h"

const struct bsan_call_info bsan_calls[BSAN_CALL_COUNT] = {
    [BSAN_CALL_USER] = {"", "blocking function", BSAN_CLASS_USER},
#define BSAN_CALL(ret, symbol, name, params, args, cls, ...)                   \
  [BSAN_CALL_##symbol] = {#symbol, #name, BSAN_CLASS_##cls},
#include "intercept/bsan_calls.inc"
#undef BSAN_CALL
};

const struct bsan_class_info bsan_classes[BSAN_CLASS_COUNT] = {
#define BSAN_CLASS(id, word, why, hint) [BSAN_CLASS_##id] = {word, why, hint},
#include "bsan_classes.inc"
#undef BSAN_CLASS
};

bool bsan_calls_enabled[BSAN_CALL_COUNT];
bool bsan_calls_looked_at[BSAN_CALL_COUNT];

// What was said last of each call by its name, and of each class.
enum { UNSAID = -1 };
static int8_t by_call[BSAN_CALL_COUNT];
static bool by_class[BSAN_CLASS_COUNT];

bool bsan_calls_is_enabled(unsigned call, unsigned cls) {
  return by_call[call] == UNSAID ? by_class[cls] : by_call[call];
}

// Whether a classifier may find a call of a row of class FROM to be of class
// TO.
static bool may_refine(unsigned from, unsigned to) {
  bool is_transfer = from == BSAN_CLASS_FILE || from == BSAN_CLASS_PIPE;
  bool is_kind_of_fd =
      to == BSAN_CLASS_FILE || to == BSAN_CLASS_PIPE || to == BSAN_CLASS_SOCKET;
  return from == to || (is_transfer && is_kind_of_fd) ||
         (from == BSAN_CLASS_STDIO && to == BSAN_CLASS_INPUT) ||
         (from == BSAN_CLASS_POLL && to == BSAN_CLASS_SLEEP);
}

static bool is_looked_at(unsigned call) {
  for (unsigned cls = 0; cls < BSAN_CLASS_COUNT; cls++)
    if (may_refine(bsan_calls[call].cls, cls) &&
        bsan_calls_is_enabled(call, cls))
      return true;
  return false;
}

static void derive(void) {
  for (unsigned call = 0; call < BSAN_CALL_COUNT; call++) {
    unsigned cls = bsan_calls[call].cls;
    __atomic_store_n(&bsan_calls_enabled[call],
                     bsan_calls_is_enabled(call, cls), __ATOMIC_RELAXED);
    __atomic_store_n(&bsan_calls_looked_at[call], is_looked_at(call),
                     __ATOMIC_RELAXED);
  }
}

bool bsan_calls_enable(struct bsan_span word, bool enabled) {
  bool is_all = bsan_span_equals(word, "all"), found = is_all;
  for (unsigned cls = 0; cls < BSAN_CLASS_COUNT; cls++)
    if (is_all || bsan_span_equals(word, bsan_classes[cls].word)) {
      by_class[cls] = enabled;
      found = true;
      // The last word decides: what was said of its calls is void.
      for (unsigned call = 0; call < BSAN_CALL_COUNT; call++)
        if (bsan_calls[call].cls == cls)
          by_call[call] = UNSAID;
    }
  for (unsigned call = 0; call < BSAN_CALL_COUNT; call++)
    if (bsan_span_equals(word, bsan_calls[call].name)) {
      by_call[call] = enabled;
      found = true;
    }
  derive();
  return found;
}

// A list that begins by taking away takes away from everything; so does an
// empty one.
static bool takes_away_first(struct bsan_span list) {
  struct bsan_span word;
  while (bsan_span_next(&list, ',', &word)) {
    word = bsan_span_trim(word);
    if (word.length)
      return word.start[0] == '-';
  }
  return true;
}

void bsan_calls_init(void) {
  struct bsan_span rest = bsan_span_of(bsan_flags.checks), word;
  bsan_calls_enable(bsan_span_of("all"), takes_away_first(rest));
  while (bsan_span_next(&rest, ',', &word)) {
    word = bsan_span_trim(word);
    bool enabled = !word.length || word.start[0] != '-';
    if (word.length && (word.start[0] == '-' || word.start[0] == '+')) {
      word.start++;
      word.length--;
    }
    if (word.length && !bsan_calls_enable(word, enabled))
      bsan_print("BlockSanitizer: WARNING: checks: '%.*s' is neither a class "
                 "nor a function that is checked; ignored\n",
                 (int)word.length, word.start);
  }
}
