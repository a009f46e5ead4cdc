//===-- bsan_log.h - Reading logs -----------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What bsan report and bsan suppress have in common: any number of files, with
// lines of other programs between the reports, and lines that are cut.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_LOG_H
#define BSAN_LOG_H

#include "bsan_record.h"

struct bsan_log_reader {
  // Called with every line that is one of a log.
  void (*take)(const struct bsan_record *record, void *arg);
  // Called at the end of every file.
  void (*end_file)(void *arg);
  void *arg;
  bool is_quiet; // Says nothing of bad lines.
};

// Reads the files, "-" being the standard input. A line that is not understood
// is told of on stderr, as FILE:LINE: what was expected, and left out. False
// when there was one, or a file could not be read; the others have been read
// then.
bool bsan_log_read(const struct bsan_log_reader *reader, char *const *files,
                   int count);

#endif // BSAN_LOG_H
