//===-- bsan_cc_compiler.c - Which compiler is behind a driver ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A driver that runs itself would never end, so whatever was found is compared
// with this very program first.
//
//===----------------------------------------------------------------------===//

#include "bsan_cc_compiler.h"
#include "bsan_message.h"
#include "bsan_path.h"
#include "bsan_strings.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char driver_prefix[] = "bsan-";

// Longer names first: every driver name starts with a compiler's.
static const struct driver {
  const char *compiler;
  const char *variable; // names another compiler
  bool is_clang;
} drivers[] = {
    {"clang++", "BSAN_CXX", true},
    {"clang", "BSAN_CC", true},
    {"g++", "BSAN_CXX", false},
    {"gcc", "BSAN_CC", false},
};

// Whether text is "-" and a version such as 19 or 12.2.
static bool is_version_suffix(const char *text) {
  return text[0] == '-' && isdigit((unsigned char)text[1]) &&
         text[strspn(text + 1, "0123456789.") + 1] == '\0';
}

static const struct driver *find_driver(const char *name) {
  if (!bsan_starts_with(name, driver_prefix))
    return NULL;
  name += strlen(driver_prefix);
  for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
    const char *suffix = name + strlen(drivers[i].compiler);
    if (bsan_starts_with(name, drivers[i].compiler) &&
        (*suffix == '\0' || is_version_suffix(suffix)))
      return &drivers[i];
  }
  return NULL;
}

// The highest NN of the files compiler-NN in one directory; -1 for none.
static long newest_in(const char *directory, const char *compiler) {
  DIR *entries = opendir(directory);
  size_t length = strlen(compiler);
  long newest = -1;
  for (struct dirent *entry; entries && (entry = readdir(entries));) {
    const char *suffix = entry->d_name + length;
    if (!bsan_starts_with(entry->d_name, compiler) ||
        !is_version_suffix(suffix))
      continue;
    long version = strtol(suffix + 1, NULL, 10);
    newest = version > newest ? version : newest;
  }
  if (entries)
    closedir(entries);
  return newest;
}

static char *find_newest(const char *compiler) {
  const char *cursor = NULL;
  long newest = -1;
  for (char *directory; (directory = bsan_path_next_directory(&cursor));) {
    long version = newest_in(directory, compiler);
    newest = version > newest ? version : newest;
  }
  if (newest < 0)
    return NULL;
  return bsan_path_search(bsan_format("%s-%ld", compiler, newest));
}

static char *find_chosen(const char *variable, const char *chosen) {
  char *path = bsan_path_search(chosen);
  if (!path)
    bsan_fatal(1, "%s names the compiler '%s': %s", variable, chosen,
               strerror(errno));
  return path;
}

static char *find_by_name(const char *wanted, const struct driver *driver) {
  char *path = bsan_path_search(wanted);
  if (!path && strcmp(wanted, driver->compiler) == 0)
    path = find_newest(wanted);
  if (!path)
    bsan_fatal(1, "cannot find the compiler '%s' in PATH (%s names another)",
               wanted, driver->variable);
  return path;
}

// A name says more than the driver does: BSAN_CC=gcc-12 bsan-clang is gcc.
static bool is_clang_name(const char *name, bool otherwise) {
  if (strstr(name, "clang"))
    return true;
  return strstr(name, "gcc") || strstr(name, "g++") ? false : otherwise;
}

struct bsan_cc_compiler bsan_cc_compiler_find(const char *argv0) {
  const char *name = bsan_path_name(argv0 ? argv0 : "");
  const struct driver *driver = find_driver(name);
  if (!driver)
    bsan_fatal(1,
               "called by the name '%s': expected bsan-clang, bsan-clang++, "
               "bsan-gcc or bsan-g++, optionally with a version (bsan-gcc-12)",
               name);
  const char *chosen = getenv(driver->variable);
  bool is_chosen = chosen && *chosen;
  char *path = is_chosen ? find_chosen(driver->variable, chosen)
                         : find_by_name(name + strlen(driver_prefix), driver);
  const char *self = bsan_path_self(argv0);
  if ((self && bsan_path_same_file(path, self)) ||
      find_driver(bsan_path_name(path)))
    bsan_fatal(1, "'%s' is this driver itself: expected the real compiler%s%s",
               path, is_chosen ? " in " : "",
               is_chosen ? driver->variable : "");
  return (struct bsan_cc_compiler){
      path, is_clang_name(bsan_path_name(path), driver->is_clang)};
}
