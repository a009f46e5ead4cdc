//===-- bsan_unit_flags.c - The runner's command line ---------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One loop over the rows of bsan_unit_flags.inc serves the environment, the
// command line and --help. Unlike googletest, which prints its help and exits
// with success, a flag or value that means nothing is an error: a typing
// mistake must not look like tests that passed.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum kind { KIND_BOOL, KIND_INT, KIND_STRING };

struct flag {
  const char *name;
  enum kind kind;
  size_t offset;
  int least, greatest; // of KIND_INT
  const char *argument;
  const char *help;
};

#define OFFSET(NAME) offsetof(struct bsan_unit_options, NAME)
static const struct flag flags[] = {
#define BSAN_UNIT_BOOL(NAME, DEFAULT, HELP)                                    \
  {#NAME, KIND_BOOL, OFFSET(NAME), 0, 0, "0|1", HELP},
#define BSAN_UNIT_INT(NAME, DEFAULT, LEAST, GREATEST, HELP)                    \
  {#NAME, KIND_INT, OFFSET(NAME), LEAST, GREATEST, "N", HELP},
#define BSAN_UNIT_STRING(NAME, DEFAULT, ARGUMENT, HELP)                        \
  {#NAME, KIND_STRING, OFFSET(NAME), 0, 0, ARGUMENT, HELP},
#include "bsan_unit_flags.inc"
#undef BSAN_UNIT_STRING
#undef BSAN_UNIT_INT
#undef BSAN_UNIT_BOOL
};
enum { flag_count = sizeof(flags) / sizeof(flags[0]) };

static const struct bsan_unit_options defaults = {
#define BSAN_UNIT_BOOL(NAME, DEFAULT, HELP) .NAME = DEFAULT,
#define BSAN_UNIT_INT(NAME, DEFAULT, LEAST, GREATEST, HELP) .NAME = DEFAULT,
#define BSAN_UNIT_STRING(NAME, DEFAULT, ARGUMENT, HELP) .NAME = DEFAULT,
#include "bsan_unit_flags.inc"
#undef BSAN_UNIT_STRING
#undef BSAN_UNIT_INT
#undef BSAN_UNIT_BOOL
};

static bool is_one_of(const char *value, const char *const *words) {
  for (; *words; words++)
    if (strcasecmp(value, *words) == 0)
      return true;
  return false;
}

static bool is_yes(const char *value) {
  static const char *const words[] = {"1", "t", "true", "y", "yes", NULL};
  return is_one_of(value, words);
}

static bool is_no(const char *value) {
  static const char *const words[] = {"0", "f", "false", "n", "no", NULL};
  return is_one_of(value, words);
}

static bool parse_int(const struct flag *flag, const char *value, int *result) {
  char *end;
  errno = 0;
  long number = strtol(value, &end, 10);
  if (errno != 0 || end == value || *end != '\0' || number < flag->least ||
      number > flag->greatest)
    return false;
  *result = (int)number;
  return true;
}

// Sets the flag's field. shown is what the user wrote, for the error.
static bool set_flag(struct bsan_unit_options *options, const struct flag *flag,
                     const char *value, const char *shown) {
  char *field = (char *)options + flag->offset;
  switch (flag->kind) {
  case KIND_BOOL:
    *(bool *)field = is_yes(value);
    if (is_yes(value) || is_no(value))
      return true;
    fprintf(stderr, "%s: %s: expected 0 or 1, not '%s'\n", options->program,
            shown, value);
    return false;
  case KIND_INT:
    if (parse_int(flag, value, (int *)field))
      return true;
    fprintf(stderr, "%s: %s: expected a number from %d to %d, not '%s'\n",
            options->program, shown, flag->least, flag->greatest, value);
    return false;
  case KIND_STRING:
    *(const char **)field = value;
    return true;
  }
  return false;
}

static bool read_environment(struct bsan_unit_options *options) {
  for (size_t i = 0; i < flag_count; i++) {
    char name[64];
    size_t length = strlen(flags[i].name);
    for (size_t j = 0; j <= length && j < sizeof(name); j++)
      name[j] = (char)toupper((unsigned char)flags[i].name[j]);
    const char *value = getenv(name);
    if (value && !set_flag(options, &flags[i], value, name))
      return false;
  }
  return true;
}

static const struct flag *find_flag(const char *name, size_t length) {
  for (size_t i = 0; i < flag_count; i++)
    if (strlen(flags[i].name) == length &&
        strncmp(flags[i].name, name, length) == 0)
      return &flags[i];
  return NULL;
}

static bool read_argument(struct bsan_unit_options *options,
                          const char *argument) {
  if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
    options->help = true;
    return true;
  }
  bool dashes = strncmp(argument, "--", 2) == 0;
  const char *equals = strchr(argument, '=');
  size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
  const struct flag *flag = dashes ? find_flag(argument + 2, length - 2) : NULL;
  if (!flag) {
    fprintf(stderr, "%s: unknown argument '%s'; --help lists the flags\n",
            options->program, argument);
    return false;
  }
  if (!equals && flag->kind != KIND_BOOL) {
    fprintf(stderr, "%s: %s: expected a value: --%s=%s\n", options->program,
            argument, flag->name, flag->argument);
    return false;
  }
  return set_flag(options, flag, equals ? equals + 1 : "1", argument);
}

static bool check_color(struct bsan_unit_options *options) {
  const char *color = options->gtest_color;
  bool is_auto = strcasecmp(color, "auto") == 0;
  options->gtest_color = is_auto ? "auto" : is_yes(color) ? "yes" : "no";
  if (is_auto || is_yes(color) || is_no(color))
    return true;
  fprintf(stderr, "%s: gtest_color: expected yes, no or auto, not '%s'\n",
          options->program, color);
  return false;
}

static bool check_output(const struct bsan_unit_options *options) {
  const char *output = options->gtest_output;
  size_t length = strcspn(output, ":");
  bool xml = length == 3 && strncmp(output, "xml", length) == 0;
  bool json = length == 4 && strncmp(output, "json", length) == 0;
  if (xml || json || output[0] == '\0')
    return true;
  fprintf(stderr,
          "%s: gtest_output: expected xml or json, then nothing or a colon and "
          "a path, not '%s'\n",
          options->program, output);
  return false;
}

static bool check_shards(const struct bsan_unit_options *options) {
  int total = options->gtest_total_shards;
  int index = options->gtest_shard_index;
  if ((total < 0 && index < 0) || (index >= 0 && index < total))
    return true;
  fprintf(stderr,
          "%s: expected 0 <= GTEST_SHARD_INDEX < GTEST_TOTAL_SHARDS, both set "
          "or both not; GTEST_SHARD_INDEX is %d, GTEST_TOTAL_SHARDS %d (-1: "
          "not set)\n",
          options->program, index, total);
  return false;
}

bool bsan_unit_parse_options(struct bsan_unit_options *options, int argc,
                             char **argv) {
  *options = defaults;
  options->program = argc > 0 ? argv[0] : "bsan-unit";
  if (!read_environment(options))
    return false;
  for (int i = 1; i < argc; i++)
    if (!read_argument(options, argv[i]))
      return false;
  return check_color(options) && check_output(options) && check_shards(options);
}

static void print_indented(const char *text) {
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    printf("      %.*s\n", (int)length, text);
    text += length + (text[length] == '\n');
  }
}

void bsan_unit_print_help(const struct bsan_unit_options *options) {
  const char *slash = strrchr(options->program, '/');
  printf("Usage: %s [FLAG...]\n"
         "Runs unit tests, each in a process of its own. The flags are those "
         "of\ngoogletest; each can also be set by the environment variable of "
         "its name\nin capitals, such as GTEST_FILTER.\n\n",
         slash ? slash + 1 : options->program);
  for (size_t i = 0; i < flag_count; i++) {
    const struct flag *flag = &flags[i];
    bool is_bool = flag->kind == KIND_BOOL;
    printf("  --%s%s%s%s\n", flag->name, is_bool ? "[=" : "=", flag->argument,
           is_bool ? "]" : "");
    print_indented(flag->help);
  }
  printf("\nExit code: 0 when every test passed or was skipped, 1 when one "
         "failed,\n2 when the flags or the files are not usable.\n");
}
