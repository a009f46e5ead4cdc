// Intent: the program accepts calls by itself: by call, by class and all, in a
// function or a file, also at places that were reported before; mistakes are
// told, and the room for 256 of them is kept.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: start
// CHECK: #1 {{.*}} in first
// CHECK: #1 {{.*}} in second
// CHECK: #1 {{.*}} in third
// CHECK: step: by call
// CHECK-NOT: #1 {{.*}} in first
// CHECK: #1 {{.*}} in second
// CHECK: #1 {{.*}} in third
// CHECK: step: by class
// CHECK-NOT: #1 {{.*}} in second
// CHECK: #1 {{.*}} in third
// CHECK: step: another call
// CHECK: #1 {{.*}} in third
// CHECK: step: another file
// CHECK: #1 {{.*}} in third
// CHECK: step: blocking
// CHECK-NOT: blocking-call
// CHECK: step: mistakes
// CHECK-NEXT: frobnicate
// CHECK: step: limit
// CHECK: 256
// CHECK: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))
#define STEP(name) fputs("step: " name "\n", stderr)

static volatile int calls;
static int failures;

static void expect(int is_good, const char *what) {
  if (!is_good)
    fprintf(stderr, "failed: %s\n", what);
  failures += !is_good;
}
#define EXPECT(condition) expect(condition, #condition)

NOINLINE static void first(void) {
  usleep(1);
  calls += 1;
}
NOINLINE static void second(void) {
  usleep(2);
  calls += 2;
}
NOINLINE static void third(void) {
  usleep(3);
  calls += 3;
}

NOINLINE static void block(void) {
  __bsan_enter_loop();
  first();
  second();
  third();
  __bsan_leave_loop();
}

int main(void) {
  STEP("start");
  block();
  STEP("by call");
  EXPECT(__bsan_can_block_in("usleep", NULL, "first") == 1);
  block();
  STEP("by class");
  EXPECT(__bsan_can_block_in("sleep", "can_block_in.c", "second") == 1);
  block();
  STEP("another call");
  EXPECT(__bsan_can_block_in("nanosleep", NULL, "third") == 1);
  EXPECT(__bsan_can_block_in("file", "*", "*") == 1);
  block();
  STEP("another file");
  EXPECT(__bsan_can_block_in("usleep", "other.c", "*") == 1);
  EXPECT(__bsan_can_block_in("usleep", "block_in.c", NULL) == 1);
  block();
  STEP("blocking");
  EXPECT(__bsan_can_block_in("blocking", "bsan/api/can_block_in.c", NULL) == 1);
  block();
  STEP("mistakes");
  EXPECT(__bsan_can_block_in("frobnicate", NULL, "first") == 0);
  EXPECT(__bsan_can_block_in("", NULL, "first") == 0);
  STEP("limit");
  int added = 7, result;
  do {
    result = __bsan_can_block_in("usleep", NULL, "nobody");
    added += result;
  } while (result && added < 1000);
  EXPECT(added == 256);
  block();
  fputs("end\n", stderr);
  return failures;
}
