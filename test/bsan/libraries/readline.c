// Intent: readline is reported once, as itself, when descriptor 0 is in
// blocking mode: not as the pselect and read inside it.

// REQUIRES: readline
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lreadline -ldl -lpthread
// RUN: %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/check_once.py %t.dir %run %t

#include <fcntl.h>
#include <readline/readline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rule.h"

static const char line[] = "a line\n";

void rule_setup(void) {
  int ends[2];
  if (pipe(ends) || write(ends[1], line, strlen(line)) < 0 || dup2(ends[0], 0))
    abort();
  rl_outstream = fopen("/dev/null", "w");
  rl_initialize();  // Reads the terminal's description, a file.
}

void rule_teardown(void) { fclose(rl_outstream); }

static void set_nonblocking(void) { fcntl(0, F_SETFL, O_NONBLOCK); }

static long length_of(char *read_line) {
  if (!read_line)
    return -1;
  strncpy(rule_data, read_line, sizeof(rule_data) - 1);
  free(read_line);
  return strlen(rule_data);
}

RULE_PREPARED(readline, readline, input, (), length_of(readline("> ")),
              (set_nonblocking();), length_of(readline("> ")));
