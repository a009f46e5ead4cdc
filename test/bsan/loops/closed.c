// Intent: closing the epoll descriptor ends the loop at once, however deep and
// by whichever call.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t dup2 > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t range > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: #1 {{.*}} in before_close
// CHECK: step: closed
// CHECK-NOT: blocking-call:
// CHECK: step: end

#define _GNU_SOURCE
#include <string.h>

#include "Inputs/loop.h"

BLOCKING(before_close)
BLOCKING(after_close)

static const char *mode = "";

static void close_epoll(void) {
  unsigned fd = (unsigned)loop_epoll;
  if (strcmp(mode, "dup2") == 0)
    dup2(loop_event, loop_epoll);
  else if (strcmp(mode, "range") == 0)
    close_range(fd, fd, 0);
  else
    close(loop_epoll);
}

NOINLINE static void callback(void) {
  loop_drain();
  before_close();
  close_epoll();
  STEP("closed");
  after_close();
  calls++;
}

NOINLINE static void run_loop(void) {
  struct epoll_event events[8];
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    int count = epoll_wait(loop_epoll, events, 8, 1000);
    if (round && count == 1)
      callback();
  }
  calls++;
}

int main(int argc, char **argv) {
  if (argc > 1)
    mode = argv[1];
  loop_make();
  run_loop();
  STEP("end");
  return 0;
}
