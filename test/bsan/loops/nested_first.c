// Intent: a thread that has waited once may not be in a loop yet.  A wait on
// another descriptor is a finding when the first one goes on, and the wait of the
// real loop when it does not.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t callback 2>&1 | FileCheck %s --check-prefix=CALLBACK
// CALLBACK: blocking-call: epoll_wait on event loop thread
// CALLBACK: #1 {{.*}} in wait_for_reply
// CALLBACK: step: end
// CALLBACK-NOT: blocking-call:

// RUN: %exits 44 %run %t callback 2>&1 | FileCheck %s --check-prefix=FATAL
// FATAL-NOT: step: end
// FATAL: ERROR: BlockSanitizer: blocking-call: epoll_wait

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t start > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=START < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// START: step: loop
// START: #1 {{.*}} in in_callback
// START: step: end
// START: Loop "run_loop" on thread T0
// SILENT-NOT: blocking-call: epoll_wait
// SILENT-NOT: in after_loop

#include <string.h>

#include "Inputs/loop.h"

BLOCKING(in_callback)
BLOCKING(after_loop)

static int other_epoll, other_event;

// Nothing is ready: it waits until its time is over.
NOINLINE static void wait_for_reply(void) {
  struct epoll_event event;
  if (epoll_wait(other_epoll, &event, 1, 1) != 0)
    abort();
  calls++;
}

NOINLINE static void run_loop(void (*callback)(void)) {
  struct epoll_event events[8];
  for (int round = 0; round < 2 * loop_rounds; round++) {
    if (round != 2)
      loop_wake();
    // Once until its time is over, so that the real wait would be reported.
    int count = epoll_wait(loop_epoll, events, 8, 1);
    for (int i = 0; i < count; i++) {
      loop_drain();
      if (round == 0 || callback != wait_for_reply)
        callback();
    }
  }
  calls++;
}

int main(int argc, char **argv) {
  other_epoll = epoll_create1(EPOLL_CLOEXEC);
  other_event = eventfd(0, EFD_NONBLOCK);
  loop_make();
  STEP("loop");
  if (argc > 1 && strcmp(argv[1], "callback") == 0) {
    run_loop(wait_for_reply);
  } else {
    struct epoll_event event;
    epoll_wait(other_epoll, &event, 1, 0);  // In main, and never again.
    run_loop(in_callback);
    after_loop();
  }
  STEP("end");
  return 0;
}
