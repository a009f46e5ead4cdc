//===-- parity.c - Runs the table of blockbuster's rules ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each case is one call in a child process of its own, made inside of a loop in
// a fresh folder.  CATCHES has to end the child with a report of that name,
// ALLOWS has to leave it alone.  Needs the default options, but for symbolize=0
// and auto_loop=0.
//
// usage: PROGRAM [RULE...]   the working directory is empty
// The last line is "N of M rows"; the status is 0 when they are the same.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sanitizer/bsan_interface.h>

static void check(bool is_good, const char *what) {
  if (is_good)
    return;
  perror(what);
  _exit(99);
}

#ifdef PARITY_LIBC
#  include "with_libc.h"
#endif
#ifdef PARITY_SSL
#  include "with_ssl.h"
#endif
#ifdef PARITY_SQLITE3
#  include "with_sqlite3.h"
#endif

//--- The table -------------------------------------------------------------//

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define CASE PASTE(case_, __LINE__)

#define SEED(rule, predicate)
#define CATCHES(name, ...)                                                     \
  static void CASE(void) { (void)(__VA_ARGS__); }
#define ALLOWS(name, ...) CATCHES(name, __VA_ARGS__)
#include "parity.inc"

enum kind { RULE, IS_CAUGHT, IS_ALLOWED };

static const struct row {
  enum kind kind;
  const char *name;       // Of the rule, or in the report.
  const char *predicate;  // Of a rule.
  void (*call)(void);     // Of a case.
} rows[] = {
#define SEED(rule, predicate) {RULE, rule, predicate, NULL},
#define CATCHES(name, ...) {IS_CAUGHT, #name, NULL, CASE},
#define ALLOWS(name, ...) {IS_ALLOWED, #name, NULL, CASE},
#include "parity.inc"
};

static const struct row *const rows_end = rows + sizeof(rows) / sizeof(*rows);

//--- One case, in a child ---------------------------------------------------//

enum { REPORTED = 44, NOT_IN_LOOP = 98 };

static void set_up(void) {
#ifdef PARITY_LIBC
  set_up_libc();
#endif
#ifdef PARITY_SSL
  set_up_ssl();
#endif
#ifdef PARITY_SQLITE3
  set_up_sqlite3();
#endif
}

static void run_child(const struct row *row, int number) {
  char folder[32];
  snprintf(folder, sizeof(folder), "%d", number);
  check(mkdir(folder, 0700) == 0 && chdir(folder) == 0, folder);
  set_up();
  int out = open("../stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int err = open("../stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  check(dup2(out, STDOUT_FILENO) == STDOUT_FILENO &&
            dup2(err, STDERR_FILENO) == STDERR_FILENO,
        "dup2");
  __bsan_enter_loop();
  if (!__bsan_in_loop())
    _exit(NOT_IN_LOOP);
  row->call();
  __bsan_leave_loop();
  _exit(0);
}

static void read_report(char *text, size_t room) {
  int fd = open("stderr", O_RDONLY);
  ssize_t length = fd < 0 ? -1 : read(fd, text, room - 1);
  check(length >= 0, "stderr");
  text[length] = 0;
  close(fd);
}

static bool is_about(const char *report, const char *name) {
  char expected[128];
  snprintf(expected, sizeof(expected),
           "ERROR: BlockSanitizer: blocking-call: %s on event loop thread ",
           name);
  return strstr(report, expected) != NULL;
}

// With optimization the headers of glibc write these in terms of others: the
// program calls no getline.
static bool is_named(const char *report, const char *name) {
  static const char *const inlined[][2] = {{"getchar", "getc"},
                                           {"getline", "getdelim"}};
  for (size_t i = 0; i < sizeof(inlined) / sizeof(*inlined); i++)
    if (strcmp(name, inlined[i][0]) == 0 && is_about(report, inlined[i][1]))
      return true;
  return is_about(report, name);
}

static bool run_case(const char *rule, const struct row *row, int number) {
  char report[4096];
  int code;
  fflush(stdout);
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0)
    run_child(row, number);
  check(waitpid(child, &code, 0) == child, "waitpid");
  read_report(report, sizeof(report));
  int status = WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
  bool is_good = row->kind == IS_CAUGHT
                     ? status == REPORTED && is_named(report, row->name)
                     : status == 0 && report[0] == 0;
  if (!is_good)
    fprintf(stderr, "%s: %s should be %s: exit status %d\n%s\n", rule,
            row->name, row->kind == IS_CAUGHT ? "caught" : "let through",
            status, report);
  return is_good;
}

//--- One rule ---------------------------------------------------------------//

// What comes next is the row of the next rule, or the end.
static const struct row *run_rule(const struct row *rule, bool *is_good) {
  const struct row *row = rule + 1;
  int caught = 0, allowed = 0;
  bool has_predicate = strcmp(rule->predicate, "none") != 0;
  *is_good = true;
  for (; row < rows_end && row->kind != RULE; row++) {
    *is_good &= run_case(rule->name, row, (int)(row - rows));
    caught += row->kind == IS_CAUGHT;
    allowed += row->kind == IS_ALLOWED;
  }
  if (!caught || has_predicate != (allowed > 0)) {
    fprintf(stderr, "%s: %d caught and %d let through, where: %s\n", rule->name,
            caught, allowed, rule->predicate);
    *is_good = false;
  }
  printf("%s %s: %d caught, %d let through\n", *is_good ? "ok" : "FAILED",
         rule->name, caught, allowed);
  return row;
}

static bool is_chosen(const char *rule, char **names_wanted) {
  bool found = !*names_wanted;
  for (; *names_wanted; names_wanted++)
    found |= strcmp(rule, *names_wanted) == 0;
  return found;
}

int main(int argc, char **argv) {
  int good = 0, count = 0;
  (void)argc;
  for (const struct row *row = rows; row < rows_end;) {
    bool is_good;
    if (row->kind != RULE || !is_chosen(row->name, argv + 1)) {
      row++;
      continue;
    }
    row = run_rule(row, &is_good);
    good += is_good;
    count++;
  }
  printf("%d of %d rows\n", good, count);
  return good == count && count ? 0 : 1;
}
