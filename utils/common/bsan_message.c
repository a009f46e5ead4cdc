//===-- bsan_message.c - Errors of the tools ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One shape for every error, so that a user knows at once which program speaks.
//
//===----------------------------------------------------------------------===//

#include "bsan_message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *program_name = "bsan";

void bsan_message_set_name(const char *name) { program_name = name; }

static void begin_error(void) {
  fflush(stdout);
  fprintf(stderr, "%s: error: ", program_name);
}

void bsan_error(const char *format, ...) {
  va_list arguments;
  begin_error();
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

void bsan_fatal(int status, const char *format, ...) {
  va_list arguments;
  begin_error();
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(status);
}
