// Intent: under bsan run a program keeps its exit status and its signals,
// whatever was reported; --fail and --halt turn a report into status 44.

// RUN: %cc %s -o %t
// RUN: sh -c '%bsan_bin/bsan run -q %t quiet; echo status $?' 2>&1 | FileCheck %s --check-prefix=QUIET
// QUIET-NOT: BlockSanitizer
// QUIET: status 7
// RUN: sh -c '%bsan_bin/bsan run -q --fail %t quiet; echo status $?' 2>&1 | FileCheck %s --check-prefix=QUIET
// RUN: sh -c '%bsan_bin/bsan run -q %t block; echo status $?' 2>&1 | FileCheck %s --check-prefix=BLOCK
// BLOCK: BlockSanitizer: {{.*}}usleep
// BLOCK: status 7
// RUN: sh -c '%bsan_bin/bsan run -q --fail %t block; echo status $?' 2>&1 | FileCheck %s --check-prefix=FAIL
// FAIL: after the call
// FAIL: status 44
// RUN: sh -c '%bsan_bin/bsan run -q --halt %t block; echo status $?' 2>&1 | FileCheck %s --check-prefix=HALT
// HALT-NOT: after the call
// HALT: status 44
// RUN: sh -c '%bsan_bin/bsan run -q %t signal; echo status $?' 2>&1 | FileCheck %s --check-prefix=SIGNAL
// SIGNAL: status 143

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((weak)) void __bsan_enter_loop(void);
__attribute__((weak)) void __bsan_leave_loop(void);

int main(int argc, char **argv) {
  if (argc < 2 || !__bsan_enter_loop)
    return 1;
  if (strcmp(argv[1], "signal") == 0)
    raise(SIGTERM);
  if (strcmp(argv[1], "block") == 0) {
    __bsan_enter_loop();
    usleep(1000);
    __bsan_leave_loop();
    fputs("after the call\n", stderr);
  }
  return 7;
}
