// Intent: a program that was built with ASan alone can be checked by preloading
// the runtime.

// REQUIRES: address, preload
// RUN: %plain_cc -g -fsanitize=address -DBSAN_WEAK_HOOKS -I%include_dir %s -o %t
// RUN: env ASAN_OPTIONS=verify_asan_link_order=0 %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: ERROR: BlockSanitizer: blocking-call: usleep on
// CHECK: #1 {{.*}} in main

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  return 0;
}
