//===-- bsan_commands.h - What a subcommand of bsan is --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function like main. It gets its own name as argv[0] and returns the exit
// status; wrong use ends with status 2.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_COMMANDS_H
#define BSAN_COMMANDS_H

enum { BSAN_EXIT_OK = 0, BSAN_EXIT_FAILED = 1, BSAN_EXIT_USAGE = 2 };

#define BSAN_COMMAND(name, function, summary)                                  \
  int function(int argc, char **argv);
#include "bsan_commands.inc"

// The argv[0] that bsan was started with.
const char *bsan_command_argv0(void);

// Prints the usage of a subcommand and ends with success, for --help.
_Noreturn void bsan_exit_with_usage(const char *usage);

// "Did you mean" for a name nobody knows: the closest of count known names, or
// NULL when none is close.
const char *bsan_suggest(const char *name, const char *const *known, int count);

#endif // BSAN_COMMANDS_H
