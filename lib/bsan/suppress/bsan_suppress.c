//===-- bsan_suppress.c - Rules and matching ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sanitizer_common's SuppressionContext keeps the rules; but its Match() looks
// for substrings of one string and counts nothing, while a rule here names a
// file *and* a function that one frame must both have.  So the comparison and
// the counts are ours.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "suppress/bsan_suppress.h"

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_symbolize.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "platform/bsan_platform.h"
#include "suppress/bsan_suppress_frame.h"
#include "suppress/bsan_suppress_hint.h"

struct bsan_rule {
  struct bsan_pattern pattern;
  uint64_t hits;
  uint64_t hidden_ns;
  char *suggestion; // How it would match something that was reported, or NULL.
  unsigned distance;
};

enum { MAX_ADDED_RULES = 256, MAX_SUGGESTIONS = 32, SUGGESTION_SIZE = 256 };

static struct bsan_rule *rules;
static size_t rule_count, rule_room;

//--- One stack -------------------------------------------------------------//

struct match {
  unsigned call, cls;
  bool is_signal_handler; // The kernel called the frame.
  struct bsan_rule *found;
};

// A handler is mostly static, and distributions strip such names: it gets one
// that no function has.
static bool visit_symbol(const struct bsan_symbol *symbol, void *arg) {
  struct match *match = arg;
  struct bsan_symbol named = *symbol;
  if (!named.function && match->is_signal_handler)
    named.function = "<signal handler>";
  for (size_t i = 0; i < rule_count; i++)
    if (bsan_suppress_is_about(&rules[i].pattern, match->call, match->cls) &&
        bsan_suppress_matches_frame(&rules[i].pattern, &named)) {
      match->found = &rules[i];
      return false;
    }
  return true;
}

static struct bsan_rule *find_match(struct match *match, uint32_t stack_id) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  for (size_t i = 0; i < count && !match->found; i++) {
    match->is_signal_handler =
        i + 1 < count && bsan_platform_is_signal_return(pcs[i + 1]);
    bsan_symbolize(pcs[i] - 1, visit_symbol, match);
  }
  return match->found;
}

struct bsan_rule *bsan_suppress_match(unsigned call, unsigned cls,
                                      uint32_t stack_id) {
  struct match match = {.call = call, .cls = cls};
  return find_match(&match, stack_id);
}

struct bsan_rule *bsan_suppress_match_stall(uint32_t stack_id) {
  struct match match = {.call = BSAN_STALL_CALL};
  return find_match(&match, stack_id);
}

//--- Modules ---------------------------------------------------------------//

static bool is_in_list(const char *list, const char *module) {
  struct bsan_span rest = bsan_span_of(list), pattern;
  while (bsan_span_next(&rest, ',', &pattern)) {
    pattern = bsan_span_trim(pattern);
    if (pattern.length && bsan_suppress_matches_path(pattern, module))
      return true;
  }
  return false;
}

// "Excluded" means "does not count as scanned", not "allowed"; without a list
// of scanned modules everything is scanned.
bool bsan_suppress_is_scanned(uint32_t stack_id) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  if (!bsan_flags.scan_modules[0])
    return true;
  for (size_t i = 0; i < count; i++) {
    const char *module = bsan_find_module(pcs[i] - 1);
    if (module && is_in_list(bsan_flags.scan_modules, module) &&
        !is_in_list(bsan_flags.exclude_modules, module))
      return true;
  }
  return false;
}

void bsan_suppress_count(struct bsan_rule *rule, uint64_t calls,
                         uint64_t elapsed_ns) {
  __atomic_fetch_add(&rule->hits, calls, __ATOMIC_RELAXED);
  __atomic_fetch_add(&rule->hidden_ns, elapsed_ns, __ATOMIC_RELAXED);
}

//--- At the ends -----------------------------------------------------------//

// Nobody asks what else the built-in ones could mean.
static bool is_unused(const struct bsan_rule *rule) {
  return !rule->hits && !rule->pattern.is_builtin;
}

