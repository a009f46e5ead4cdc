// Intent: a function that the program declares as blocking is reported inside a
// loop, by its name, with the stack of who called it; outside it is not.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: outside
// CHECK: ERROR: BlockSanitizer: blocking-call: PQexec on event loop thread T0 "notify.c.tmp" (hooks, main)
// CHECK-NEXT: {{^}}  PQexec(): user: the program declared the function as blocking
// CHECK-NEXT: {{^}}    #0 {{.*}} in PQexec {{.*}}notify.c:[[#@LINE+14]]
// CHECK-NEXT: {{^}}    #1 {{.*}} in main
// CHECK: HINT: call it on a worker thread
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}}notify.c:[[#@LINE+11]]:3 in PQexec
// RUN: echo "user:*:PQexec" > %t.supp
// RUN: %env_bsan_opts=suppressions=%t.supp %exits 0 %run %t
// RUN: %env_bsan_opts=checks=-user %exits 0 %run %t

#include <sanitizer/bsan_interface.h>
#include <stdio.h>

static volatile int calls;

__attribute__((noinline)) static void PQexec(void) {
  __bsan_notify_blocking_call("PQexec");
  calls++;
}

int main(void) {
  PQexec();
  fputs("outside\n", stderr);
  __bsan_enter_loop();
  PQexec();
  __bsan_leave_loop();
  return 0;
}
