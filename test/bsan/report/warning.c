// Intent: a report after which the program goes on comes after the call and
// says how long it took; one report for each stack; status 44 at the end.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0 %exits 44 %run %t 2>&1 | FileCheck %s --strict-whitespace

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];
static volatile int rounds = 2;  // Not to be unrolled.

__attribute__((noinline)) static void on_request(void) {
  char data[4];
  if (read(ends[0], data, sizeof(data)) == 4)
    fputs("read\n", stderr);
}

int main(void) {
  if (pipe(ends) || write(ends[1], "12345678", 8) != 8)
    return 1;
  __bsan_enter_loop_named("my \"loop\"");
  for (int i = 0; i < rounds; i++)
    on_request();
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}

// CHECK:{{^}}================================================================={{$}}
// CHECK-NEXT:{{^}}==[[PID:[0-9]+]]==WARNING: BlockSanitizer: blocking-call: read on event loop thread T0 "warning.c.tmp" (hooks, my {{.*}}loop{{.*}}){{$}}
// CHECK-NEXT:{{^}}  read([[FD:[0-9]+]], 0x{{[0-9a-f]+}}, 4): pipe: the descriptor is in blocking mode{{$}}
// CHECK-NEXT:{{^}}  fd [[FD]] is pipe:[{{[0-9]+}}], in blocking mode{{$}}
// CHECK-NEXT:{{^}}  {{took|blocked for}} {{[0-9]+}}.{{[0-9][0-9][0-9]}} ms ({{did not sleep|slept; [0-9]+ voluntary switch(es)?}}){{$}}
// CHECK-NEXT:{{^}}    #0 0x{{[0-9a-f]+}} in read (
// CHECK-NEXT:{{^}}    #1 0x{{[0-9a-f]+}} in on_request {{/.*}}/report/warning.c:[[#@LINE-21]]
// CHECK-NEXT:{{^}}    #2 0x{{[0-9a-f]+}} in main {{/.*}}/report/warning.c:[[#@LINE-13]]
// CHECK:{{^}}The thread entered the loop here:{{$}}
// CHECK-NEXT:{{^}}    #0 0x{{[0-9a-f]+}} in main {{/.*}}/report/warning.c:[[#@LINE-17]]
// CHECK:{{^}}HINT: set O_NONBLOCK
// CHECK-NEXT:{{^}}SUMMARY: BlockSanitizer: blocking-call {{/.*}}/report/warning.c:[[#@LINE-26]]:7 in on_request (read){{$}}
// CHECK-NEXT:{{^}}read{{$}}
// CHECK-NEXT:{{^}}read{{$}}
// CHECK-NEXT:{{^}}end{{$}}
// CHECK-NOT:{{.}}
