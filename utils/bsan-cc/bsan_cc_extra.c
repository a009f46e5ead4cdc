//===-- bsan_cc_extra.c - What -fsanitize=blocking becomes ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Flags go in front of the user's, so that the user's win. The runtime goes in
// front as well, as clang does it, and before any -x could turn it into a
// source file; its system libraries go last, so that a user's own archive still
// comes before libm.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc.h"
#include "bsan_path.h"

#include <string.h>
#include <unistd.h>

static void add_all(struct bsan_strings *arguments, const char *const *words,
                    size_t count) {
  for (size_t i = 0; i < count; i++)
    bsan_strings_add(arguments, words[i]);
}

#define ADD(arguments, ...)                                                    \
  add_all(arguments, (const char *const[]){__VA_ARGS__},                       \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

// Through -Xlinker because -Wl, would split a file name at its commas.
static void add_linker_file(struct bsan_strings *arguments, const char *file) {
  ADD(arguments, "-Xlinker", file);
}

static void add_whole_archive(struct bsan_strings *arguments,
                              const char *archive) {
  ADD(arguments, "-Wl,--whole-archive");
  add_linker_file(arguments, archive);
  ADD(arguments, "-Wl,--no-whole-archive");
}

// Where <sanitizer/bsan_interface.h> is: next to the program's folder, or where
// it was configured to be installed. NULL when it is in neither.
static char *find_include_dir(const char *argv0) {
  const char *self = bsan_path_self(argv0);
  char *prefix = bsan_path_directory(bsan_path_directory(self ? self : "."));
  char *near = bsan_format("%s/include", prefix);
  char *header = bsan_format("%s/sanitizer/bsan_interface.h", near);
  if (access(header, R_OK) == 0)
    return near;
  header = BSAN_INSTALL_INCLUDE_DIR "/sanitizer/bsan_interface.h";
  return access(header, R_OK) == 0 ? bsan_copy(BSAN_INSTALL_INCLUDE_DIR,
                                               strlen(BSAN_INSTALL_INCLUDE_DIR))
                                   : NULL;
}

static void add_compile_flags(const struct bsan_cc_request *request,
                              const char *argv0,
                              struct bsan_strings *arguments) {
  if (request->compiles)
    ADD(arguments, "-fno-omit-frame-pointer");
  if (!request->preprocesses)
    return;
  ADD(arguments, "-D__SANITIZE_BLOCKING__=1");
  // After every other folder: never in the way of a header of the user's.
  char *include_dir = find_include_dir(argv0);
  if (include_dir)
    ADD(arguments, "-idirafter", include_dir);
}

static void add_static_runtime(const char *argv0,
                               struct bsan_strings *arguments) {
  char *archive = bsan_runtime_require(argv0, BSAN_RUNTIME_STATIC, 1);
  char *syms = bsan_runtime_require(argv0, BSAN_RUNTIME_SYMS, 1);
  add_whole_archive(arguments, archive);
  // The wrappers must be visible to the shared libraries of the program.
  add_linker_file(arguments, bsan_format("--dynamic-list=%s", syms));
}

static void add_shared_runtime(const char *argv0,
                               struct bsan_strings *arguments) {
  char *library = bsan_runtime_require(argv0, BSAN_RUNTIME_SHARED, 1);
  char *preinit = bsan_runtime_require(argv0, BSAN_RUNTIME_PREINIT, 1);
  ADD(arguments, "-Wl,--push-state,--no-as-needed");
  add_linker_file(arguments, library);
  ADD(arguments, "-Wl,--pop-state");
  add_whole_archive(arguments, preinit);
  ADD(arguments, "-Xlinker", "-rpath", "-Xlinker",
      bsan_path_directory(library));
}

// Two static runtimes would define each other's common parts twice.
static bool uses_shared_runtime(const struct bsan_cc_request *request) {
  return request->wants_shared_runtime ||
         bsan_cc_sanitize_has_other_runtime(request);
}

void bsan_cc_extra_add_before(const struct bsan_cc_request *request,
                              const char *argv0,
                              struct bsan_strings *arguments) {
  add_compile_flags(request, argv0, arguments);
  if (!request->links)
    return;
  if (uses_shared_runtime(request))
    add_shared_runtime(argv0, arguments);
  else
    add_static_runtime(argv0, arguments);
}

void bsan_cc_extra_add_after(const struct bsan_cc_request *request,
                             const struct bsan_strings *user,
                             struct bsan_strings *arguments) {
  if (!request->links || request->lacks_default_libraries ||
      uses_shared_runtime(request))
    return;
  // Behind "--" every word is an input file: step back in front of it.
  struct bsan_strings inputs = {0};
  size_t start = arguments->count - user->count;
  for (size_t i = start; i < arguments->count; i++)
    if (inputs.count > 0 || strcmp(arguments->items[i], "--") == 0)
      bsan_strings_add(&inputs, arguments->items[i]);
  arguments->count -= inputs.count;
  ADD(arguments, "-Wl,--push-state,--no-as-needed,-Bdynamic", "-lpthread",
      "-lrt", "-lm", "-ldl", "-Wl,--pop-state");
  bsan_strings_add_all(arguments, &inputs);
}
