// Intent: eight threads make the same hundred thousand calls at once: counts are
// exact, each place is printed once, and what is accepted is hidden, all of it.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:symbolize=0:print_stats_on_exit=1 %exits 44 %run %t 100000 > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: grep -c "WARNING: BlockSanitizer: blocking-call: read" %t.log | FileCheck %s --check-prefix=SITES
// SITES: {{^}}4{{$}}
// CHECK: BlockSanitizer: 4 blocking sites, 800,000 calls,
// CHECK-NEXT: calls
// CHECK-COUNT-4: {{^}} 200,000

// Judged after it was counted.
// RUN: echo "read:*:accepted" > %t.supp
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:print_stats_on_exit=1:suppressions=%t.supp %exits 44 %run %t 10000 > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=ACCEPTED < %t.log
// RUN: grep -c "WARNING: BlockSanitizer: blocking-call: read" %t.log | FileCheck %s --check-prefix=THREE
// ACCEPTED: BlockSanitizer: 3 blocking sites, 60,000 calls,
// ACCEPTED: {{^}} 20000 {{.*}} read:*:accepted{{$}}
// THREE: {{^}}3{{$}}

// With all of them accepted nothing was found.
// RUN: echo "read:*:*" > %t.supp
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:suppressions=%t.supp %run %t 1000 > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=ALL < %t.log
// ALL-NOT: WARNING
// ALL: {{^}} 8000 {{.*}} read:*:*{{$}}

// Each call printed, or said to be left out.
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:symbolize=0:suppress_equal_stacks=0 %exits 44 %run %t 1000 > %t.log 2>&1
// RUN: %python %S/Inputs/count_reports.py 8000 < %t.log

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 8 };

static int ends[2], calls;

// Of size 0: it returns at once.
__attribute__((noinline)) static void make_call(void) {
  char byte;
  if (read(ends[0], &byte, 0) != 0)
    abort();
}

#define CALLER(name)                                                           \
  __attribute__((noinline)) static void name(void) {                           \
    make_call();                                                               \
    __asm__ volatile("# " #name ::: "memory"); /* No two are equal. */          \
  }
CALLER(first)
CALLER(second)
CALLER(third)
CALLER(accepted)

static void *run(void *unused) {
  __bsan_enter_loop();
  for (int i = 0; i < calls / 4; i++) {
    first();
    second();
    third();
    accepted();
  }
  __bsan_leave_loop();
  return unused;
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  calls = argc > 1 ? atoi(argv[1]) : 4;
  if (pipe(ends))
    return 1;
  for (int i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, run, NULL))
      return 1;
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
