//===-- bsan_cc.h - The steps from one command line to another ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A request is read once from the user's arguments; every later step only looks
// at it.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CC_H
#define BSAN_CC_H

#include "bsan_runtime_dir.h"
#include "bsan_strings.h"

#include <stdbool.h>

// What the user's arguments ask for.
struct bsan_cc_request {
  // The sanitizers that are on at the end of the line; blocking apart.
  bool is_blocking;
  struct bsan_strings other_sanitizers;

  // Any input is compiled here; any of those goes through the preprocessor.
  bool compiles;
  bool preprocesses;

  // A program comes out that needs the runtime.
  bool links;
  bool wants_shared_runtime;
  bool lacks_default_libraries;

  // The argument that asked for it, or NULL.
  const char *is_static;
  const char *foreign_target;
};

// Appends what arguments stand for to expanded: the contents of readable
// response files (@file, GNU quoting, nested) in the place of their names.
void bsan_cc_response_expand(const struct bsan_strings *arguments,
                             struct bsan_strings *expanded);

// Replaces arguments by one response file in memory when the kernel might
// refuse to pass that many. It lives as long as the compiler does.
void bsan_cc_response_shorten(struct bsan_strings *arguments);

// Reads the arguments, response files already expanded, into a zeroed request.
void bsan_cc_request_read(const struct bsan_strings *arguments,
                          struct bsan_cc_request *request);

// Takes one -fsanitize= or -fno-sanitize= argument into account. False when
// the argument is neither.
bool bsan_cc_sanitize_read(const char *argument,
                           struct bsan_cc_request *request);

// Whether a sanitizer other than blocking brings a runtime of its own.
bool bsan_cc_sanitize_has_other_runtime(const struct bsan_cc_request *request);

// Appends the arguments to edited without what the real compiler does not
// know. Returns how many arguments were changed or left out.
size_t bsan_cc_sanitize_edit(const struct bsan_strings *arguments,
                             const struct bsan_cc_request *request,
                             bool is_clang, struct bsan_strings *edited);

// Appends what comes before the user's arguments: compiler flags (so that the
// user's own win) and the runtime.
void bsan_cc_extra_add_before(const struct bsan_cc_request *request,
                              const char *argv0,
                              struct bsan_strings *arguments);

// Completes arguments, which end with the user's, by the system libraries that
// a static runtime needs.
void bsan_cc_extra_add_after(const struct bsan_cc_request *request,
                             const struct bsan_strings *user,
                             struct bsan_strings *arguments);

// Prints --bsan-help; returns the exit status.
int bsan_cc_help_print(const char *name, const char *argv0);

#endif // BSAN_CC_H
