// Intent: enter and leave nest by counting, disable and enable too; what is too
// many is said once and changes nothing; each thread has its own.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK-NOT: blocking-call:
// CHECK: WARNING: __bsan_leave_loop() was called without a matching __bsan_enter_loop(); ignored
// CHECK-NOT: WARNING: __bsan_leave_loop()
// CHECK: WARNING: __bsan_enable() was called without a matching __bsan_disable(); ignored
// CHECK-NOT: WARNING: __bsan_enable()
// CHECK-NOT: blocking-call:
// CHECK: step: entered
// CHECK: blocking-call: usleep on event loop thread T0 "{{.*}}" (hooks, outer)
// CHECK-NEXT: usleep(1)
// CHECK: blocking-call: usleep on event loop thread T0 "{{.*}}" (hooks, outer)
// CHECK-NEXT: usleep(2)
// CHECK: step: left once of two
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(3)
// CHECK: step: disabled
// CHECK-NOT: blocking-call:
// CHECK: step: enabled once of two
// CHECK-NOT: blocking-call:
// CHECK: step: enabled
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(6)
// CHECK: step: other thread
// CHECK-NOT: blocking-call:
// CHECK: step: left
// CHECK-NOT: blocking-call:
// CHECK: step: end

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void expect(int is_in_loop, int line) {
  if (__bsan_in_loop() == is_in_loop)
    return;
  fprintf(stderr, "line %d: __bsan_in_loop() is %d\n", line, !is_in_loop);
  exit(1);
}
#define EXPECT(is_in_loop) expect(is_in_loop, __LINE__)
#define STEP(name) fputs("step: " name "\n", stderr)

static void *run_other(void *unused) {
  EXPECT(0);
  usleep(7);
  return unused;
}

int main(void) {
  pthread_t thread;
  __bsan_leave_loop();
  __bsan_leave_loop();
  __bsan_enable();
  __bsan_enable();
  usleep(100);
  EXPECT(0);
  __bsan_enter_loop_named("outer");
  STEP("entered");
  EXPECT(1);
  usleep(1);
  __bsan_enter_loop_named("inner");
  usleep(2);
  __bsan_leave_loop();
  STEP("left once of two");
  EXPECT(1);
  usleep(3);
  __bsan_disable();
  __bsan_disable();
  STEP("disabled");
  EXPECT(0);
  usleep(4);
  __bsan_enable();
  STEP("enabled once of two");
  usleep(5);
  __bsan_enable();
  STEP("enabled");
  EXPECT(1);
  usleep(6);
  STEP("other thread");
  __bsan_disable();
  if (pthread_create(&thread, NULL, run_other, NULL))
    return 1;
  pthread_join(thread, NULL);
  __bsan_enable();
  __bsan_leave_loop();
  STEP("left");
  EXPECT(0);
  usleep(8);
  STEP("end");
  return 0;
}
