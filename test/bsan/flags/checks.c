// Intent: checks= selects by class and by function, adds and takes away, and
// says which word it did not understand.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks= %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=all %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// ALL: blocking-call: usleep
// ALL: blocking-call: nanosleep
// ALL: blocking-call: stat
// ALL: blocking-call: my_query
// ALL: end

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=sleep,stat %run %t 2>&1 | FileCheck %s --check-prefix=SOME
// SOME-NOT: BlockSanitizer
// SOME: WARNING: BlockSanitizer: blocking-call: usleep
// SOME: blocking-call: nanosleep
// SOME: blocking-call: stat
// SOME-NOT: blocking-call: my_query
// SOME: end

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=-sleep,-path %run %t 2>&1 | FileCheck %s --check-prefix=WITHOUT
// WITHOUT-NOT: sleep
// WITHOUT-NOT: stat
// WITHOUT: blocking-call: my_query
// WITHOUT: end

// The last word that is about a function decides.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=sleep,-usleep %run %t 2>&1 | FileCheck %s --check-prefix=LAST
// LAST-NOT: blocking-call: usleep
// LAST: blocking-call: nanosleep
// LAST-NOT: blocking-call:
// LAST: end

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=user %run %t 2>&1 | FileCheck %s --check-prefix=WITHOUT

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=stat,frobnicate,sleepy %run %t 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: BlockSanitizer: WARNING: checks: 'frobnicate' is neither a class nor a function that is checked; ignored
// UNKNOWN: BlockSanitizer: WARNING: checks: 'sleepy' is neither
// UNKNOWN-NOT: blocking-call: usleep
// UNKNOWN: blocking-call: stat
// UNKNOWN: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  struct timespec moment = {0, 1};
  struct stat st;
  __bsan_enter_loop();
  usleep(1);
  nanosleep(&moment, NULL);
  stat("/etc/hosts", &st);
  __bsan_notify_blocking_call("my_query");
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
