// Intent: a baseline made from a run lets the same run pass and reports what is
// new, with and without debug information.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: cp %s app.c
// RUN: %bsan_cc app.c -o app
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json %exits 44 %run ./app 2>first.log
// RUN: %bsan_bin/bsan suppress -o known.supp first.log | count 0
// RUN: FileCheck %s < known.supp
// CHECK: # Written by bsan suppress: 3 known blocking calls.
// CHECK: # 3 calls, {{[0-9.]+}} ms, app.c:{{[0-9]+}}
// CHECK-NEXT: usleep:app.c:on_request
// CHECK-DAG: read:app.c:on_request
// CHECK-DAG: user:app.c:query
// RUN: grep -vc '^#\|^$' known.supp | FileCheck %s --check-prefix=THREE
// THREE: {{^3$}}
// RUN: %env_bsan_opts=suppressions=known.supp:print_suppressions=0 %exits 0 %run ./app 2>&1 | count 0

// RUN: %bsan_cc -DNEW app.c -o app
// RUN: %env_bsan_opts=halt_on_error=0:suppressions=known.supp:print_suppressions=0:log_format=json %exits 44 %run ./app 2>second.log
// RUN: %bsan_bin/bsan report second.log | FileCheck %s --check-prefix=NEW
// NEW: 1 blocking site, 1 call,
// NEW: usleep   on_timer   app.c
// NEW: Suppressed: 5 calls
// What is added is the new one only, and both together let everything pass.
// RUN: %bsan_bin/bsan suppress second.log > more.supp
// RUN: grep -v '^#\|^$' more.supp | FileCheck %s --check-prefix=MORE
// MORE: usleep:app.c:on_timer
// MORE-NOT: {{.}}
// RUN: cat more.supp >> known.supp
// RUN: %env_bsan_opts=suppressions=known.supp:print_suppressions=0 %exits 0 %run ./app

// The program in a folder of its own: as a path below the source root.
// RUN: mkdir src && cp %s src/app.c && %bsan_cc src/app.c -o app
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json %exits 44 %run ./app 2>third.log
// RUN: %bsan_bin/bsan suppress third.log | FileCheck %s --check-prefix=BELOW
// BELOW: usleep:src/app.c:on_request
// RUN: %bsan_bin/bsan suppress --source-root src third.log | FileCheck %s --check-prefix=ROOT
// ROOT: usleep:app.c:on_request

// Without symbols only the module is known, and said to be.
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:symbolize=0 %exits 44 %run ./app 2>bare.log
// RUN: %bsan_bin/bsan suppress bare.log > bare.supp
// RUN: FileCheck %s --check-prefix=BARE < bare.supp
// BARE: # {{.*}}; no function is known: this accepts the call in the whole module
// BARE-NEXT: usleep:app:*
// RUN: %env_bsan_opts=suppressions=bare.supp:symbolize=0:print_suppressions=0 %exits 0 %run ./app

#include <sanitizer/bsan_interface.h>
#include <fcntl.h>
#include <unistd.h>

static volatile int rounds = 3;  // Not to be unrolled.

__attribute__((noinline)) static void query(void) {
  __bsan_notify_blocking_call("db_query");
  rounds = rounds + 0;
}

__attribute__((noinline)) static void on_request(int fd, int i) {
  char data[4];
  usleep(1000);
  if (i == 1 && read(fd, data, sizeof(data)) != sizeof(data))
    rounds = 0;
}

#ifdef NEW
__attribute__((noinline)) static void on_timer(void) {
  usleep(10);
  rounds = rounds + 0;
}
#endif

int main(void) {
  int fd = open("/etc/passwd", O_RDONLY);
  for (int i = 0; i < rounds; i++) {
    __bsan_enter_loop();
    on_request(fd, i);
    if (i == 2)
      query();
    __bsan_leave_loop();
  }
#ifdef NEW
  __bsan_enter_loop();
  on_timer();
  __bsan_leave_loop();
#endif
  return 0;
}
