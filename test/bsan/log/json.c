// Intent: log_format=json writes a line a report, and the totals at the end, as
// the schema says; equal runs have equal hashes.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json %exits 44 %run %t 2>%t.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.log > %t.txt
// RUN: FileCheck %s --check-prefixes=ONCE,TOTALS < %t.txt
// ONCE: blocking-call thread='json.c.tmp' loop='ui' adapter='hooks' iteration=1 call='usleep' class='sleep' verdict='will' slept=True count=1 suppressed=False hash='{{[0-9a-f]+}}' stack:on_request@json.c:[[#@LINE+39]] stack:main@json.c:{{[0-9]+}} loop_stack:main@json.c:{{[0-9]+}}
// ONCE-NEXT: blocking-call {{.*}} iteration=1 call='read' class='file' verdict='may' object='/etc/passwd' nonblock=False slept={{.*}} count=1
// ONCE-NOT: blocking-call
// TOTALS: site {{.*}}call='usleep' class='sleep' slept=3 count=3 suppressed=False hash={{.*}} stack:on_request@json.c
// TOTALS: loop thread='json.c.tmp' loop='ui' adapter='hooks' iterations=3
// TOTALS-NEXT: summary sites=2 calls=6 final=True
// TOTALS-NOT: {{.}}

// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:suppress_equal_stacks=0 %exits 44 %run %t 2>%t.each.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.each.log > %t.each.txt
// RUN: grep -c ^blocking-call %t.each.txt | FileCheck %s --check-prefix=SIX
// SIX: {{^6$}}
// RUN: FileCheck %s --check-prefix=EACH < %t.each.txt
// EACH: blocking-call {{.*}} iteration=1 call='usleep' {{.*}} count=1 {{.*}} stack:on_request@
// EACH: blocking-call {{.*}} iteration=3 call='usleep' {{.*}} count=3 {{.*}} stack:on_request@
// EACH: blocking-call {{.*}} iteration=3 call='read' {{.*}} count=3 {{.*}} stack:on_request@

// RUN: grep -o '"hash":"[^"]*"' %t.log | sort -u > %t.hashes
// RUN: grep -o '"hash":"[^"]*"' %t.each.log | sort -u | diff - %t.hashes
// RUN: grep -c . %t.hashes | FileCheck %s --check-prefix=TWO
// TWO: {{^2$}}

// The report that ends the program: there was no call yet.
// RUN: %env_bsan_opts=log_format=json:symbolize=0 %exits 44 %run %t 2>%t.fatal.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.fatal.log | FileCheck %s --check-prefix=FATAL
// FATAL: blocking-call {{.*}} call='usleep' class='sleep' verdict='will' count=1 {{.*}} stack:None@:None
// FATAL-NEXT: site call='usleep'
// FATAL-NEXT: loop
// FATAL-NEXT: summary sites=1 calls=1 final=True
// FATAL-NOT: {{.}}

#include <sanitizer/bsan_interface.h>
#include <fcntl.h>
#include <unistd.h>

static volatile int rounds = 3;  // Not to be unrolled.

__attribute__((noinline)) static int on_request(int fd) {
  char data[4];
  usleep(2000);
  return read(fd, data, sizeof(data)) == sizeof(data);
}

int main(void) {
  int fd = open("/etc/passwd", O_RDONLY), sum = 0;
  for (int i = 0; i < rounds; i++) {
    __bsan_enter_loop_named("ui");
    sum += on_request(fd);
    __bsan_leave_loop();
  }
  return sum == 3 ? 0 : 1;
}
