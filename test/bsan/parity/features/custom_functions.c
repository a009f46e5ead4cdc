// Intent: BlockBusterFunction(my_module, "my_function"): a function that only
// the program knows to block is a rule like any other, whether it says so
// itself or is named from outside; and can_block_in() is for those too.

// RUN: %plain_cc -g -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t %t.so
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_suppressions=0:blocking_functions=my_query %run %t 2>&1 | FileCheck %s
// CHECK: WARNING: BlockSanitizer: blocking-call: my_query on event loop thread
// CHECK: in calls_library
// CHECK: WARNING: BlockSanitizer: blocking-call: my_function on event loop thread
// CHECK: in calls_own
// CHECK: allowed
// CHECK-NOT: WARNING
// CHECK: end
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_suppressions=0 %run %t 2>&1 | FileCheck %s --check-prefix=UNNAMED
// UNNAMED-NOT: my_query
// UNNAMED: blocking-call: my_function

int my_query(const char *text);

#ifdef LIBRARY
int my_query(const char *text) { return text[0]; }
#else

#  include "Inputs/caller.h"

__attribute__((noinline)) static void my_function(void) {
  __bsan_notify_blocking_call("my_function");
  calls++;
}

CALLER(calls_library, calls += my_query("a"))
CALLER(calls_own, my_function())
CALLER(calls_library_where_allowed, calls += my_query("a"))
CALLER(calls_own_where_allowed, my_function())

int main(void) {
  calls_library();
  __bsan_enter_loop();
  calls_library();
  calls_own();
  __bsan_can_block_in("user", "custom_functions.c", "calls_*_where_allowed");
  SAY("allowed");
  calls_library_where_allowed();
  calls_own_where_allowed();
  __bsan_leave_loop();
  SAY("end");
  return 0;
}
#endif
