// Intent: waiting for standard input is reported, whatever is behind it;
// non-blocking and memory ones are not.

// RUN: %bsan_cc -fno-builtin -fno-inline -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#include "rule.h"

static int file, typed_in, empty, real_stdin;
// Never looked at: the formats that go with it take no arguments.
static va_list no_arguments;

// Input comes from a file, from a pipe, or is not there (non-blocking).
void rule_setup(void) {
  int ends[2];
  setsid();  // Without a terminal getpass() reads standard input.
  real_stdin = dup(0);
  file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(file, "12 word\n", 8);
  lseek(file, 0, SEEK_SET);
  pipe(ends);
  write(ends[1], "12 word\n", 8);
  typed_in = ends[0];
  pipe2(ends, O_NONBLOCK);
  empty = ends[0];
  clearerr(stdin);
  __fpurge(stdin);
}

void rule_teardown(void) {
  dup2(real_stdin, 0);
  __fpurge(stdin);
}

#define FROM(fd) (dup2(fd, 0))
#define SCANNED (int *)rule_data, rule_data + sizeof(int)

typedef char *read_line(char *);
typedef char *read_line_into(char *, size_t);
typedef int scan(const char *, ...);
typedef int scan_list(const char *, va_list);

static char *copied(char *text) {
  return text ? strncpy(rule_data, text, sizeof(rule_data) - 1) : NULL;
}

RULE_PREPARED(getchar, getchar, input, FROM(file), getchar(), FROM(empty),
              getchar());
RULE_PREPARED(getchar_unlocked, getchar, input,
              (dup2(typed_in, 0);
               int (*call)(void) = rule_lookup("getchar_unlocked")),
              call(),
              (dup2(empty, 0);
               int (*call)(void) = rule_lookup("getchar_unlocked")),
              call());
RULE_PREPARED(gets, gets, input,
              (dup2(file, 0); read_line *call = rule_lookup("gets")),
              call(rule_data) != NULL,
              (dup2(empty, 0); read_line *call = rule_lookup("gets")),
              call(rule_data) != NULL);
RULE_PREPARED(__gets_chk, gets, input,
              (dup2(typed_in, 0);
               read_line_into *call = rule_lookup("__gets_chk")),
              call(rule_data, sizeof(rule_data)) != NULL,
              (dup2(empty, 0);
               read_line_into *call = rule_lookup("__gets_chk")),
              call(rule_data, sizeof(rule_data)) != NULL);
RULE_PREPARED(scanf, scanf, input,
              (dup2(typed_in, 0); scan *call = rule_lookup("scanf")),
              call("%d %7s", SCANNED),
              (dup2(empty, 0); scan *call = rule_lookup("scanf")),
              call("%d %7s", SCANNED));
RULE_VARIANT(scanf_of_header, scanf, scanf, input, FROM(file),
             scanf("%d %7s", SCANNED), FROM(empty), scanf("%d %7s", SCANNED));
RULE_PREPARED(__isoc99_scanf, scanf, input,
              (dup2(file, 0); scan *call = rule_lookup("__isoc99_scanf")),
              call("%d %7s", SCANNED),
              (dup2(empty, 0); scan *call = rule_lookup("__isoc99_scanf")),
              call("%d %7s", SCANNED));
RULE_OPTIONAL(__isoc23_scanf, scanf, input,
              (dup2(file, 0); scan *call = rule_lookup("__isoc23_scanf")),
              call("%d %7s", SCANNED),
              (dup2(empty, 0); scan *call = rule_lookup("__isoc23_scanf")),
              call("%d %7s", SCANNED));
RULE_PREPARED(vscanf, vscanf, input,
              (dup2(file, 0); scan_list *call = rule_lookup("vscanf")),
              call("12", no_arguments),
              (dup2(empty, 0); scan_list *call = rule_lookup("vscanf")),
              call("12", no_arguments));
RULE_PREPARED(__isoc99_vscanf, vscanf, input,
              (dup2(typed_in, 0);
               scan_list *call = rule_lookup("__isoc99_vscanf")),
              call("12", no_arguments),
              (dup2(empty, 0);
               scan_list *call = rule_lookup("__isoc99_vscanf")),
              call("12", no_arguments));
RULE_OPTIONAL(__isoc23_vscanf, vscanf, input,
              (dup2(typed_in, 0);
               scan_list *call = rule_lookup("__isoc23_vscanf")),
              call("12", no_arguments),
              (dup2(empty, 0);
               scan_list *call = rule_lookup("__isoc23_vscanf")),
              call("12", no_arguments));
RULE_PREPARED(getpass, getpass, input, FROM(file), copied(getpass("")) != NULL,
              FROM(file), RULE_OUTSIDE(copied(getpass("")) != NULL));
