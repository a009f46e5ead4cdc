//===-- bsan_cc.c - The compiler drivers' main function -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything the user wrote goes to the real compiler; only -fsanitize=blocking
// is taken out and turned into what the compiler does know. The last act is
// always exec, so that signals, exit codes and the terminal are the compiler's
// own.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc.h"
#include "bsan_cc_compiler.h"
#include "bsan_message.h"
#include "bsan_path.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void reject_unsupported(const struct bsan_cc_request *request) {
  if (request->foreign_target)
    bsan_fatal(1,
               "-fsanitize=blocking is not available for '%s': "
               "expected the native " BSAN_ARCH " Linux target with glibc",
               request->foreign_target);
  if (request->links && request->is_static)
    bsan_fatal(1,
               "statically linked programs cannot be checked: "
               "-fsanitize=blocking needs a dynamically linked C library "
               "(remove '%s')",
               request->is_static);
}

// The command line for the real compiler. The user's own is kept as it is,
// response files included, unless something has to be taken out of one.
static struct bsan_strings make_arguments(const struct bsan_strings *given,
                                          const char *argv0, bool is_clang) {
  struct bsan_strings expanded = {0}, edited = {0}, arguments = {0};
  bsan_cc_response_expand(given, &expanded);
  struct bsan_cc_request request = {0};
  bsan_cc_request_read(&expanded, &request);
  if (request.is_blocking)
    reject_unsupported(&request);

  size_t all_edits =
      bsan_cc_sanitize_edit(&expanded, &request, is_clang, &edited);
  struct bsan_strings edited_given = {0};
  size_t visible_edits =
      bsan_cc_sanitize_edit(given, &request, is_clang, &edited_given);
  const struct bsan_strings *user =
      visible_edits == all_edits ? &edited_given : &edited;

  if (request.is_blocking)
    bsan_cc_extra_add_before(&request, argv0, &arguments);
  bsan_strings_add_all(&arguments, user);
  if (request.is_blocking)
    bsan_cc_extra_add_after(&request, user, &arguments);
  if (user == &edited)
    bsan_cc_response_shorten(&arguments);
  return arguments;
}

int main(int argc, char **argv) {
  const char *name = argc > 0 ? bsan_path_name(argv[0]) : "";
  bsan_message_set_name(name);
  if (argc == 2 && strcmp(argv[1], "--bsan-help") == 0)
    return bsan_cc_help_print(name, argv[0]);

  struct bsan_cc_compiler compiler = bsan_cc_compiler_find(argv[0]);
  struct bsan_strings command = {0}, given = {0};
  bsan_strings_add(&command, compiler.path);
  for (int i = 1; i < argc; i++)
    bsan_strings_add(&given, argv[i]);

  // The compiler running itself: its inner language is not ours to edit.
  bool is_inner = argc > 1 && bsan_starts_with(argv[1], "-cc1");
  struct bsan_strings arguments =
      is_inner ? given : make_arguments(&given, argv[0], compiler.is_clang);
  bsan_strings_add_all(&command, &arguments);
  execv(compiler.path, command.items);
  bsan_fatal(1, "cannot run '%s': %s", compiler.path, strerror(errno));
}
