// Intent: loops on poll and select are recognised when auto_loop=all asks for
// it, and only then.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=auto_loop=all %exits 44 %run %t poll 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: %env_bsan_opts=auto_loop=all %exits 44 %run %t select 2>&1 | FileCheck %s --check-prefix=ALL
// ALL: ERROR: BlockSanitizer: blocking-call: usleep
// ALL: #1 {{.*}} in in_callback
// RUN: %exits 0 %run %t poll 2>&1 | FileCheck %s --check-prefix=QUIET
// RUN: %exits 0 %run %t select 2>&1 | FileCheck %s --check-prefix=QUIET
// RUN: %env_bsan_opts=auto_loop=0 %exits 0 %run %t poll 2>&1 | FileCheck %s --check-prefix=QUIET
// QUIET-NOT: BlockSanitizer
// QUIET: step: end

#include <poll.h>
#include <string.h>
#include <sys/select.h>

#include "Inputs/loop.h"

BLOCKING(in_callback)

NOINLINE static int wait_with_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(loop_event, &set);
  return select(loop_event + 1, &set, NULL, NULL, NULL);
}

NOINLINE static int wait_with_poll(void) {
  struct pollfd fd = {loop_event, POLLIN, 0};
  return poll(&fd, 1, -1);
}

NOINLINE static void run_loop(int (*wait)(void)) {
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (wait() == 1) {
      loop_drain();
      in_callback();
    }
  }
  calls++;
}

int main(int argc, char **argv) {
  loop_make();
  if (argc > 1 && strcmp(argv[1], "poll") == 0)
    run_loop(wait_with_poll);
  else
    run_loop(wait_with_select);
  STEP("end");
  return 0;
}
