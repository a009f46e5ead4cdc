// Intent: without a symbolizer frames are modules and offsets, which the tools
// that symbolize sanitizers' logs read, and which lead to the right line.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=symbolize=0 %exits 44 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: ERROR: BlockSanitizer: blocking-call: usleep on event loop thread T0 "{{.*}}" (hooks, no_symbolizer.c.tmp+0x{{[0-9a-f]+}})
// CHECK-NEXT: {{^}}  usleep(1): sleep:
// CHECK-NEXT: {{^}}    #0 0x{{[0-9a-f]+}} {{.*}}({{.*}}libc.so.6+0x{{[0-9a-f]+}}){{.*$}}
// CHECK-NEXT: {{^}}    #1 0x{{[0-9a-f]+}} {{.*}}({{.*}}/no_symbolizer.c.tmp+0x{{[0-9a-f]+}}){{.*$}}
// CHECK: SUMMARY: BlockSanitizer: blocking-call ({{.*}}/no_symbolizer.c.tmp+0x{{[0-9a-f]+}}){{.*}} (usleep)

// RUN: sed -n 's/^    #1 .*(\(.*\)+\(0x[0-9a-f]*\)).*/\1 \2/p' %t.log | head -1 | %symbolizer | FileCheck %s --check-prefix=PLACE
// PLACE: on_request
// PLACE-NEXT: no_symbolizer.c:[[#@LINE+13]]

// A symbolizer that is not there is the same as none.
// RUN: env BSAN_SYMBOLIZER_PATH=%t.none %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: BlockSanitizer: blocking-call: usleep
// NONE: #1 0x{{.*}}no_symbolizer.c.tmp+0x
// NONE: ABORTING

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) static void on_request(void) {
  usleep(1);
  puts("not reached");
}

int main(void) {
  __bsan_enter_loop();
  on_request();
  __bsan_leave_loop();
  return 0;
}
