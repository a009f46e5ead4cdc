// Intent: with auto_loop=all a loop is who polls again from the same place: a
// program that polls here and there has none.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=auto_loop=all:print_stats_on_exit=1 %exits 0 %run %t once 2>&1 | FileCheck %s --check-prefix=ONCE
// ONCE-NOT: blocking-call
// ONCE: step: end
// ONCE: No event loop was seen

// The second wait makes the loop, so the second callback is the first finding.
// RUN: %env_bsan_opts=auto_loop=all:halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t again > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=AGAIN < %t.log
// AGAIN: step: first
// AGAIN-NEXT: step: other
// AGAIN-NEXT: =====
// AGAIN: #1 {{.*}} in in_callback
// AGAIN: step: end
// AGAIN: 2 calls,
// With FORTIFY poll is a function of the header, and may be the one that is named.
// AGAIN: Loop "{{poll|poll_again}}" on thread T0 "poll_once.c.tmp": 2 iterations

#include <poll.h>
#include <string.h>
#include <sys/select.h>

#include "Inputs/loop.h"

BLOCKING(after_poll)
BLOCKING(in_callback)

NOINLINE static void poll_once(void) {
  struct pollfd fd = {loop_event, POLLIN, 0};
  poll(&fd, 1, 1);
  after_poll();
}

NOINLINE static void select_once(void) {
  struct timeval moment = {0, 1000};
  select(0, NULL, NULL, NULL, &moment);
  after_poll();
}

NOINLINE static void poll_again(void) {
  // Chosen without a branch, which would make two rounds of one.
  static const char *const steps[] = {"step: first\n", "step: other\n"};
  struct pollfd fd = {loop_event, POLLIN, 0};
  for (int round = 0; round < loop_rounds; round++) {
    poll(&fd, 1, -1);
    fputs(steps[!!round], stderr);
    in_callback();
  }
  calls++;
}

int main(int argc, char **argv) {
  loop_make();
  if (argc > 1 && strcmp(argv[1], "once") == 0) {
    poll_once();
    select_once();
    poll_once();
    select_once();
  } else {
    loop_wake();
    poll_again();
  }
  STEP("end");
  return 0;
}
