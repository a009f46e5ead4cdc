// Intent: what the headers put in the place of getc_unlocked() and
// putc_unlocked() when a program is optimized is reported when it reads from or
// writes to a file, and not while the buffer is enough.

// RUN: %bsan_cc -O2 -Wall -Werror %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <stdio.h>

#include "rule.h"

static FILE *file;

void rule_setup(void) {
  file = fopen("file", "w+");
  fputs("text", file);
  rewind(file);
}

void rule_teardown(void) { fclose(file); }

RULE_VARIANT(empty_buffer, __uflow, getc, stdio, (), getc_unlocked(file),
             (getc_unlocked(file)), getc_unlocked(file));
RULE_VARIANT(no_buffer, __overflow, putc, stdio, (setbuf(file, NULL)),
             putc_unlocked('x', file),
             (fseek(file, 0, SEEK_END); fputc('x', file)),
             putc_unlocked('x', file));
