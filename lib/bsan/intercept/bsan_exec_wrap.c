//===-- bsan_exec_wrap.c - The wrappers of execl and its kind -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A list of arguments cannot be handed on as it is, so it becomes the array
// that the C library would make of it, in the same place: on the stack, because
// a child of vfork may be the caller.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_exec_wrap.h"

#include <stdarg.h>

#include "bsan_init.h"
#include "intercept/bsan_calls.h"
#include "intercept/bsan_wrap.h"

typedef int (*exec)(const char *path, char *const *argv);
typedef int (*exec_with)(const char *path, char *const *argv,
                         char *const *envp);

// How many arguments LIST has after FIRST, the terminating NULL included.
static size_t count_args(const char *first, va_list list) {
  size_t count = 0;
  for (const char *arg = first; arg; count++)
    arg = va_arg(list, const char *);
  return count;
}

// Fills ARGV, of 1 + COUNT places.
static void copy_args(const char **argv, const char *first, size_t count,
                      va_list list) {
  argv[0] = first;
  for (size_t i = 1; i <= count; i++)
    argv[i] = va_arg(list, const char *);
}

#define BEGIN_LIST()                                                           \
  va_list list;                                                                \
  va_start(list, first);                                                       \
  size_t count = count_args(first, list);                                      \
  va_end(list);                                                                \
  const char **argv = __builtin_alloca((1 + count) * sizeof(*argv));           \
  va_start(list, first);                                                       \
  copy_args(argv, first, count, list)

int bsan_wrap_execl(const char *path, const char *first, ...) {
  BEGIN_LIST();
  va_end(list);
  bsan_flush();
  return ((exec)bsan_resolve_address(BSAN_CALL_execv))(path,
                                                       (char *const *)argv);
}

int bsan_wrap_execlp(const char *file, const char *first, ...) {
  BEGIN_LIST();
  va_end(list);
  bsan_flush();
  return ((exec)bsan_resolve_address(BSAN_CALL_execvp))(file,
                                                        (char *const *)argv);
}

// The environment follows the NULL.
int bsan_wrap_execle(const char *path, const char *first, ...) {
  BEGIN_LIST();
  char *const *envp = va_arg(list, char *const *);
  va_end(list);
  bsan_flush();
  return ((exec_with)bsan_resolve_address(BSAN_CALL_execve))(
      path, (char *const *)argv, envp);
}

BSAN_EXPORT_WRAPPER(execl);
BSAN_EXPORT_WRAPPER(execlp);
BSAN_EXPORT_WRAPPER(execle);
