//===-- bsan_unit_run.c - A test in a process of its own ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The child leads a process group, so that everything the test started dies
// with it: a process left behind would hold the output pipe of CTest or lit
// open and hang them. The result comes back through shared memory, which is
// whole up to the last instruction even when the child crashes. The child ends
// by exit(), not _exit(), which would lose coverage data and leak checks.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Longer than any test may take, and still no overflow in a timespec.
enum { no_limit_ms = 1 << 30 };

static void die(const char *what) {
  fprintf(stderr, "bsan-unit: %s: %s\n", what, strerror(errno));
  exit(2);
}

static struct bsan_unit_record *shared_record(void) {
  static struct bsan_unit_record *record;
  if (!record) {
    record = mmap(NULL, sizeof(*record), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (record == MAP_FAILED)
      die("cannot map the memory shared with the tests");
  }
  memset(record, 0, sizeof(*record));
  return record;
}

static _Noreturn void run_as_child(const struct bsan_unit_test *test,
                                   struct bsan_unit_record *record,
                                   const sigset_t *mask, pid_t runner) {
  setpgid(0, 0);
  // A runner that is interrupted takes its test along. It may be gone already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != runner)
    _exit(0);
  sigprocmask(SIG_SETMASK, mask, NULL);
  // Outside of the terminal's process group, reading it would stop the test.
  int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null_fd >= 0) {
    dup2(null_fd, STDIN_FILENO);
    close(null_fd);
  }
  bsan_unit_run_body(test, record, false);
  exit(0);
}

// Whether the child ends within the time. Leaves it to be reaped, so that its
// number still names its process group. SIGCHLD is blocked.
static bool ends_in_time(pid_t child, int64_t limit_ms) {
  int64_t deadline_ms = bsan_unit_now_ms() + limit_ms;
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  for (;;) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == child)
      return true;
    int64_t left_ms = deadline_ms - bsan_unit_now_ms();
    if (left_ms <= 0)
      return false;
    struct timespec left = {left_ms / 1000, left_ms % 1000 * 1000000};
    sigtimedwait(&child_signal, NULL, &left);
  }
}

// Runs the test in a child; returns its wait status. Kills it, and whatever it
// started, when the time is over.
static int run_in_child(const struct bsan_unit_test *test,
                        struct bsan_unit_record *record, int timeout_s,
                        bool *timed_out) {
  sigset_t child_signal, mask;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child_signal, &mask);
  fflush(NULL); // or the child would write our unwritten output again
  pid_t runner = getpid();
  pid_t child = fork();
  if (child < 0)
    die("cannot start a process for the test");
  if (child == 0)
    run_as_child(test, record, &mask, runner);
  setpgid(child, child); // whichever of the two comes first
  int64_t limit_ms = timeout_s > 0 ? timeout_s * INT64_C(1000) : no_limit_ms;
  *timed_out = !ends_in_time(child, limit_ms);
  kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      die("cannot wait for the test's process");
  sigprocmask(SIG_SETMASK, &mask, NULL);
  return status;
}

static char *format_signal(int signal) {
  char *text = NULL;
  const char *name = sigabbrev_np(signal);
  int length = name ? asprintf(&text, "signal %d (SIG%s)", signal, name)
                    : asprintf(&text, "signal %d", signal);
  if (length < 0)
    die("cannot describe a signal");
  return text;
}

// How the process ended, when that alone is a failure, else NULL. For free().
static char *describe_bad_end(int status, bool test_ended) {
  const char *when = test_ended ? "after" : "before";
  char *text = NULL;
  int length = 0;
  if (WIFSIGNALED(status)) {
    char *signal = format_signal(WTERMSIG(status));
    length = asprintf(&text, "killed by %s%s", signal,
                      test_ended ? " after the test ended" : "");
    free(signal);
  } else if (WEXITSTATUS(status) != 0 || !test_ended) {
    length = asprintf(&text, "exited with code %d %s the test ended",
                      WEXITSTATUS(status), when);
  }
  if (length < 0)
    die("cannot describe how the test ended");
  return text;
}

static void set_outcome(struct bsan_unit_case *unit_case,
                        enum bsan_unit_outcome outcome,
                        const struct bsan_unit_record *record,
                        const char *message) {
  bool has_place = record->line != 0;
  unit_case->outcome = outcome;
  unit_case->file = strdup(has_place ? record->file : unit_case->test->file);
  unit_case->line = has_place ? record->line : unit_case->test->line;
  unit_case->message = strdup(message);
  if (!unit_case->file || !unit_case->message)
    die("cannot keep a test's result");
}

// The outcome by what the test itself said.
static void judge_record(struct bsan_unit_case *unit_case,
                         const struct bsan_unit_record *record) {
  if (record->failed)
    set_outcome(unit_case, BSAN_UNIT_FAILED, record, record->message);
  else if (record->skipped)
    set_outcome(unit_case, BSAN_UNIT_SKIPPED, record, record->message);
  else if (record->assertions == 0)
    set_outcome(unit_case, BSAN_UNIT_FAILED, record,
                "the test made no assertion, so it could not fail");
  else
    unit_case->outcome = BSAN_UNIT_PASSED;
}

// A bad end comes first in the message, then what the test had said by then.
static void judge_bad_end(struct bsan_unit_case *unit_case,
                          const struct bsan_unit_record *record,
                          const char *bad_end) {
  char *message = NULL;
  if (asprintf(&message, "%s%s%s%s", bad_end, record->message[0] ? "\n" : "",
               record->message, record->details) < 0)
    die("cannot describe how the test ended");
  set_outcome(unit_case, BSAN_UNIT_FAILED, record, message);
  free(message);
}

static void run_and_judge(struct bsan_unit_case *unit_case,
                          const struct bsan_unit_options *options) {
  struct bsan_unit_record *record = shared_record();
  if (options->gtest_break_on_failure) {
    bsan_unit_run_body(unit_case->test, record, true);
    judge_record(unit_case, record);
    return;
  }
  bool timed_out = false;
  int status = run_in_child(unit_case->test, record, options->bsan_timeout_s,
                            &timed_out);
  char *bad_end = describe_bad_end(status, record->ended);
  if (timed_out) {
    char text[64];
    snprintf(text, sizeof(text), "timed out after %d s%s",
             options->bsan_timeout_s,
             record->ended ? ", after the test ended" : "");
    judge_bad_end(unit_case, record, text);
  } else if (bad_end) {
    judge_bad_end(unit_case, record, bad_end);
  } else {
    judge_record(unit_case, record);
  }
  free(bad_end);
}

void bsan_unit_run_case(struct bsan_unit_case *unit_case,
                        const struct bsan_unit_options *options) {
  unit_case->start_us = bsan_unit_wall_us();
  int64_t start_ms = bsan_unit_now_ms();
  run_and_judge(unit_case, options);
  unit_case->elapsed_ms = bsan_unit_now_ms() - start_ms;
}
