//===-- caller.h - Functions that make one call each --------------*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reports are told apart by who made the call.
//
//===----------------------------------------------------------------------===//

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sanitizer/bsan_interface.h>

static volatile long calls;
__attribute__((unused)) static struct stat status;

// `name` makes the call, in a frame of its own.  The line: compilers make one
// function of two that are equal.
#define CALLER(name, call)                                                     \
  __attribute__((noinline)) static void name(void) {                           \
    call;                                                                      \
    calls += __LINE__;                                                         \
  }

// Splits what is printed.
#define SAY(text) ((void)!write(STDERR_FILENO, text "\n", sizeof(text)))
