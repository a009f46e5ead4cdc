//===-- bsan_cmd_run.c - bsan run: check an unmodified program ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prepares the environment and becomes the program: no process stays in
// between, so signals, the terminal and the exit status are the program's own.
//
//===----------------------------------------------------------------------===//

#include "bsan_commands.h"
#include "bsan_environment.h"
#include "bsan_message.h"
#include "bsan_options.h"
#include "bsan_program.h"
#include "bsan_strings.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: bsan run [OPTIONS] [--] PROGRAM [ARGUMENTS...]\n"
    "\n"
    "Runs a program with the BlockSanitizer runtime preloaded. Calls that "
    "block\n"
    "an event loop are reported, the program goes on, and statistics follow "
    "at\n"
    "its end. The exit status is the program's own.\n"
    "\n"
    "      --fail               exit with 44 when anything was reported, by "
    "the\n"
    "                           program or by what it started; nobody else's "
    "exit\n"
    "                           status changes\n"
    "      --halt               stop at the first report, with exit status 44\n"
    "      --follow-children=0  check the program only, not what it starts\n"
    "      --log FILE           write reports to FILE.PID ('stdout' and "
    "'stderr'\n"
    "                           mean the streams)\n"
    "      --suppressions FILE  do not report what FILE lists\n"
    "  -o, --option KEY=VALUE   set any other runtime option (repeatable)\n"
    "  -q, --quiet              reports only: no statistics, no remarks\n"
    "  -h, --help               this text\n"
    "\n"
    "BSAN_OPTIONS from the environment wins over the defaults of this "
    "command;\n"
    "the options above win over BSAN_OPTIONS. 'bsan run -o help=1 true' lists\n"
    "all runtime options.\n"
    "\n"
    "Exit status: the program's; 127 when it was not found, 126 when it "
    "cannot\n"
    "be executed, 2 when the runtime cannot be preloaded into it (statically\n"
    "linked, set-user-ID, another machine or C library) or the usage is "
    "wrong.\n";

enum long_option { FAIL = 256, FOLLOW_CHILDREN, HALT, LOG, SUPPRESSIONS };

static const struct option long_options[] = {
    {"fail", no_argument, NULL, FAIL},
    {"follow-children", required_argument, NULL, FOLLOW_CHILDREN},
    {"halt", no_argument, NULL, HALT},
    {"log", required_argument, NULL, LOG},
    {"suppressions", required_argument, NULL, SUPPRESSIONS},
    {"option", required_argument, NULL, 'o'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

// Programs change their directory before the runtime opens a file.
static char *make_absolute(const char *path) {
  char *directory = path[0] == '/' ? NULL : getcwd(NULL, 0);
  return directory ? bsan_format("%s/%s", directory, path)
                   : bsan_copy(path, strlen(path));
}

static void add_log(struct bsan_strings *options, const char *path) {
  bool is_stream = strcmp(path, "stdout") == 0 || strcmp(path, "stderr") == 0;
  bsan_options_add(options, "log_path", is_stream ? path : make_absolute(path));
}

static void add_suppressions(struct bsan_strings *options, const char *path) {
  if (access(path, R_OK) != 0)
    bsan_fatal(BSAN_EXIT_USAGE, "cannot read the suppressions file '%s': %s",
               path, strerror(errno));
  bsan_options_add(options, "suppressions", make_absolute(path));
}

static void add_follow_children(struct bsan_strings *options,
                                const char *value) {
  if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
    bsan_fatal(BSAN_EXIT_USAGE, "--follow-children=%s: expected 0 or 1", value);
  bsan_options_add(options, "follow_children", value);
}

static void add_option(struct bsan_strings *options, int option) {
  switch (option) {
  case FAIL:
    bsan_strings_add(options, "exitcode=44");
    bsan_environment_fail();
    break;
  case FOLLOW_CHILDREN:
    add_follow_children(options, optarg);
    break;
  case HALT:
    bsan_strings_add(options, "halt_on_error=1:exitcode=44");
    break;
  case LOG:
    add_log(options, optarg);
    break;
  case SUPPRESSIONS:
    add_suppressions(options, optarg);
    break;
  case 'o':
    bsan_options_add_word(options, optarg);
    break;
  case 'q':
    bsan_strings_add(options, "print_stats_on_exit=0:verbosity=0");
    break;
  case 'h':
    bsan_exit_with_usage(usage);
  default:
    // getopt has said what is wrong.
    fputs("see 'bsan run --help'\n", stderr);
    exit(BSAN_EXIT_USAGE);
  }
}

// Defaults, then the user's environment, then the command line: the last wins.
static char *make_options(const struct bsan_strings *chosen) {
  const char *environment = getenv("BSAN_OPTIONS");
  struct bsan_strings others = {0}, all = {0};
  if (environment && *environment)
    bsan_strings_add(&others, environment);
  bsan_strings_add_all(&others, chosen);
  bsan_strings_add(&all, "halt_on_error=0:print_stats_on_exit=1");
  // Reports that the program survives leave its exit status alone; one that
  // ends it has to be visible there.
  if (!bsan_options_is_on(bsan_strings_join(&others, ":"), "halt_on_error"))
    bsan_strings_add(&all, "exitcode=0");
  bsan_strings_add_all(&all, &others);
  return bsan_strings_join(&all, ":");
}

int bsan_cmd_run(int argc, char **argv) {
  struct bsan_strings chosen = {0};
  bsan_environment_name_program();
  // '+': the first word that is no option is the program.
  for (int option;
       (option = getopt_long(argc, argv, "+o:qh", long_options, NULL)) != -1;)
    add_option(&chosen, option);
  if (optind == argc)
    bsan_fatal(BSAN_EXIT_USAGE,
               "expected a program to run; see 'bsan run --help'");
  struct bsan_program program = bsan_program_find(argv[optind]);
  if (!program.has_runtime)
    bsan_environment_preload();
  bsan_environment_set_options(make_options(&chosen));
  // execvp and not execv: it starts scripts without a #! line by the shell. The
  // path always has a slash, so nothing is looked up a second time.
  execvp(program.path, argv + optind);
  bsan_fatal(BSAN_EXIT_NOT_EXECUTABLE, "cannot run '%s': %s", program.path,
             strerror(errno));
}
