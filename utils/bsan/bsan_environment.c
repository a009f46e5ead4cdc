//===-- bsan_environment.c - The environment that preloads the runtime ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LD_PRELOAD is split at blanks and colons and knows no quoting, so a runtime
// under a path with a blank is preloaded by its bare name and found through
// LD_LIBRARY_PATH, which is split at colons and semicolons only.
//
//===----------------------------------------------------------------------===//

#include "bsan_environment.h"
#include "bsan_commands.h"
#include "bsan_message.h"
#include "bsan_path.h"
#include "bsan_runtime_dir.h"
#include "bsan_strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static void set_variable(const char *name, const char *value) {
  if (setenv(name, value, 1) != 0)
    bsan_fatal(BSAN_EXIT_FAILED, "cannot set %s: %s", name, strerror(errno));
}

static void prepend(const char *name, const char *value) {
  const char *old = getenv(name);
  bool has_old = old && *old;
  set_variable(name, bsan_format("%s%s%s", value, has_old ? ":" : "",
                                 has_old ? old : ""));
}

const char *bsan_environment_require_runtime(void) {
  const char *runtime = bsan_runtime_require(
      bsan_command_argv0(), BSAN_RUNTIME_SHARED, BSAN_EXIT_USAGE);
  if (strpbrk(runtime, ":;"))
    bsan_fatal(BSAN_EXIT_USAGE,
               "'%s' cannot be preloaded: expected a path without ':' and ';'",
               runtime);
  return runtime;
}

void bsan_environment_preload(void) {
  const char *runtime = bsan_environment_require_runtime();
  if (strpbrk(runtime, " \t\n")) {
    prepend("LD_LIBRARY_PATH", bsan_path_directory(runtime));
    runtime = bsan_path_name(runtime);
  }
  prepend("LD_PRELOAD", runtime);
  // gcc's AddressSanitizer is a shared library that refuses to be second.
  // It works as second: our wrappers call the next definition, which is its.
  prepend("ASAN_OPTIONS", "verify_asan_link_order=0");
}

void bsan_environment_name_program(void) {
  set_variable("BSAN_RUN_PID", bsan_format("%d", (int)getpid()));
  unsetenv("BSAN_RUN_FOUND");
}

// The name cannot be guessed: in a directory that everybody may write to,
// somebody else could make the file.
void bsan_environment_fail(void) {
  // What the runtime keeps of the whole path is 255 bytes.
  enum { MAX_DIRECTORY = 200 };
  const char *directory = getenv("TMPDIR");
  unsigned long long random = 0;
  if (!directory || directory[0] != '/' || strlen(directory) > MAX_DIRECTORY)
    directory = "/tmp";
  if (getrandom(&random, sizeof(random), 0) != sizeof(random))
    bsan_fatal(BSAN_EXIT_FAILED, "cannot get random bytes: %s",
               strerror(errno));
  set_variable("BSAN_RUN_FOUND", bsan_format("%s/bsan-run.%d.%016llx",
                                             directory, (int)getpid(), random));
}

void bsan_environment_set_options(const char *options) {
  set_variable("BSAN_OPTIONS", options);
}
