//===-- bsan_path.c - Names of files and programs -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PATH is walked here instead of by execvp because both programs must look at
// the file before they become it.
//
//===----------------------------------------------------------------------===//

#include "bsan_path.h"
#include "bsan_strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// What execvp uses when PATH is not set.
static const char default_path[] = "/bin:/usr/bin";

const char *bsan_path_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *bsan_path_directory(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash)
    return bsan_copy(".", 1);
  return bsan_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

char *bsan_path_self(const char *argv0) {
  char *path = realpath("/proc/self/exe", NULL);
  if (path || !argv0)
    return path;
  char *found = bsan_path_search(argv0);
  return found ? realpath(found, NULL) : NULL;
}

// Sets errno as bsan_path_search says.
static bool is_program(const char *path) {
  struct stat status;
  if (stat(path, &status) != 0)
    return false;
  if (S_ISREG(status.st_mode) && access(path, X_OK) == 0)
    return true;
  errno = EACCES;
  return false;
}

char *bsan_path_search(const char *name) {
  if (strchr(name, '/'))
    return is_program(name) ? bsan_copy(name, strlen(name)) : NULL;
  int error = ENOENT;
  const char *cursor = NULL;
  char *directory;
  while (*name && (directory = bsan_path_next_directory(&cursor))) {
    char *path = bsan_format("%s/%s", directory, name);
    if (is_program(path))
      return path;
    if (errno == EACCES)
      error = EACCES;
  }
  errno = error;
  return NULL;
}

char *bsan_path_next_directory(const char **cursor) {
  if (!*cursor) {
    const char *path = getenv("PATH");
    *cursor = path ? path : default_path;
  } else if (**cursor == '\0') {
    return NULL;
  } else {
    ++*cursor;
  }
  const char *start = *cursor;
  *cursor = strchrnul(start, ':');
  // An empty entry is the current directory.
  return *cursor == start ? bsan_copy(".", 1)
                          : bsan_copy(start, (size_t)(*cursor - start));
}

bool bsan_path_same_file(const char *a, const char *b) {
  struct stat status_a, status_b;
  return stat(a, &status_a) == 0 && stat(b, &status_b) == 0 &&
         status_a.st_dev == status_b.st_dev &&
         status_a.st_ino == status_b.st_ino;
}
