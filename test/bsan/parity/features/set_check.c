// Intent: functions["os.stat"].deactivate() and .activate(): one function, or
// one class, is no longer checked, and all others are.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: #1 {{.*}} in stats_at_first
// CHECK: stat off
// CHECK-NOT: in stats_when_off
// CHECK: #1 {{.*}} in accesses_when_stat_is_off
// CHECK: path off
// CHECK-NOT: in accesses_when_off
// CHECK: #1 {{.*}} in sleeps_when_path_is_off
// CHECK: all off
// CHECK-NOT: in sleeps_when_off
// CHECK: stat on
// CHECK: #1 {{.*}} in stats_at_last
// CHECK-NOT: in sleeps_at_last
// CHECK: end
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:checks=-usleep %run %t 2>&1 | FileCheck %s --check-prefix=FLAG
// FLAG: in stats_at_first
// FLAG-NOT: in sleeps_when_path_is_off

#include "Inputs/caller.h"

CALLER(stats_at_first, stat("/", &status))
CALLER(stats_when_off, stat("/", &status))
CALLER(accesses_when_stat_is_off, access("/", F_OK))
CALLER(accesses_when_off, access("/", F_OK))
CALLER(sleeps_when_path_is_off, usleep(1))
CALLER(sleeps_when_off, usleep(1))
CALLER(stats_at_last, stat("/", &status))
CALLER(sleeps_at_last, usleep(1))

static void set(const char *name, int enabled, int expected) {
  if (__bsan_set_check(name, enabled) != expected)
    fprintf(stderr, "%s: wrong result\n", name);
}

int main(void) {
  __bsan_enter_loop();
  stats_at_first();
  set("stat", 0, 1);
  SAY("stat off");
  stats_when_off();
  accesses_when_stat_is_off();
  set("path", 0, 1);
  SAY("path off");
  accesses_when_off();
  sleeps_when_path_is_off();
  set("all", 0, 1);
  SAY("all off");
  sleeps_when_off();
  set("stat", 1, 1);
  SAY("stat on");
  stats_at_last();
  sleeps_at_last();
  set("stats", 1, 0);
  set("", 1, 0);
  __bsan_leave_loop();
  SAY("end");
  return 0;
}

// WRONG-NOT: wrong result
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=WRONG --allow-empty
