//===-- bsan_cmd_check.c - bsan check: prove that detection works here ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Silence means "nothing found" only where the runtime is known to be at work.
// Each row of the table is one thing that containers, filters and loaders have
// been seen to break.
//
//===----------------------------------------------------------------------===//

#include "bsan_canary.h"
#include "bsan_commands.h"
#include "bsan_environment.h"
#include "bsan_message.h"
#include "bsan_path.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] =
    "Usage: bsan check [-q]\n"
    "\n"
    "Runs small programs that block in an event loop on purpose, and checks "
    "that\n"
    "each is reported; and one that must not be. One line per check, exit "
    "status\n"
    "0 when all are ok, 1 otherwise. BSAN_OPTIONS is not used.\n"
    "\n"
    "  -q, --quiet  only the exit status\n"
    "  -h, --help   this text\n";

enum { TIME_LIMIT_S = 20, OUTPUT_BYTES = 16 * 1024 };

static const struct check {
  const char *title;
  const char *mode;
  int exit_status;
  const char *expected_text; // in the output; NULL: no output at all
  const char *advice;
} checks[] = {
    {"the runtime loads into an unmodified program", BSAN_CANARY_LOADED,
     BSAN_EXIT_OK, NULL,
     "LD_PRELOAD is not honoured here. Is bsan itself set-user-ID or started "
     "under a security module that cleans the environment? Is the runtime on a "
     "file system mounted noexec? Does a seccomp filter stop mmap or openat?"},
    {"a blocking call between the hooks is reported", BSAN_CANARY_HOOKS,
     BSAN_CANARY_REPORTED, "usleep",
     "The runtime is loaded but does not see the call. Is another preloaded "
     "library or a seccomp filter in the way? BSAN_OPTIONS=verbosity=1 says "
     "what the runtime turned off."},
    {"a blocking call in an epoll loop is reported", BSAN_CANARY_LEARNED,
     BSAN_CANARY_REPORTED, "usleep",
     "Loops are not recognised by themselves here; programs that call the "
     "hooks are still checked. Does a container lack /proc, or a seccomp "
     "filter stop epoll?"},
    {"a blocking call outside of loops is not reported", BSAN_CANARY_OUTSIDE,
     BSAN_EXIT_OK, NULL,
     "Reports on this machine cannot be trusted; please report this as a bug "
     "with the output above."},
};

struct outcome {
  int wait_status;
  char output[OUTPUT_BYTES];
};

static void become_canary(const char *self, const char *mode, int output_fd) {
  dup2(output_fd, STDOUT_FILENO);
  dup2(output_fd, STDERR_FILENO);
  bsan_environment_preload();
  // No symbolizer: this is about detection, and it has to be quick.
  bsan_environment_set_options(
      "halt_on_error=1:exitcode=44:symbolize=0:color=never:log_path=stderr");
  // Survives exec: a canary that hangs ends too.
  alarm(TIME_LIMIT_S);
  execl(self, self, BSAN_CANARY_COMMAND, mode, (char *)NULL);
  bsan_fatal(BSAN_EXIT_FAILED, "cannot run '%s': %s", self, strerror(errno));
}

static void read_output(int fd, char *output) {
  size_t used = 0;
  char rest[512];
  for (;;) {
    bool is_full = used == OUTPUT_BYTES - 1;
    char *buffer = is_full ? rest : output + used;
    size_t room = is_full ? sizeof(rest) : OUTPUT_BYTES - 1 - used;
    ssize_t size = read(fd, buffer, room);
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      break;
    used += is_full ? 0 : (size_t)size;
  }
  output[used] = '\0';
}

static void run_canary(const char *mode, struct outcome *outcome) {
  int ends[2];
  const char *self = bsan_path_self(bsan_command_argv0());
  if (!self)
    bsan_fatal(BSAN_EXIT_FAILED, "cannot find the program of bsan itself");
  fflush(stdout);
  if (pipe(ends) != 0)
    bsan_fatal(BSAN_EXIT_FAILED, "cannot make a pipe: %s", strerror(errno));
  pid_t child = fork();
  if (child < 0)
    bsan_fatal(BSAN_EXIT_FAILED, "cannot fork: %s", strerror(errno));
  if (child == 0) {
    close(ends[0]);
    become_canary(self, mode, ends[1]);
  }
  close(ends[1]);
  read_output(ends[0], outcome->output);
  close(ends[0]);
  while (waitpid(child, &outcome->wait_status, 0) < 0 && errno == EINTR)
    ;
}

static bool is_as_expected(const struct check *check,
                           const struct outcome *outcome) {
  bool is_text_right =
      check->expected_text
          ? strstr(outcome->output, check->expected_text) != NULL
          : outcome->output[0] == '\0';
  return is_text_right && WIFEXITED(outcome->wait_status) &&
         WEXITSTATUS(outcome->wait_status) == check->exit_status;
}

static void describe_end(int wait_status, int expected_status) {
  if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGALRM)
    fprintf(stderr, "  the canary did not end within %d s\n", TIME_LIMIT_S);
  else if (WIFSIGNALED(wait_status))
    fprintf(stderr, "  the canary was killed by signal %d (%s)\n",
            WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
  else
    fprintf(stderr, "  the canary's exit status was %d, expected %d%s\n",
            WEXITSTATUS(wait_status), expected_status,
            WEXITSTATUS(wait_status) == BSAN_CANARY_NOT_LOADED
                ? " (the runtime is not in the process)"
                : "");
}

static void explain(const struct check *check, const struct outcome *outcome) {
  fflush(stdout);
  describe_end(outcome->wait_status, check->exit_status);
  fprintf(stderr, "  output, expected %s%s%s%s\n",
          check->expected_text ? "with '" : "none",
          check->expected_text ? check->expected_text : "",
          check->expected_text ? "'" : "", outcome->output[0] ? ":" : ": none");
  for (const char *line = outcome->output; *line;) {
    int length = (int)strcspn(line, "\n");
    fprintf(stderr, "  | %.*s\n", length, line);
    line += length + (line[length] == '\n');
  }
  fprintf(stderr, "  %s\n", check->advice);
}

static bool run_check(const struct check *check, bool is_quiet) {
  static struct outcome outcome;
  run_canary(check->mode, &outcome);
  bool is_ok = is_as_expected(check, &outcome);
  if (is_quiet)
    return is_ok;
  printf("%-6s  %s\n", is_ok ? "ok" : "FAILED", check->title);
  if (!is_ok)
    explain(check, &outcome);
  return is_ok;
}

static bool read_quiet(int argc, char **argv) {
  static const struct option long_options[] = {
      {"quiet", no_argument, NULL, 'q'},
      {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0},
  };
  bool is_quiet = false;
  for (int option;
       (option = getopt_long(argc, argv, "qh", long_options, NULL)) != -1;) {
    if (option == 'h')
      bsan_exit_with_usage(usage);
    if (option != 'q') {
      fputs("see 'bsan check --help'\n", stderr);
      exit(BSAN_EXIT_USAGE);
    }
    is_quiet = true;
  }
  if (optind < argc)
    bsan_fatal(BSAN_EXIT_USAGE, "unexpected argument '%s'", argv[optind]);
  return is_quiet;
}

int bsan_cmd_check(int argc, char **argv) {
  bool is_quiet = read_quiet(argc, argv);
  // Once here, so that a missing runtime is one error and not four.
  bsan_environment_require_runtime();
  int failures = 0;
  for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
    failures += !run_check(&checks[i], is_quiet);
  return failures == 0 ? BSAN_EXIT_OK : BSAN_EXIT_FAILED;
}
