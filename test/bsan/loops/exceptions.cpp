// Intent: an exception out of a callback that the loop catches changes nothing,
// one through the loop's function ends the loop.

// REQUIRES: c++
// RUN: %bsan_cxx %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: to the loop
// CHECK: #1 {{.*}} in after_throw
// CHECK: step: through it
// CHECK: step: again
// CHECK: #1 {{.*}} in in_second_loop
// CHECK: step: end
// SILENT-NOT: in out_of_loop

#include "Inputs/loop.h"

BLOCKING(after_throw)
BLOCKING(in_second_loop)
BLOCKING(out_of_loop)

struct Retry {};
struct Stop {};

NOINLINE static void ThrowFrom(int depth, bool stops) {
  volatile char frame[256];
  frame[0] = (char)depth;
  if (depth)
    ThrowFrom(depth - 1, stops);
  else if (stops)
    throw Stop();
  else
    throw Retry();
  calls = calls + frame[0];
}

NOINLINE static void BlockAt(int depth) {
  volatile char frame[256];
  frame[0] = (char)depth;
  if (depth)
    BlockAt(depth - 1);
  else
    out_of_loop();
  calls = calls + frame[0];
}

static void Throw() {
  static int throws;
  if (throws++ == 0)
    ThrowFrom(4, false);
  after_throw();
  ThrowFrom(4, true);
}

NOINLINE static void RunLoop(void (*callback)()) {
  struct epoll_event event;
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    if (epoll_wait(loop_epoll, &event, 1, -1) != 1)
      continue;
    loop_drain();
    try {
      callback();
    } catch (const Retry &) {
    }
  }
  calls = calls + 1;
}

static void BlockAtDepths() {
  BlockAt(0);
  BlockAt(5);
  BlockAt(20);
}

int main() {
  loop_make();
  STEP("to the loop");
  try {
    RunLoop(Throw);
  } catch (const Stop &) {
    STEP("through it");
    BlockAtDepths();
  }
  BlockAtDepths();
  STEP("again");
  RunLoop(in_second_loop);
  BlockAtDepths();
  STEP("end");
  return 0;
}
