// Intent: a program that has the runtime linked into it is not given a second
// one; bsan run only sets its options.

// RUN: %cc -fsanitize=blocking %s -o %t
// RUN: env -u LD_PRELOAD -u BSAN_OPTIONS %bsan_bin/bsan run -q %t | FileCheck %s --check-prefix=LINKED
// LINKED: preloaded: nothing
// LINKED: options: halt_on_error=0
// RUN: %cc %s -o %t.plain
// RUN: env -u LD_PRELOAD -u BSAN_OPTIONS %bsan_bin/bsan run -q %t.plain | FileCheck %s --check-prefix=PLAIN
// PLAIN: preloaded: {{.*}}libclang_rt.bsan
// PLAIN: options: halt_on_error=0

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  printf("preloaded: %s\n", preloaded ? preloaded : "nothing");
  printf("options: %s\n", getenv("BSAN_OPTIONS"));
  return 0;
}
