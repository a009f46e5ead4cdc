// Intent: what is built in is accepted, unless builtin_suppressions=0; other
// suppressions are not touched by the flag.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 0 %run %t
// RUN: %env_bsan_opts=builtin_suppressions=0 %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: blocking-call: usleep on event loop thread
// CHECK: in __gcov_dump_all
// RUN: echo 'sleep:*:__gcov_dump_all' > %t.supp
// RUN: %env_bsan_opts=builtin_suppressions=0:suppressions=%t.supp %exits 0 %run %t

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

__attribute__((noinline)) void __gcov_dump_all(void) {
  usleep(1);
  __asm__ volatile(""); /* No tail call: the frame is looked for. */
}

int main(void) {
  __bsan_enter_loop();
  __gcov_dump_all();
  __bsan_leave_loop();
}
