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

#include <string.h>

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_symbolize.h"
#include "bsan_text.h"
#include "intercept/bsan_calls.h"
#include "platform/bsan_platform.h"
#include "suppress/bsan_suppress_parse.h"

struct bsan_rule {
  struct bsan_pattern pattern;
  uint64_t hits;
  uint64_t hidden_ns;
};

enum { MAX_ADDED_RULES = 256 };

static struct bsan_rule *rules;
static size_t rule_count, rule_room;

//--- One frame -------------------------------------------------------------//

// FILE matches the end of a path that begins at a '/', or the whole path.
static bool matches_path(struct bsan_span pattern, const char *path) {
  if (!path)
    return bsan_span_equals(pattern, "*");
  if (bsan_text_matches(pattern, bsan_span_of(path)))
    return true;
  for (const char *at = path; (at = strchr(at, '/')) != NULL; at++)
    if (bsan_text_matches(pattern, bsan_span_of(at + 1)))
      return true;
  return false;
}

// The length of "operator" and its own characters at AT, which may be brackets;
// 0 when there is none.  "operator<<<int>" is "operator<<" with a list behind it,
// so the longest operator that exists is taken.
static size_t operator_length(const char *at) {
  static const char word[] = "operator";
  static const char *const operators[] = {
      "<=>", "<<=", ">>=", "->*", "()", "[]", "<<", ">>", "<=", ">=",
      "==",  "!=",  "->",  "&&",  "||", "++", "--", "+=", "-=", "*=",
      "/=",  "%=",  "^=",  "&=",  "|=", "<",  ">"};
  size_t length = sizeof(word) - 1;
  if (strncmp(at, word, length) != 0)
    return 0;
  for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
    if (bsan_text_starts_with(at + length, operators[i]))
      return length + strlen(operators[i]);
  return length;
}

// The length of what must be copied as it is at AT: an operator, or
// "(anonymous namespace)", which has brackets and a blank; 0 for all else.
static size_t whole_length(const char *at) {
  static const char anonymous[] = "(anonymous namespace)";
  if (bsan_text_starts_with(at, anonymous))
    return sizeof(anonymous) - 1;
  return operator_length(at);
}

static void cut_text(struct bsan_text *text, size_t length) {
  text->length = length;
  text->data[length] = 0;
}

// Copies NAME without what stands in angle brackets, without parameters and
// without a result in front: "int ns::Map<int>::get<char>(int) const" gives
// "ns::Map::get".
static void copy_plain_name(const char *name, struct bsan_text *plain) {
  int depth = 0, braces = 0;  // Of <> and of {lambda(int)#1}.
  bool after_operator = false;
  for (const char *at = name; *at; at++) {
    size_t whole = depth ? 0 : whole_length(at);
    if (whole) {
      bsan_text_add_span(plain, (struct bsan_span){at, whole});
      after_operator = *at == 'o';
      at += whole - 1;
      continue;
    }
    braces += (*at == '{') - (*at == '}');
    if (*at == '(' && !depth && !braces)
      break;
    depth += *at == '<';
    if (*at == ' ' && !depth && !braces && !after_operator)
      cut_text(plain, 0);  // What stands in front was the result.
    else if (!depth)
      bsan_text_add_span(plain, (struct bsan_span){at, 1});
    depth -= *at == '>' && depth;
  }
  while (plain->length && plain->data[plain->length - 1] == ' ')
    cut_text(plain, plain->length - 1);
}

// NAME without what gcc and the demangler add for a clone: "f.isra.0",
// "ns::f(int) (.cold)", "f [clone .part.1]".  No other name has a '.' followed by
// a letter.
static struct bsan_span without_clone(const char *name) {
  struct bsan_span whole = bsan_span_of(name);
  for (size_t i = 1; i + 1 < whole.length; i++) {
    char next = name[i + 1];
    if (name[i] == '.' && next >= 'a' && next <= 'z' && name[i - 1] != '.') {
      while (i && strchr(" ([", name[i - 1]))
        i--;
      if (i >= 6 && strncmp(name + i - 5, "clone", 5) == 0)
        for (i -= 5; i && strchr(" [", name[i - 1]);)
          i--;
      whole.length = i;
      break;
    }
  }
  return whole;
}

