// Intent: equal stacks are printed once and counted; max_reports ends the
// printing, not the counting.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:print_stats_on_exit=1 %exits 44 %run %t 2>&1 | FileCheck %s --check-prefixes=ONCE,STATS
// ONCE: WARNING: BlockSanitizer: {{.*}}usleep
// ONCE: #1 {{.*}} in first
// ONCE: WARNING: BlockSanitizer: {{.*}}usleep
// ONCE: #1 {{.*}} in second
// ONCE-NOT: WARNING: BlockSanitizer

// RUN: %env_bsan_opts=halt_on_error=0:suppress_equal_stacks=0 %exits 44 %run %t 2>&1 | grep -c "WARNING: BlockSanitizer" | FileCheck %s --check-prefix=EACH
// EACH: {{^}}6{{$}}

// RUN: %env_bsan_opts=halt_on_error=0:max_reports=1:print_stats_on_exit=1 %exits 44 %run %t 2>&1 | FileCheck %s --check-prefixes=LIMIT,STATS
// LIMIT: WARNING: BlockSanitizer: {{.*}}usleep
// LIMIT: BlockSanitizer: 1 reports printed (max_reports); further calls are only counted
// LIMIT-NOT: WARNING: BlockSanitizer
// STATS: BlockSanitizer: 2 blocking sites, 6 calls, {{.*}} blocked

// RUN: %env_bsan_opts=halt_on_error=0:suppress_equal_stacks=0:max_reports=4 %exits 44 %run %t 2>&1 | grep -c "WARNING: BlockSanitizer" | FileCheck %s --check-prefix=FOUR
// FOUR: {{^}}4{{$}}

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls;
static volatile int rounds[] = {4, 2};  // Not to be unrolled.

__attribute__((noinline)) static void first(void) {
  usleep(1);
  calls++;
}

__attribute__((noinline)) static void second(void) {
  usleep(1);
  calls += 2;  // Not equal to the other, or gcc makes them one.
}

int main(void) {
  __bsan_enter_loop();
  for (int i = 0; i < rounds[0]; i++)
    first();
  for (int i = 0; i < rounds[1]; i++)
    second();
  __bsan_leave_loop();
  return calls == 8 ? 0 : 1;
}
