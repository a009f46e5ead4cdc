// Intent: the report callback is given the whole report, without colours, by the
// thread that made the call, before it goes on; what it does itself is not looked
// at, and it may use the interface.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: env BSAN_OPTIONS=halt_on_error=0:exitcode=0:color=always %exits 0 %run %t > %t.out 2> %t.log
// RUN: FileCheck %s < %t.out
// CHECK: calls usleep(1)
// CHECK-NEXT: told on this thread: {{=+$}}
// CHECK-NEXT: {{^}}=={{[0-9]+}}==WARNING: BlockSanitizer: blocking-call: usleep on
// CHECK-NEXT: {{^}}  usleep(1): sleep:
// CHECK: {{^}}    #0 {{.*}} in usleep
// CHECK: {{^}}The thread entered the loop here:
// CHECK: {{^}}SUMMARY: BlockSanitizer: blocking-call {{.*}}report_callback.c:[[#]]:{{.*}} (usleep)
// CHECK-NEXT: {{^}}end of report 1
// CHECK-NEXT: calls usleep(2)
// CHECK-NEXT: told on this thread:
// CHECK: {{^}}  usleep(2)
// CHECK: {{^}}end of report 2
// CHECK-NEXT: equal stacks once
// CHECK-NEXT: another thread calls usleep(3)
// CHECK-NEXT: told on this thread:
// CHECK: {{^}}end of report 3
// CHECK-NEXT: accepted from now on
// CHECK-NEXT: unset
// CHECK-NEXT: end

// RUN: FileCheck %s --check-prefix=LOG < %t.log
// LOG: WARNING: BlockSanitizer: blocking-call: usleep
// LOG: usleep(3){{.*}}: sleep:
// LOG: nanosleep({{.*}}: sleep:

// With a report of another form it is given that.
// RUN: env BSAN_OPTIONS=halt_on_error=0:exitcode=0:log_format=json %run %t 2>/dev/null | FileCheck %s --check-prefix=JSON
// JSON: told on this thread: {"v":1,"type":"blocking-call",{{.*}}"call":"usleep"{{.*}}]}
// JSON-NEXT: end of report 1

// Before the end it is told too, and before the death callback.
// RUN: %exits 44 %run %t die 2>&1 | FileCheck %s --check-prefix=DIE
// DIE: ==ABORTING
// DIE: calls usleep(1)
// DIE-NEXT: told on this thread:
// DIE-NEXT: ERROR: BlockSanitizer: blocking-call: usleep
// DIE-NOT: ABORTING
// DIE: end of report 1
// DIE: {{^}}last words
// DIE-NOT: {{.}}

// It may end the process itself.
// RUN: %exits 7 %run %t exit > %t.out 2>&1
// RUN: FileCheck %s --check-prefix=EXIT < %t.out
// EXIT: end of report 1
// EXIT-NOT: end

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_t caller;
static int reports;
static const char *mode = "";

static void on_report(const char *report, void *arg) {
  usleep(10);
  printf("told on %s thread: %s",
         pthread_equal(caller, pthread_self()) ? "this" : "no", report);
  printf("end of report %d\n", ++*(int *)arg);
  fflush(stdout);
  __bsan_print_stats();
  if (strcmp(mode, "exit") == 0)
    _exit(7);
}

static void die(void) {
  puts("last words");
  fflush(stdout);
}

static void *run_other(void *unused) {
  caller = pthread_self();
  __bsan_enter_loop();
  puts("another thread calls usleep(3)");
  usleep(3);
  __bsan_leave_loop();
  return unused;
}

int main(int argc, char **argv) {
  const struct timespec moment = {0, 1};
  pthread_t thread;
  if (argc > 1)
    mode = argv[1];
  caller = pthread_self();
  __bsan_set_report_callback(on_report, &reports);
  __bsan_set_death_callback(die);
  __bsan_enter_loop();
  puts("calls usleep(1)");
  usleep(1);
  puts("calls usleep(2)");
  for (volatile int i = 0; i < 2; i++)
    usleep(2);
  __bsan_leave_loop();
  puts("equal stacks once");
  if (pthread_create(&thread, NULL, run_other, NULL))
    return 1;
  pthread_join(thread, NULL);
  __bsan_enter_loop();
  __bsan_can_block_in("usleep", NULL, "main");
  puts("accepted from now on");
  usleep(4);
  __bsan_set_report_callback(NULL, NULL);
  puts("unset");
  nanosleep(&moment, NULL);
  __bsan_leave_loop();
  puts("end");
  return 0;
}
