// Intent: the statistics name each place with its calls and time, the longest
// first, and each loop; a program without a loop is told so.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1:max_reports=1 %exits 0 %run %t loop >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: BlockSanitizer: 2 blocking sites, 7 calls, {{[0-9.]+}} {{m?s}} blocked on loop "main loop" ({{[0-9.]+}}% of its callbacks' time){{$}}
// CHECK-NEXT: {{^ +calls +total +max +slept +where$}}
// CHECK-NEXT: {{^ +2 +[0-9.]+ m?s +[0-9.]+ m?s +2 +usleep +long_call +.*/stats.c:[0-9]+$}}
// CHECK-NEXT: {{^ +5 +.* +usleep +short_call +.*/stats.c:[0-9]+$}}
// CHECK-NEXT: {{^}}Loop "main loop" on thread T0 "stats.c.tmp": 7 iterations, {{.*}} in callbacks ({{[0-9.]+}}% of its time), longest {{.*}}
// CHECK-NEXT: {{^}}   callbacks between two waits: p50 {{[0-9.]+ (us|ms)}}, p99 [[MAX:[0-9.]+ m?s]], p99.9 [[MAX]]; {{[0-9.]+ m?s}} blocked ({{[0-9.]+}}%){{$}}
// CHECK-NOT: {{.}}

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:max_reports=1 %run %t print 2>&1 | FileCheck %s --check-prefix=PRINT
// PRINT: BlockSanitizer: 2 blocking sites, 7 calls
// PRINT: printed
// PRINT-NOT: blocking sites

// RUN: %env_bsan_opts=print_stats_on_exit=1 %run %t nothing 2>&1 | FileCheck %s --check-prefix=NOTHING
// NOTHING: BlockSanitizer: 0 blocking sites, 0 calls, 0 us blocked
// NOTHING-NEXT: No event loop was seen in process {{[0-9]+}}

// Also when the program ends at a report, or by _exit.
// RUN: %env_bsan_opts=print_stats_on_exit=1 %exits 44 %run %t loop 2>&1 | FileCheck %s --check-prefix=HALT
// HALT: SUMMARY
// HALT: BlockSanitizer: 1 blocking site, 1 call,
// HALT: ABORTING
// RUN: %env_bsan_opts=print_stats_on_exit=1:halt_on_error=0 %exits 3 %run %t _exit 2>&1 | FileCheck %s --check-prefix=EXIT
// EXIT: BlockSanitizer: 2 blocking sites, 7 calls

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile int calls;
static volatile int rounds = 7;  // Not to be unrolled.

__attribute__((noinline)) static void short_call(void) {
  usleep(1);
  calls++;
}

__attribute__((noinline)) static void long_call(void) {
  usleep(20000);
  calls++;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  for (int i = 0; i < rounds && strcmp(mode, "nothing") != 0; i++) {
    __bsan_enter_loop_named("main loop");
    if (i % 4)
      short_call();
    else
      long_call();
    __bsan_leave_loop();
  }
  if (strcmp(mode, "print") == 0) {
    __bsan_print_stats();
    fputs("printed\n", stderr);
  }
  if (strcmp(mode, "_exit") == 0)
    _exit(3);
  return 0;
}
