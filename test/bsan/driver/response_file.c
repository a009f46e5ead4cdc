// Intent: flags in response files count, nested and quoted ones too, and the
// real compiler never sees -fsanitize=blocking.

// RUN: echo "-fsanitize=blocking '-DTEXT=\"two words\"'" > %t.inner
// RUN: echo "-DOUTER=1 @%t.inner" > %t.outer
// RUN: %cc @%t.outer %s -o %t
// RUN: %t | FileCheck %s

// Without our flag inside, the file itself is handed on.
// RUN: echo "-DOUTER=1 '-DTEXT=\"two words\"'" > %t.plain
// RUN: %cc -fsanitize=blocking @%t.plain %s -o %t
// RUN: %t | FileCheck %s

// Longer than the kernel lets a command line be: an empty archive, often.
// RUN: rm -f %t.a && ar rc %t.a
// RUN: cp %t.outer %t.long
// RUN: awk 'BEGIN { pad = sprintf("%%180s", ""); gsub(" ", "/", pad); while (i++ < 12000) print pad "%t.a" }' >> %t.long
// RUN: %cc @%t.long %s -o %t
// RUN: %t | FileCheck %s
// CHECK: two words 1 1

// RUN: echo "@%t.loop" > %t.loop
// RUN: not %cc -fsanitize=blocking @%t.loop %s 2>&1 | FileCheck %s --check-prefix=LOOP
// LOOP: error: response files nested too deeply

#include <stdio.h>

int main(void) {
  printf("%s %d %d\n", TEXT, OUTER, __SANITIZE_BLOCKING__);
  return 0;
}
