// Intent: a callback that goes on is told again each time that it has taken twice
// as long, in one line where it has not moved; another at the same place is not
// told again unless suppress_equal_stacks=0.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %run %t
// RUN: cat %t.log.* | FileCheck %s
// CHECK: stall: callback on event loop thread T0 "again.c.tmp" (hooks, ui) has run for {{[1-9][0-9][0-9]+}} ms{{$}}
// CHECK-NEXT: it sleeps
// CHECK: ==WARNING: BlockSanitizer: stall: callback on event loop thread T0 "again.c.tmp" (hooks, ui) has run for {{([2-9]|[0-9]+[0-9])[0-9][0-9]}} ms, and sleeps where it was{{$}}
// CHECK-NEXT: has run for {{([4-9]|[0-9]+[0-9])[0-9][0-9]}} ms, and sleeps where it was{{$}}
// CHECK-NEXT: stall ended after {{[0-9]+}} ms
// CHECK-NOT: BlockSanitizer: stall

// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=suppress_equal_stacks=0:symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %run %t
// RUN: cat %t.log.* | FileCheck %s --check-prefix=EQUAL
// EQUAL-COUNT-2: stall ended after

// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=max_reports=1:suppress_equal_stacks=0:symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %run %t
// RUN: cat %t.log.* | FileCheck %s --check-prefix=ONE
// ONE: stall ended after
// ONE: BlockSanitizer: 1 reports printed (max_reports)
// ONE-NOT: stall ended after

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>

static int ends[2];

static void *watch(void *unused) {
  wait_for_log("stall: callback", 3);
  if (write(ends[1], "x", 1) != 1)
    abort();
  return unused;
}

__attribute__((noinline)) static void on_event(void) {
  char byte;
  if (read(ends[0], &byte, 1) != 1)
    abort();
}

// The second time nobody waits for a report that may not come.
static void *write_late(void *unused) {
  struct timespec time = {0, 400000000};
  nanosleep(&time, NULL);
  if (write(ends[1], "x", 1) != 1)
    abort();
  return unused;
}

// So that no compiler makes two calls of one.
int main(int argc, char **argv) {
  void *(*const bodies[])(void *) = {watch, write_late};
  (void)argv;
  if (pipe(ends))
    return 1;
  for (int i = 0; i < argc + 1; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, bodies[i % 2], NULL))
      return 1;
    __bsan_enter_loop_named("ui");
    on_event();
    __bsan_leave_loop();
    pthread_join(thread, NULL);
  }
  return 0;
}
