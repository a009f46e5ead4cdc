//===-- bsan.c - The bsan command -----------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the subcommand in the table and hands over. Everything a user meets in
// the same way in every subcommand (--help, --version, errors) is here.
//
//===----------------------------------------------------------------------===//

#include "bsan_commands.h"
#include "bsan_message.h"
#include "bsan_strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command {
  const char *name;
  int (*function)(int argc, char **argv);
  const char *summary;
} commands[] = {
#define BSAN_COMMAND(name, function, summary) {name, function, summary},
#include "bsan_commands.inc"
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(*commands) };

static const char *program_argv0;

const char *bsan_command_argv0(void) { return program_argv0; }

// A full disk must not look like a success.
static int flush_output(int status) {
  if (fflush(stdout) == 0 || status != BSAN_EXIT_OK)
    return status;
  bsan_error("cannot write to the standard output");
  return BSAN_EXIT_FAILED;
}

static const struct command *find_command(const char *name) {
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i].name, name) == 0)
      return &commands[i];
  const char *known[COMMAND_COUNT];
  int count = 0;
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (commands[i].summary)
      known[count++] = commands[i].name;
  const char *close = bsan_suggest(name, known, count);
  char *hint = close ? bsan_format("; did you mean '%s'?", close) : "";
  bsan_fatal(BSAN_EXIT_USAGE, "unknown command '%s'%s (see 'bsan --help')",
             name, hint);
}

static int run_command(const struct command *command, int argc, char **argv) {
  char *title = bsan_format("bsan %s", command->name);
  bsan_message_set_name(title);
  argv[0] = title;
  return command->function(argc, argv);
}

_Noreturn void bsan_exit_with_usage(const char *usage) {
  fputs(usage, stdout);
  exit(flush_output(BSAN_EXIT_OK));
}

static int print_usage(void) {
  puts("Usage: bsan COMMAND [ARGUMENTS...]\n"
       "\n"
       "Finds calls that block an event loop.\n"
       "\n"
       "Commands:");
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (commands[i].summary)
      printf("  %-8s %s\n", commands[i].name, commands[i].summary);
  puts("\n"
       "  --help     this text; 'bsan help COMMAND' explains one command\n"
       "  --version  the version\n"
       "\n"
       "To build a program that is checked: bsan-clang, bsan-gcc\n"
       "(bsan-clang --bsan-help).");
  return BSAN_EXIT_OK;
}

int bsan_cmd_help(int argc, char **argv) {
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
    return print_usage();
  if (argc > 2)
    bsan_fatal(BSAN_EXIT_USAGE, "expected one command's name, got '%s' too",
               argv[2]);
  const struct command *command = find_command(argv[1]);
  if (command->function == bsan_cmd_help)
    return print_usage();
  char *help[] = {NULL, "--help", NULL};
  return run_command(command, 2, help);
}

static int dispatch(int argc, char **argv) {
  if (argc < 2) {
    bsan_error("expected a command; see 'bsan --help'");
    return BSAN_EXIT_USAGE;
  }
  const char *first = argv[1];
  if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
    return print_usage();
  if (strcmp(first, "--version") == 0) {
    puts("bsan (BlockSanitizer) " BSAN_VERSION);
    return BSAN_EXIT_OK;
  }
  if (first[0] == '-')
    bsan_fatal(BSAN_EXIT_USAGE, "unknown option '%s'; see 'bsan --help'",
               first);
  return run_command(find_command(first), argc - 1, argv + 1);
}

int main(int argc, char **argv) {
  program_argv0 = argc > 0 ? argv[0] : NULL;
  return flush_output(dispatch(argc, argv));
}
