//===-- bsan_cc_help.c - bsan-clang --bsan-help ---------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain --help belongs to the real compiler; this explains only what the driver
// adds.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc.h"

#include <stdio.h>

static const char usage[] =
    "Usage: %s [-fsanitize=blocking] COMPILER-ARGUMENTS...\n"
    "\n"
    "Runs the real compiler. With -fsanitize=blocking the program it links is\n"
    "checked by BlockSanitizer: calls that block an event loop are reported.\n"
    "\n"
    "  -fsanitize=blocking      check; other sanitizers may stand in the list\n"
    "  -fno-sanitize=blocking   undo that\n"
    "  -shared-libsan           use the shared runtime instead of the static "
    "one\n"
    "                           (always so next to another sanitizer)\n"
    "  -static-libsan           undo that\n"
    "  --bsan-help              this text; --help is the compiler's own\n"
    "\n"
    "The driver's name says which compiler runs: bsan-clang, bsan-clang++,\n"
    "bsan-gcc, bsan-g++; through a link of your own with a version as well\n"
    "(bsan-gcc-12 runs gcc-12).\n"
    "\n"
    "Environment:\n"
    "  BSAN_CC, BSAN_CXX        the compiler behind bsan-clang and bsan-gcc, "
    "and\n"
    "                           behind bsan-clang++ and bsan-g++\n"
    "  BSAN_RUNTIME_DIR         where the runtime libraries are\n"
    "\n"
    "Runtime: %s\n"
    "BlockSanitizer " BSAN_VERSION "\n";

int bsan_cc_help_print(const char *name, const char *argv0) {
  const char *runtime = bsan_runtime_find(argv0, BSAN_RUNTIME_STATIC);
  printf(usage, name, runtime ? runtime : "not found");
  return fflush(stdout) == 0 ? 0 : 1;
}
