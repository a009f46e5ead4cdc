// Intent: enabled=0 finds nothing until the program activates the checks, and
// deactivating ends them for all threads.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:enabled=0 %run %t 2>&1 | FileCheck %s --check-prefix=OFF
// OFF-NOT: BlockSanitizer
// OFF: activated
// OFF: #1 {{.*}} in after_activate
// OFF: deactivated
// OFF-NOT: BlockSanitizer
// OFF: end
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=ON
// ON: #1 {{.*}} in before_activate
// ON: activated
// ON: #1 {{.*}} in after_activate
// ON: deactivated
// ON-NOT: BlockSanitizer
// ON: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

static volatile int calls;

#define DEFINE(name)                                                           \
  __attribute__((noinline)) static void name(void) {                           \
    usleep(1);                                                                 \
    calls += __LINE__; /* Not equal, or gcc makes them one. */                 \
  }
DEFINE(before_activate)
DEFINE(after_activate)
DEFINE(after_deactivate)

int main(void) {
  __bsan_enter_loop();
  before_activate();
  __bsan_activate();
  fputs("activated\n", stderr);
  after_activate();
  __bsan_deactivate();
  fputs("deactivated\n", stderr);
  after_deactivate();
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return calls ? 0 : 1;
}
