// Intent: print_suppressions=1 tells what each suppression hid and which were
// never used; a suppressed call counts nowhere else.

// RUN: %bsan_cc %s -o %t
// RUN: printf 'usleep:*:hidden\nsleep:*:nothing\nblocking:none.c:*\n' > %t.supp
// RUN: %env_bsan_opts=halt_on_error=0:suppressions=%t.supp:print_suppressions=1:print_stats_on_exit=1 %exits 44 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK-NOT: hidden
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK-NEXT: usleep(2)
// CHECK: BlockSanitizer: 1 blocking site, 1 call,
// CHECK: Suppressions used:
// CHECK-NEXT: count
// CHECK-NEXT: {{^ +3 +[0-9]+ +.*usleep:\*:hidden$}}
// CHECK-NEXT: Suppression never used: {{.*}}sleep:*:nothing
// CHECK-NEXT: Suppression never used: {{.*}}none.c:*
// CHECK-NOT: {{.}}

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls, rounds = 3;

__attribute__((noinline)) static void hidden(void) {
  usleep(1);
  calls++;
}

int main(void) {
  __bsan_enter_loop();
  for (int i = 0; i < rounds; i++)
    hidden();
  usleep(2);
  __bsan_leave_loop();
  return 0;
}
