// Intent: a loop is named by who names it, else by the function that entered.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: blocking-call: usleep on event loop thread T0 "names.c.tmp" (hooks, first loop)
// CHECK: blocking-call: usleep on event loop thread T0 "names.c.tmp" (hooks, unnamed_loop)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in unnamed_loop
// CHECK: blocking-call: usleep on event loop thread T0 "names.c.tmp" (hooks, null_loop)
// CHECK: The thread entered the loop here:
// CHECK-NEXT: #0 {{.*}} in null_loop

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls;

__attribute__((noinline)) static void unnamed_loop(void) {
  __bsan_enter_loop();
  usleep(2);
  __bsan_leave_loop();
  calls++;
}

__attribute__((noinline)) static void null_loop(void) {
  __bsan_enter_loop_named(NULL);
  usleep(3);
  __bsan_leave_loop();
  calls++;
}

int main(void) {
  __bsan_enter_loop_named("first loop");
  usleep(1);
  __bsan_leave_loop();
  unnamed_loop();
  null_loop();
  return 0;
}
