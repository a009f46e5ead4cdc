//===-- stall.h - Stalls that go on until they have been told -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread of the test's own looks for what the runtime has written, and then lets
// the callback go on. With LOG=X the reports are in X.PID (log_path=X).
//
//===----------------------------------------------------------------------===//

#ifndef _GNU_SOURCE
#  define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int count_in_log(const char *text) {
  static char data[1 << 20];
  char path[4096];
  int count = 0;
  snprintf(path, sizeof(path), "%s.%d", getenv("LOG"), getpid());
  int fd = open(path, O_RDONLY);
  if (fd < 0)
    return 0;
  ssize_t length = read(fd, data, sizeof(data) - 1);
  close(fd);
  data[length > 0 ? length : 0] = 0;
  for (char *at = data; (at = strstr(at, text)) != NULL; at++)
    count++;
  return count;
}

// Not to be called on the loop's thread: it sleeps.
static void wait_for_log(const char *text, int times) {
  for (int i = 0; count_in_log(text) < times; i++) {
    struct timespec moment = {0, 10000000};
    if (i > 6000) {
      fprintf(stderr, "no %d times '%s' in a minute\n", times, text);
      abort();
    }
    nanosleep(&moment, NULL);
  }
}

__attribute__((noinline, unused)) static void
compute_while(const volatile int *is_waiting) {
  while (*is_waiting)
    ;
}
