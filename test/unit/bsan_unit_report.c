//===-- bsan_unit_report.c - Where the report file goes -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// --gtest_output is a format and, behind a colon, a file or a directory, whose
// missing parents are created. In a directory the file takes the program's
// name and a number when that name is taken, so that programs can share it.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit_runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// The directory's first file name of the form program[_N].format that is free.
static char *name_in_directory(const char *directory, const char *program,
                               const char *format) {
  char *path = NULL;
  for (int i = 0;; i++) {
    int length = i == 0 ? asprintf(&path, "%s%s.%s", directory,
                                   base_name(program), format)
                        : asprintf(&path, "%s%s_%d.%s", directory,
                                   base_name(program), i, format);
    if (length < 0)
      return NULL;
    if (access(path, F_OK) != 0)
      return path;
    free(path);
  }
}

// Makes the directories that path lies in; a failure shows when it is opened.
static void make_parents(const char *path) {
  char *parent = strdup(path);
  if (!parent)
    return;
  for (char *at = parent + 1; *parent && *at; at++) {
    if (*at != '/')
      continue;
    *at = '\0';
    mkdir(parent, 0777);
    *at = '/';
  }
  free(parent);
}

// The file to write, for free(); NULL when memory ran out.
static char *choose_path(const struct bsan_unit_options *options,
                         const char *format) {
  const char *colon = strchr(options->gtest_output, ':');
  char *path = NULL;
  if (!colon || colon[1] == '\0')
    return asprintf(&path, "test_detail.%s", format) < 0 ? NULL : path;
  const char *given = colon + 1;
  make_parents(given);
  if (given[strlen(given) - 1] == '/')
    return name_in_directory(given, options->program, format);
  return strdup(given);
}

static bool write_to(const char *path, bool xml,
                     const struct bsan_unit_plan *plan,
                     const struct bsan_unit_options *options) {
  FILE *out = fopen(path, "w");
  if (!out)
    return false;
  if (xml)
    bsan_unit_write_xml(out, plan, options);
  else
    bsan_unit_write_json(out, plan, options);
  bool failed = ferror(out) != 0;
  return fclose(out) == 0 && !failed;
}

bool bsan_unit_write_report(const struct bsan_unit_plan *plan,
                            const struct bsan_unit_options *options) {
  // Chosen once, so that a repetition overwrites and does not add a file.
  static char *path;
  if (options->gtest_output[0] == '\0')
    return true;
  bool xml = options->gtest_output[0] == 'x';
  if (!path)
    path = choose_path(options, xml ? "xml" : "json");
  if (path && write_to(path, xml, plan, options))
    return true;
  fprintf(stderr, "%s: cannot write the report '%s': %s\n", options->program,
          path ? path : options->gtest_output, strerror(errno));
  return false;
}
