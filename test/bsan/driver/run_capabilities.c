// Intent: a program with file capabilities is refused to those for whom they
// count: to everybody but root.

// REQUIRES: file-capabilities
// RUN: %cc %s -o %t
// RUN: chmod 755 %t && setcap cap_net_raw+ep %t
// RUN: sh -c 'setpriv --reuid=65534 --regid=65534 --clear-groups %bsan_bin/bsan run %t; echo status $?' 2>&1 | FileCheck %s --check-prefix=REFUSED
// REFUSED: bsan run: error: '{{.*}}' is given file capabilities: the loader ignores LD_PRELOAD
// REFUSED-NOT: ran
// REFUSED: status 2
// RUN: %bsan_bin/bsan run -q %t | FileCheck %s --check-prefix=RAN
// RAN: ran, runtime 1

#include <stdio.h>

__attribute__((weak)) void __bsan_enter_loop(void);

int main(void) {
  printf("ran, runtime %d\n", __bsan_enter_loop != 0);
  return 0;
}