bool bsan_suppress_has_unused(void) {
  for (size_t i = 0; i < rule_count; i++)
    if (is_unused(&rules[i]))
      return true;
  return false;
}

static void suggest(struct bsan_rule *rule, const struct bsan_symbol *symbol) {
  static char room[MAX_SUGGESTIONS][SUGGESTION_SIZE], line[SUGGESTION_SIZE];
  static int used;
  struct bsan_text text;
  bsan_text_init(&text, line, sizeof(line));
  unsigned distance = bsan_suppress_correct(&rule->pattern, symbol, &text);
  if (!distance || (rule->suggestion && distance >= rule->distance) ||
      (!rule->suggestion && used == MAX_SUGGESTIONS))
    return;
  if (!rule->suggestion)
    rule->suggestion = room[used++];
  rule->distance = distance;
  __builtin_memcpy(rule->suggestion, line, sizeof(line));
}

static bool visit_reported(const struct bsan_symbol *symbol, void *arg) {
  const struct match *match = arg;
  for (size_t i = 0; i < rule_count; i++)
    if (is_unused(&rules[i]) &&
        bsan_suppress_is_about(&rules[i].pattern, match->call, match->cls))
      suggest(&rules[i], symbol);
  return true;
}

void bsan_suppress_compare(unsigned call, unsigned cls, uint32_t stack_id) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  struct match match = {.call = call, .cls = cls};
  for (size_t i = 0; i < count; i++)
    bsan_symbolize(pcs[i] - 1, visit_reported, &match);
}

// What is built in is nobody's to maintain: told only when asked for more.
static bool is_told(const struct bsan_rule *rule) {
  return !rule->pattern.is_builtin || bsan_bridge_verbosity() >= 1;
}

static void print_unused(const struct bsan_rule *rule) {
  const char *prefix = rule->pattern.prefix, *text = rule->pattern.text;
  if (rule->suggestion)
    bsan_print("Suppression never used: %s%s (did you mean '%s'?)\n", prefix,
               text, rule->suggestion);
  else
    bsan_print("Suppression never used: %s%s\n", prefix, text);
}

void bsan_suppress_print(void) {
  bool any = false;
  for (size_t i = 0; i < rule_count; i++) {
    if (!rules[i].hits || !is_told(&rules[i]))
      continue;
    if (!any)
      bsan_print("Suppressions used:\n     count   hidden ms  suppression\n");
    any = true;
    bsan_print("  %8zu  %10zu  %s%s\n", (size_t)rules[i].hits,
               (size_t)(rules[i].hidden_ns / 1000000), rules[i].pattern.prefix,
               rules[i].pattern.text);
  }
  for (size_t i = 0; i < rule_count; i++)
    if (is_unused(&rules[i]))
      print_unused(&rules[i]);
}

// Takes over what the bridge has and RULES have not yet.
static void take_rules(size_t builtin_count) {
  size_t count = bsan_bridge_suppression_count();
  for (size_t i = rule_count; i < count; i++) {
    const char *type, *text;
    bsan_bridge_suppression(i, &type, &text);
    rules[i].pattern = bsan_suppress_pattern(type, text);
    rules[i].pattern.is_builtin = i < builtin_count;
  }
  rule_count = count;
}

bool bsan_suppress_add(const char *line) {
  if (rule_count == rule_room) {
    bsan_print("BlockSanitizer: ERROR: __bsan_can_block_in(): %d were added "
               "already; '%s' is ignored\n",
               MAX_ADDED_RULES, line);
    return false;
  }
  if (!bsan_suppress_parse_added(line))
    return false;
  take_rules(0);
  return true;
}

void bsan_suppress_init(void) {
  size_t builtin_count = bsan_suppress_parse_all();
  rule_room = bsan_bridge_suppression_count() + MAX_ADDED_RULES;
  rules = bsan_bridge_map(sizeof(*rules) * rule_room, "bsan suppressions");
  rule_count = 0;
  take_rules(builtin_count);
}
