// Intent: functions["os.stat"].can_block_in(file, functions): the call is
// accepted at any depth below one of the functions, also where it was reported
// before, and everywhere else it is not; nor are other calls there.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppress_equal_stacks=0:print_suppressions=0 %run %t 2>&1 | FileCheck %s
// CHECK: first
// CHECK: #1 {{.*}} in stats_below
// CHECK: #2 {{.*}} in allowed
// CHECK: stat allowed
// CHECK-NOT: in stats_below
// CHECK-NOT: in allowed_too
// CHECK: #1 {{.*}} in sleeps_below
// CHECK: not here
// CHECK: #1 {{.*}} in stats_elsewhere
// CHECK: all allowed
// CHECK-NOT: WARNING: BlockSanitizer: blocking-call
// CHECK: refused
// CHECK: unknown suppression type: 'stats:*:allowed'
// CHECK: 0 0
// CHECK: end

#include "Inputs/caller.h"

CALLER(stats_below, stat("/", &status))
CALLER(sleeps_below, usleep(1))
CALLER(stats_elsewhere, stat("/", &status))
CALLER(allowed, stats_below())
CALLER(allowed_too, stats_below())
CALLER(allowed_for_stat, sleeps_below())

int main(void) {
  int added = 0;
  __bsan_enter_loop();
  SAY("first");
  allowed();
  added += __bsan_can_block_in("stat", "can_block_in.c", "allowed");
  added += __bsan_can_block_in("stat", NULL, "allowed_*");
  SAY("stat allowed");
  allowed();
  allowed_too();
  allowed_for_stat();
  SAY("not here");
  stats_elsewhere();
  added += __bsan_can_block_in("stat", "in.c", "main");  // No part of a path.
  stats_elsewhere();
  added += __bsan_can_block_in("blocking", "features/can_block_in.c", NULL);
  SAY("all allowed");
  stats_elsewhere();
  allowed_for_stat();
  SAY("refused");
  int result = __bsan_can_block_in("stats", NULL, "allowed");
  fprintf(stderr, "%d %d\n", result, added - 4);
  __bsan_leave_loop();
  SAY("end");
  return 0;
}
