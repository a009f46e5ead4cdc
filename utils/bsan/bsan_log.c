//===-- bsan_log.c - Reading logs -----------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A log that goes to stderr has the program's own lines in it: what does not
// begin with a '{' is none of ours and passed over. But a file with nothing
// else in it is not a log, and somebody should be told.
//
//===----------------------------------------------------------------------===//

#include "bsan_log.h"
#include "bsan_lines.h"
#include "bsan_message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_COMPLAINTS = 10 };

struct file {
  const struct bsan_log_reader *reader;
  const char *name;
  struct bsan_lines lines;
  unsigned long records, others, bad;
};

static void complain(struct file *file, const char *problem) {
  file->bad++;
  if (file->reader->is_quiet || file->bad > MAX_COMPLAINTS)
    return;
  fflush(stdout);
  fprintf(stderr, "%s:%lu: %s\n", file->name, file->lines.number, problem);
}

static void read_line(struct file *file) {
  struct bsan_record record;
  const char *text = file->lines.text;
  size_t length = file->lines.length;
  if (length == 0 || text[0] != '{') {
    file->others += length > 0;
    return;
  }
  if (file->lines.is_too_long) {
    complain(file, "expected a line of at most 4 MiB");
    return;
  }
  const char *problem = bsan_record_parse(&record, text, length);
  if (problem) {
    complain(file, problem);
    return;
  }
  file->records++;
  file->reader->take(&record, file->reader->arg);
  bsan_record_clear(&record);
}

// Says what is to be said of a file that was read, and whether it was well.
static bool conclude(const struct file *file) {
  bool is_quiet = file->reader->is_quiet;
  if (file->lines.error) {
    bsan_error("cannot read '%s': %s", file->name, strerror(file->lines.error));
    return false;
  }
  if (file->bad > MAX_COMPLAINTS && !is_quiet)
    fprintf(stderr, "%s: %lu more lines that were not understood\n", file->name,
            file->bad - MAX_COMPLAINTS);
  if (!file->records && !file->bad && file->others) {
    bsan_error("'%s' is no log: no line of it is a JSON object "
               "(log_format=json)",
               file->name);
    return false;
  }
  return file->bad == 0;
}

static bool read_file(const struct bsan_log_reader *reader, const char *name,
                      char **buffer) {
  bool is_stdin = strcmp(name, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    bsan_error("cannot open '%s': %s", name, strerror(errno));
    return false;
  }
  struct file file = {.reader = reader,
                      .name = is_stdin ? "stdin" : name,
                      .lines = {.fd = fd, .buffer = *buffer}};
  while (bsan_lines_next(&file.lines))
    read_line(&file);
  *buffer = file.lines.buffer;
  if (!is_stdin)
    close(fd);
  reader->end_file(reader->arg);
  return conclude(&file);
}

bool bsan_log_read(const struct bsan_log_reader *reader, char *const *files,
                   int count) {
  char *buffer = NULL;
  bool is_well = true;
  for (int i = 0; i < count; i++)
    is_well = read_file(reader, files[i], &buffer) && is_well;
  free(buffer);
  return is_well;
}
