// Intent: a call of a named function in a loop is reported as every other rule:
// its name, its class, the line of the call; accepted as every other rule; and
// what it calls itself is not reported.

// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t %t.so
// RUN: %env_bsan_opts=blocking_functions=my_query %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK-NOT: BlockSanitizer
// CHECK: outside
// CHECK: ==ERROR: BlockSanitizer: blocking-call: my_query on event loop thread T0 "report.c.tmp" (hooks, main)
// CHECK-NEXT: {{^}}  my_query(): user: the program declared the function as blocking
// CHECK-NEXT: {{^}}    #0 {{.*}} in on_request {{.*}}report.c:[[#QUERY:]]
// CHECK-NEXT: {{^}}    #1 {{.*}} in main
// CHECK: HINT: call it on a worker thread
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}}report.c:[[#QUERY]]{{.*}} in on_request (my_query)

// Not fatal: once for the place, counted twice; the calls inside belong to it,
// and those that follow are on their own.
// RUN: %env_bsan_opts=blocking_functions=my_query:halt_on_error=0:print_stats_on_exit=1 %exits 44 %run %t > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=GOES-ON < %t.log
// GOES-ON: WARNING: BlockSanitizer: blocking-call: my_query
// GOES-ON-NOT: {{took|blocked for}}
// GOES-ON: SUMMARY
// GOES-ON-NOT: in my_query{{$}}
// GOES-ON: WARNING: BlockSanitizer: blocking-call: usleep
// GOES-ON: usleep(2)
// GOES-ON: #1 {{.*}} in on_request
// GOES-ON-NOT: blocking-call: {{.*}} on event
// GOES-ON: end
// RUN: FileCheck %s --check-prefix=COUNT < %t.log
// COUNT: {{^ +2 .*}}my_query

// Unnamed it is what it calls that is reported.
// RUN: %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=UNNAMED
// UNNAMED: ERROR: BlockSanitizer: blocking-call: usleep
// UNNAMED: usleep(1)
// UNNAMED: in my_query {{.*}}report.c

// RUN: echo "user:report.c:on_request" > %t.supp
// RUN: echo "sleep:report.c:on_request" >> %t.supp
// RUN: %env_bsan_opts=blocking_functions=my_query:suppressions=%t.supp %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=SILENT
// RUN: echo "user:report.c:on_reply" > %t.supp
// RUN: %env_bsan_opts=blocking_functions=my_query:suppressions=%t.supp %exits 44 %run %t 2>&1 | FileCheck %s
// RUN: echo "sleep:*:*" > %t.supp
// RUN: %env_bsan_opts=blocking_functions=my_query:suppressions=%t.supp %exits 44 %run %t 2>&1 | FileCheck %s
// RUN: %env_bsan_opts=blocking_functions=my_query:checks=-user,-sleep,-read,-write %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=SILENT
// SILENT-NOT: blocking-call: {{.*}} on event
// SILENT: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

int my_query(int value);

#ifdef LIBRARY
int my_query(int value) {
  char data;
  int ends[2];
  usleep(1);
  if (pipe(ends) || write(ends[1], "x", 1) != 1 || read(ends[0], &data, 1) != 1)
    return -1;
  close(ends[0]);
  close(ends[1]);
  return value + data;
}
#else
// Not a constant: there is one call in the loop.
static volatile int calls, times = 2;

__attribute__((noinline)) static void on_request(void) {
  for (int i = 0; i < times; i++)
    calls += my_query(i);
  usleep(2);
  calls++;
}

int main(void) {
  calls += my_query(1);
  fputs("outside\n", stderr);
  __bsan_enter_loop();
  on_request();
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return calls == 3 * 'x' + 3 ? 0 : 1;
}
#endif
