//===-- bsan_flags.c - Reading the flags ----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sanitizer_common's FlagParser does the work, one assignment at a time: given
// a whole string it ends the program at the first mistake, and a runtime that
// is preloaded into other people's programs must not.  Splitting here also
// lets lists be written without quotes: in "checks=-stat,-file" the second
// item has no '=' and so goes on with the list.
//
// Context: init.
//
//===----------------------------------------------------------------------===//

#include "bsan_flags.h"

#include <string.h>

#include "bridge/bsan_bridge.h"
#include "bsan_text.h"

struct bsan_flags bsan_flags = {
#define BSAN_FLAG(type, name, value, description) .name = value,
#include "bsan_flags.inc"
#undef BSAN_FLAG
};

enum { MAX_ASSIGNMENT = 8192 };

// The program's own defaults.
BSAN_INTERFACE BSAN_WEAK const char *__bsan_default_options(void);
const char *__bsan_default_options(void) { return ""; }

static bool is_separator(char c) { return c && strchr(" ,:\n\t\r", c); }

// The end of one item: quoted parts may hold separators.  NULL when a quote is
// not closed.
static const char *find_item_end(const char *at) {
  bool is_value = false;
  while (*at && !is_separator(*at)) {
    bool is_first_equals = *at == '=' && !is_value;
    is_value |= is_first_equals;
    if (is_first_equals && (at[1] == '"' || at[1] == '\'')) {
      at = strchr(at + 2, at[1]);
      if (!at)
        return NULL;
    }
    at++;
  }
  return at;
}

// Moves *END over further list items: ",item" without an '='.
static const char *find_list_end(const char *end) {
  while (*end == ',') {
    const char *next = find_item_end(end + 1);
    if (!next || next == end + 1 ||
        memchr(end + 1, '=', (size_t)(next - end - 1)))
      break;
    end = next;
  }
  return end;
}

// Which quote to put around a value with separators in it: 0 for none, -1 when
// neither will do.
static int choose_quote(struct bsan_span value) {
  if (!value.length || !memchr(value.start, ',', value.length))
    return 0;
  if (!memchr(value.start, '"', value.length))
    return '"';
  return memchr(value.start, '\'', value.length) ? -1 : '\'';
}

// Whether a value that begins with a quote also ends with it.
static bool is_quoted_whole(struct bsan_span value) {
  const char *close = memchr(value.start + 1, value.start[0], value.length - 1);
  return close && close + 1 == value.start + value.length;
}

// Hands "name=value" over, in quotes when the value has a separator in it.
static void parse_assignment(struct bsan_span item, const char *source) {
  static char buffer[MAX_ASSIGNMENT];
  if (item.length + 3 > sizeof(buffer)) {
    bsan_print("BlockSanitizer: WARNING: %s: a value of %zu bytes is too long "
               "(at most %d); ignored\n",
               source, item.length, MAX_ASSIGNMENT - 3);
    return;
  }
  const char *equals = memchr(item.start, '=', item.length);
  if (!equals || equals == item.start) {
    bsan_print("BlockSanitizer: WARNING: %s: expected name=value, got '%.*s'; "
               "ignored\n",
               source, (int)item.length, item.start);
    return;
  }
  size_t name_length = (size_t)(equals - item.start);
  struct bsan_span value = {equals + 1, item.length - name_length - 1};
  bool is_quoted =
      value.length && (value.start[0] == '"' || value.start[0] == '\'');
  int quote = is_quoted ? 0 : choose_quote(value);
  if (quote < 0 || (is_quoted && !is_quoted_whole(value))) {
    bsan_print("BlockSanitizer: WARNING: %s: expected one quoted or plain "
               "value, got '%.*s'; ignored\n",
               source, (int)item.length, item.start);
    return;
  }
  struct bsan_text text;
  bsan_text_init(&text, buffer, sizeof(buffer));
  bsan_text_add_span(&text, (struct bsan_span){item.start, name_length + 1});
  if (quote)
    bsan_text_add(&text, "%c", quote);
  bsan_text_add_span(&text, value);
  if (quote)
    bsan_text_add(&text, "%c", quote);
  bsan_bridge_parse_flag(buffer, source);
}

static void parse_options(const char *options, const char *source) {
  const char *at = options;
  while (at && *at) {
    if (is_separator(*at)) {
      at++;
      continue;
    }
    const char *end = find_item_end(at);
    if (!end) {
      bsan_print("BlockSanitizer: WARNING: %s: a quote is not closed in '%s'; "
                 "ignored\n",
                 source, at);
      return;
    }
    end = find_list_end(end);
    parse_assignment((struct bsan_span){at, (size_t)(end - at)}, source);
    at = end;
  }
}

static bool is_one_of(const char *value, const char *const *words) {
  for (; *words; words++)
    if (bsan_text_equal(value, *words))
      return true;
  return false;
}

// The flags whose values are words.
static void check_words(void) {
  static const char *const reports[] = {"potential", "actual", NULL};
  static const char *const loops[] = {"epoll", "all", "adapters", "0", NULL};
  if (!is_one_of(bsan_flags.report, reports)) {
    bsan_print("BlockSanitizer: WARNING: '%s' is no value for report: expected "
               "potential or actual; keeping potential\n",
               bsan_flags.report);
    bsan_flags.report = "potential";
  }
  if (!is_one_of(bsan_flags.auto_loop, loops)) {
    bsan_print("BlockSanitizer: WARNING: '%s' is no value for auto_loop: "
               "expected epoll, all, adapters or 0; keeping epoll\n",
               bsan_flags.auto_loop);
    bsan_flags.auto_loop = "epoll";
  }
}

static void check_range(int *value, int kept, const char *name) {
  if (*value >= 0)
    return;
  bsan_print("BlockSanitizer: WARNING: %d is no value for %s: expected 0 or "
             "more; keeping %d\n",
             *value, name, kept);
  *value = kept;
}

void bsan_flags_init(void) {
  const struct bsan_flags defaults = bsan_flags;
  bsan_bridge_begin_flags(BSAN_EXIT_CODE);
  parse_options(__bsan_default_options(), "__bsan_default_options()");
  parse_options(bsan_bridge_getenv("BSAN_OPTIONS"), "BSAN_OPTIONS");
  check_words();
  check_range(&bsan_flags.min_block_us, defaults.min_block_us, "min_block_us");
  check_range(&bsan_flags.max_reports, defaults.max_reports, "max_reports");
  check_range(&bsan_flags.stall_ms, defaults.stall_ms, "stall_ms");
  check_range(&bsan_flags.log_callbacks_us, defaults.log_callbacks_us,
              "log_callbacks_us");
  bsan_bridge_finish_flags();
}
