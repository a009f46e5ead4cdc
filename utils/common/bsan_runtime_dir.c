//===-- bsan_runtime_dir.c - Where the runtime libraries are --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing falls back silently: somebody who set BSAN_RUNTIME_DIR to the wrong
// folder should hear of it instead of using another runtime.
//
//===----------------------------------------------------------------------===//

#include "bsan_runtime_dir.h"
#include "bsan_message.h"
#include "bsan_path.h"
#include "bsan_strings.h"

#include <stdlib.h>
#include <unistd.h>

static struct bsan_strings list_places(const char *argv0) {
  struct bsan_strings places = {0};
  const char *chosen = getenv("BSAN_RUNTIME_DIR");
  if (chosen && *chosen) {
    bsan_strings_add(&places, chosen);
    return places;
  }
  const char *self = bsan_path_self(argv0);
  if (self) {
    char *prefix = bsan_path_directory(bsan_path_directory(self));
    bsan_strings_add(&places, bsan_format("%s/lib/linux", prefix));
    bsan_strings_add(&places, bsan_format("%s/lib/bsan/linux", prefix));
  }
  bsan_strings_add(&places, BSAN_INSTALL_RUNTIME_DIR);
  return places;
}

char *bsan_runtime_find(const char *argv0, const char *file) {
  struct bsan_strings places = list_places(argv0);
  for (size_t i = 0; i < places.count; i++) {
    // Absolute: it ends up in rpaths and in other processes' environments.
    char *directory = realpath(places.items[i], NULL);
    if (!directory)
      continue;
    char *path = bsan_format("%s/%s", directory, file);
    if (access(path, R_OK) == 0)
      return path;
  }
  return NULL;
}

char *bsan_runtime_require(const char *argv0, const char *file, int status) {
  char *path = bsan_runtime_find(argv0, file);
  if (path)
    return path;
  struct bsan_strings places = list_places(argv0);
  bsan_fatal(status,
             "cannot find the runtime '%s'; looked in: %s "
             "(BSAN_RUNTIME_DIR names another directory)",
             file, bsan_strings_join(&places, ", "));
}
