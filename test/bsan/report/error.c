// Intent: the report that ends a program has the shape of every sanitizer's.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %run %t 2>&1 | FileCheck %s --strict-whitespace

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) static void on_request(void) {
  usleep(1000);
  puts("not reached");
}

int main(void) {
  __bsan_enter_loop();
  on_request();
  __bsan_leave_loop();
  return 0;
}

// CHECK:{{^}}================================================================={{$}}
// CHECK-NEXT:{{^}}==[[PID:[0-9]+]]==ERROR: BlockSanitizer: blocking-call: usleep on event loop thread T0 "error.c.tmp" (hooks, main){{$}}
// CHECK-NEXT:{{^}}  usleep(1000): sleep: the thread sleeps for the time it was told to{{$}}
// CHECK-NEXT:{{^}}    #0 0x{{[0-9a-f]+}} in usleep (/{{.*}}libc.so.6+0x{{[0-9a-f]+}}){{$}}
// CHECK-NEXT:{{^}}    #1 0x{{[0-9a-f]+}} in on_request {{/.*}}/report/error.c:[[#@LINE-15]]:3{{$}}
// CHECK-NEXT:{{^}}    #2 0x{{[0-9a-f]+}} in main {{/.*}}/report/error.c:[[#@LINE-10]]:3{{$}}
// CHECK:{{^}}The thread entered the loop here:{{$}}
// CHECK-NEXT:{{^}}    #0 0x{{[0-9a-f]+}} in main {{/.*}}/report/error.c:[[#@LINE-13]]:3{{$}}
// CHECK:{{^}}HINT: use a timer of the event loop{{$}}
// CHECK-NEXT:{{^}}SUMMARY: BlockSanitizer: blocking-call {{/.*}}/report/error.c:[[#@LINE-20]]:3 in on_request (usleep){{$}}
// CHECK-NEXT:{{^}}==[[PID]]==ABORTING{{$}}
// CHECK-NOT:{{.}}
