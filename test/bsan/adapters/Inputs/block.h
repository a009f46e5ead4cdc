//===-- block.h - What the tests of adapters share -------------*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Callbacks that have to be reported block in functions named on_*, all else in
// functions named quiet_*.
//
//===----------------------------------------------------------------------===//

#ifndef BLOCK_H
#define BLOCK_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

// A blocking call, which reports place in the function that contains it: not left
// by a jump, and not equal to another one, or gcc makes them one.
#define BLOCK()                                                                \
  do {                                                                         \
    usleep(100);                                                               \
    __asm__ volatile("# %0" : : "i"(__LINE__) : "memory");                     \
  } while (0)

// The test's own mistakes: exit code 99.
static inline void must(int is_true, const char *what) {
  if (!is_true) {
    fprintf(stderr, "test: %s failed\n", what);
    exit(99);
  }
}

// Runs on a thread of its own, to its end.
static inline void run_thread(void *(*run)(void *), void *arg) {
  pthread_t thread;
  must(pthread_create(&thread, NULL, run, arg) == 0, "pthread_create");
  must(pthread_join(thread, NULL) == 0, "pthread_join");
}

#endif  // BLOCK_H
