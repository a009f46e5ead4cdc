//===-- bsan_output.c - Where a command writes ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A full disk must not look like a success.
//
//===----------------------------------------------------------------------===//

#include "bsan_output.h"
#include "bsan_commands.h"
#include "bsan_message.h"
#include "bsan_place.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static char *find_root(const char *path) {
  char *here = getcwd(NULL, 0);
  char *root = bsan_place_absolute(path ? path : ".", here ? here : "/");
  free(here);
  return root;
}

// 0 when it is no terminal, or one without edges.
static int find_width(int fd) {
  struct winsize size;
  if (!isatty(fd))
    return 0;
  const char *columns = getenv("COLUMNS");
  long wanted = columns ? strtol(columns, NULL, 10) : 0;
  if (wanted > 0 && wanted < INT_MAX)
    return (int)wanted;
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct bsan_output bsan_output_open(const char *path, const char *source_root) {
  struct bsan_output output = {stdout, find_root(source_root), 0};
  if (source_root && access(output.root, F_OK) != 0)
    bsan_fatal(BSAN_EXIT_USAGE, "cannot find the source root '%s': %s",
               source_root, strerror(errno));
  if (path)
    output.file = fopen(path, "w");
  if (!output.file)
    bsan_fatal(BSAN_EXIT_USAGE, "cannot write to '%s': %s", path,
               strerror(errno));
  output.width = find_width(fileno(output.file));
  return output;
}

void bsan_output_close(const struct bsan_output *output, const char *path) {
  bool has_failed = fflush(output->file) != 0 || ferror(output->file);
  if (path && fclose(output->file) != 0)
    has_failed = true;
  if (has_failed)
    bsan_fatal(BSAN_EXIT_FAILED, "cannot write to '%s'",
               path ? path : "the standard output");
}
