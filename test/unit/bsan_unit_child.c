//===-- bsan_unit_child.c - A function in a child, for tests about endings ===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For what a test can only see from outside: exit codes, fatal signals, the
// text of a report. stderr goes to a file in memory and not to a pipe: a file
// takes any amount without a reader, and a process that the child left behind
// cannot keep us waiting for its end.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// The runner tells of the abort; a helper has no result to say it with.
static void die(const char *what) {
  fprintf(stderr, "bsan_unit_run_child: %s: %s\n", what, strerror(errno));
  abort();
}

static _Noreturn void run_as_child(void (*fn)(void *), void *arg,
                                   int stderr_fd) {
  struct rlimit no_core = {0, 0};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setrlimit(RLIMIT_CORE, &no_core); // a crash here is an expected one
  if (dup2(stderr_fd, STDERR_FILENO) < 0)
    die("cannot redirect stderr");
  fn(arg);
  exit(0);
}

static void read_text(int fd, struct bsan_child_result *result) {
  size_t used = 0;
  size_t room = sizeof(result->stderr_text) - 1;
  while (used < room) {
    ssize_t got =
        pread(fd, result->stderr_text + used, room - used, (off_t)used);
    if (got <= 0)
      break;
    used += (size_t)got;
  }
  char next;
  result->stderr_text[used] = '\0';
  result->truncated = pread(fd, &next, 1, (off_t)used) == 1;
}

struct bsan_child_result bsan_unit_run_child(void (*fn)(void *), void *arg) {
  int stderr_fd = memfd_create("bsan_unit_stderr", MFD_CLOEXEC);
  if (stderr_fd < 0)
    die("cannot make a file for stderr");
  fflush(NULL); // or the child would write our unwritten output again
  pid_t child = fork();
  if (child < 0)
    die("cannot fork");
  if (child == 0)
    run_as_child(fn, arg, stderr_fd);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      die("cannot wait for the child");
  struct bsan_child_result result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  read_text(stderr_fd, &result);
  close(stderr_fd);
  return result;
}

static void format_end(char *buffer, size_t size, int exit_code, int signal) {
  if (signal != 0)
    snprintf(buffer, size, "death by signal %d", signal);
  else
    snprintf(buffer, size, "exit code %d", exit_code);
}

static bool text_is_expected(const char *text, const char *substring) {
  if (!substring)
    return true;
  if (substring[0] == '\0')
    return text[0] == '\0';
  return strstr(text, substring) != NULL;
}

const char *bsan_unit_child_mismatch(const struct bsan_child_result *result,
                                     int exit_code, int signal,
                                     const char *stderr_substring) {
  static char description[sizeof(result->stderr_text) + 1024];
  bool end_is_expected =
      signal != 0 ? result->signal == signal
                  : result->signal == 0 && result->exit_code == exit_code;
  if (end_is_expected &&
      text_is_expected(result->stderr_text, stderr_substring))
    return NULL;
  char expected[64], got[64];
  format_end(expected, sizeof(expected), exit_code, signal);
  format_end(got, sizeof(got), result->exit_code, result->signal);
  const char *text = stderr_substring ? stderr_substring : "(anything)";
  snprintf(description, sizeof(description),
           "Expected of the child: %s, stderr with: %.400s\n"
           "                  Got: %s, stderr%s:\n%s",
           expected, text[0] ? text : "(nothing)", got,
           result->truncated ? " (its beginning)" : "", result->stderr_text);
  return description;
}
