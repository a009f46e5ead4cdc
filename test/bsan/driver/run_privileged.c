// Intent: a program that the kernel starts with the privileges of its file, and
// a script that such a program runs, are refused: the loader would drop the
// runtime without a word. Bits that give nothing do not matter.

// REQUIRES: set-user-id
// RUN: %cc %s -o %t
// RUN: rm -f %t.user %t.group %t.own
// RUN: cp %t %t.user && chown 1 %t.user && chmod 4755 %t.user
// RUN: sh -c '%bsan_bin/bsan run %t.user; echo status $?' 2>&1 | FileCheck %s --check-prefix=USER
// USER: bsan run: error: '{{.*}}.user' is set-user-ID: the loader ignores LD_PRELOAD in it; run a copy without that privilege
// USER-NOT: ran
// USER: status 2
// RUN: cp %t %t.group && chgrp 1 %t.group && chmod 2755 %t.group
// RUN: sh -c '%bsan_bin/bsan run %t.group; echo status $?' 2>&1 | FileCheck %s --check-prefix=GROUP
// GROUP: bsan run: error: '{{.*}}.group' is set-group-ID: the loader ignores LD_PRELOAD
// GROUP-NOT: ran
// GROUP: status 2

// RUN: echo "#!%t.user" > %t.script && chmod +x %t.script
// RUN: sh -c '%bsan_bin/bsan run %t.script; echo status $?' 2>&1 | FileCheck %s --check-prefix=USER

// The user's own program gets nothing new, and a script's own bits are ignored.
// RUN: cp %t %t.own && chmod 6755 %t.own
// RUN: %bsan_bin/bsan run -q %t.own | FileCheck %s --check-prefix=RAN
// RUN: echo "#!%t" > %t.bits && chown 1 %t.bits && chmod 4755 %t.bits
// RUN: %bsan_bin/bsan run -q %t.bits | FileCheck %s --check-prefix=RAN
// Nor does anybody where the kernel gives no new privileges.
// RUN: setpriv --no-new-privs %bsan_bin/bsan run -q %t.user | FileCheck %s --check-prefix=RAN
// RAN: {{^}}ran, runtime 1{{$}}

#include <stdio.h>

__attribute__((weak)) void __bsan_enter_loop(void);

int main(void) {
  printf("ran, runtime %d\n", __bsan_enter_loop != 0);
  return 0;
}