// Buffers are static: one thread at a time matches, with a stack that may be
// small.
static bool matches_native(struct bsan_span pattern, const char *name) {
  static char whole_buffer[512], plain_buffer[256];
  struct bsan_text whole, plain;
  bsan_text_init(&whole, whole_buffer, sizeof(whole_buffer));
  bsan_text_add_span(&whole, without_clone(name));
  bsan_text_init(&plain, plain_buffer, sizeof(plain_buffer));
  copy_plain_name(whole_buffer, &plain);
  return bsan_text_matches(pattern, bsan_span_of(whole_buffer)) ||
         bsan_text_matches(pattern, bsan_span_of(plain_buffer));
}

// Only compilers of native code add something: a script's "a.b" is no clone.
static bool matches_function(struct bsan_span pattern,
                             const struct bsan_symbol *symbol) {
  const char *name = symbol->function;
  if (bsan_span_equals(pattern, "*"))
    return true;
  return name && (bsan_text_matches(pattern, bsan_span_of(name)) ||
                  (!symbol->is_script && matches_native(pattern, name)));
}

static bool matches_frame(const struct bsan_pattern *pattern,
                          const struct bsan_symbol *symbol) {
  if (pattern->kind == BSAN_PATTERN_LIBRARY)
    return matches_path(pattern->file, symbol->module);
  // Without debug information the module stands for the file.
  const char *file = symbol->file ? symbol->file : symbol->module;
  return matches_function(pattern->function, symbol) &&
         matches_path(pattern->file, file);
}

//--- One stack -------------------------------------------------------------//

struct match {
  unsigned call, cls;
  bool is_stall;
  bool is_signal_handler; // The kernel called the frame.
  struct bsan_rule *found;
};

static bool is_about(const struct bsan_pattern *pattern,
                     const struct match *match) {
  switch (pattern->kind) {
    case BSAN_PATTERN_ANY:
      return !match->is_stall;
    case BSAN_PATTERN_LIBRARY:
      return true;
    case BSAN_PATTERN_STALL:
      return match->is_stall;
    case BSAN_PATTERN_CLASS:
      return !match->is_stall &&
             bsan_span_equals(pattern->word, bsan_classes[match->cls].word);
    case BSAN_PATTERN_CALL:
      return !match->is_stall &&
             bsan_span_equals(pattern->word, bsan_calls[match->call].name);
  }
  return false;
}

// A handler is mostly static, and distributions strip such names: it gets one
// that no function has.
static bool visit_symbol(const struct bsan_symbol *symbol, void *arg) {
  struct match *match = arg;
  struct bsan_symbol named = *symbol;
  if (!named.function && match->is_signal_handler)
    named.function = "<signal handler>";
  for (size_t i = 0; i < rule_count; i++)
    if (is_about(&rules[i].pattern, match) &&
        matches_frame(&rules[i].pattern, &named)) {
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
  struct match match = {.is_stall = true};
  return find_match(&match, stack_id);
}

//--- Modules ---------------------------------------------------------------//

static bool is_in_list(const char *list, const char *module) {
  struct bsan_span rest = bsan_span_of(list), pattern;
  while (bsan_span_next(&rest, ',', &pattern)) {
    pattern = bsan_span_trim(pattern);
    if (pattern.length && matches_path(pattern, module))
      return true;
  }
  return false;
}

// The loop thread asks, which must not wait for the symbolizer's lock.
static const char *find_module(uintptr_t pc) {
  static char program[4096];
  const char *module = bsan_platform_module(pc);
  if (!module || module[0])
    return module;
  bsan_bridge_program(program, sizeof(program));  // Always the same.
  return program;
}

// "Excluded" means "does not count as scanned", not "allowed"; without a list of
// scanned modules everything is scanned.
bool bsan_suppress_is_scanned(uint32_t stack_id) {
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  if (!bsan_flags.scan_modules[0])
    return true;
  for (size_t i = 0; i < count; i++) {
    const char *module = find_module(pcs[i] - 1);
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

// What is built in is nobody's to maintain: told only when asked for more.
static bool is_told(const struct bsan_rule *rule) {
  return !rule->pattern.is_builtin || bsan_bridge_verbosity() >= 1;
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
               (size_t)(rules[i].hidden_ns / 1000000),
               rules[i].pattern.prefix, rules[i].pattern.text);
  }
  for (size_t i = 0; i < rule_count; i++)
    if (!rules[i].hits && !rules[i].pattern.is_builtin)
      bsan_print("Suppression never used: %s%s\n", rules[i].pattern.prefix,
                 rules[i].pattern.text);
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
