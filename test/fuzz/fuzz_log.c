//===-- fuzz_log.c - Logs that nobody wrote ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `bsan report` reads logs of programs that crashed, that were cut, or that
// somebody edited: whatever is in them, a line is understood or left out.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bsan_log.h"

static void take(const struct bsan_record *record, void *arg) {
  (void)record;
  ++*(size_t *)arg;
}

static void end_file(void *arg) { (void)arg; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t taken = 0, lines = 1;
  char path[64];
  int fd = memfd_create("log", 0);
  if (fd < 0 || write(fd, data, size) != (ssize_t)size)
    abort();
  snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
  char *files[] = {path};
  struct bsan_log_reader reader = {take, end_file, &taken, true};
  bsan_log_read(&reader, files, 1);
  close(fd);
  for (size_t i = 0; i < size; i++)
    lines += data[i] == '\n';
  if (taken > lines)
    abort(); // More than there is.
  return 0;
}
