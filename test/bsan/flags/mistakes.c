// Intent: mistakes in BSAN_OPTIONS are said once each, clearly, and change
// neither the program nor the options that were right.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=nonsense=1:halt_on_error=banana:exitcode=7x:min_block_us=many:report=perhaps:auto_loop=sometimes:max_reports=:exitcode=9 %exits 9 %run %t block 2>&1 | FileCheck %s --check-prefix=VALUES
// VALUES-DAG: BlockSanitizer: WARNING: BSAN_OPTIONS: 'banana' is no value for halt_on_error: keeping true
// VALUES-DAG: BlockSanitizer: WARNING: BSAN_OPTIONS: '7x' is no value for exitcode: keeping 44
// VALUES-DAG: BlockSanitizer: WARNING: BSAN_OPTIONS: 'many' is no value for min_block_us: keeping 1000
// VALUES-DAG: BlockSanitizer: WARNING: 'perhaps' is no value for report: expected potential or actual; keeping potential
// VALUES-DAG: BlockSanitizer: WARNING: 'sometimes' is no value for auto_loop: expected epoll, all, adapters or 0; keeping epoll
// VALUES-DAG: WARNING: found 1 unrecognized flag(s):
// VALUES-DAG: nonsense
// VALUES: ERROR: BlockSanitizer: blocking-call: usleep

// RUN: %env_bsan_opts=nonsense=1:halt_on_error=banana %exits 5 %run %t quiet 2>&1 | FileCheck %s --check-prefix=QUIET
// QUIET: output

// RUN: env "BSAN_OPTIONS=exitcode=9:log_path='unterminated" %exits 9 %run %t block 2>&1 | FileCheck %s --check-prefix=QUOTE
// QUOTE: BlockSanitizer: WARNING: BSAN_OPTIONS: a quote is not closed in 'log_path='unterminated'; ignored
// RUN: env "BSAN_OPTIONS=exitcode=9:halt_on_error" %exits 9 %run %t block 2>&1 | FileCheck %s --check-prefix=EQUALS
// EQUALS: BlockSanitizer: WARNING: BSAN_OPTIONS: expected name=value, got 'halt_on_error'; ignored
// RUN: env "BSAN_OPTIONS==1:exitcode=9" %exits 9 %run %t block 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: BlockSanitizer: WARNING: BSAN_OPTIONS: expected name=value, got '=1'; ignored
// RUN: env "BSAN_OPTIONS=  ,, ::exitcode=9,:; " %exits 9 %run %t block
// RUN: env "BSAN_OPTIONS=exitcode=9 halt_on_error=0,max_reports=0" %exits 9 %run %t block 2>&1 | FileCheck %s --check-prefix=BLANKS
// BLANKS: WARNING: BlockSanitizer: blocking-call: usleep
// RUN: env "BSAN_OPTIONS=" %exits 44 %run %t block

// A value of 100,000 bytes; then one in quotes with separators in it.
// RUN: %python -c "print('exitcode=9:log_path=' + 'x' * 100000 + ':max_reports=1')" > %t.long
// RUN: sh -c 'BSAN_OPTIONS=$(cat %t.long) sh %source_dir/test/bsan/exits.sh 9 %run %t block' 2>&1 | FileCheck %s --check-prefix=LONG
// LONG: BlockSanitizer: WARNING: BSAN_OPTIONS: a value of {{[0-9]+}} bytes is too long
// RUN: env "BSAN_OPTIONS=exitcode=9:log_path='%t.a b:c,d'" %exits 9 %run %t block
// RUN: sh -c 'cat "%t.a b:c,d".*' | FileCheck %s --check-prefix=FILE
// FILE: ERROR: BlockSanitizer

// Bytes that are no text.
// RUN: sh -c 'BSAN_OPTIONS=$(printf "exitcode=9:\377\376=\001:halt_on_error=\200") sh %source_dir/test/bsan/exits.sh 9 %run %t block'

// More options in a file, which may be missing or not.
// RUN: echo "exitcode=9" > %t.options
// RUN: %env_bsan_opts=include=%t.options %exits 9 %run %t block
// RUN: %env_bsan_opts=include_if_exists=%t.none %exits 44 %run %t block
// RUN: %env_bsan_opts=include=%t.none %exits 5 %run %t quiet 2>&1 | FileCheck %s --check-prefix=INCLUDE
// INCLUDE: {{.*}}.none
// INCLUDE: output

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  __bsan_enter_loop();
  if (argc == 2 && strcmp(argv[1], "block") == 0)
    usleep(1);
  __bsan_leave_loop();
  fputs("output\n", stderr);
  return 5;
}
