// Intent: a suppression that nearly matches a call that is reported is listed at
// the end with what was meant; one that is merely unused is not.

// RUN: %bsan_cc %s -o %t
// RUN: printf 'usleep:misspelt.c:save_cahce\n' > %t.supp
// RUN: printf 'blocking:mispelt.c:save_cache\n' >> %t.supp
// RUN: printf 'dns:misspelt.c:save_cahce\n' >> %t.supp
// RUN: printf 'blocking:other.c:save_cache\n' >> %t.supp
// RUN: printf 'usleep:load_*\n' >> %t.supp
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppressions=%t.supp %run %t 2>&1 | FileCheck %s
// CHECK: (usleep)
// CHECK: Suppressions used:
// CHECK: usleep:load_*
// CHECK-NEXT: {{^}}Suppression never used: usleep:misspelt.c:save_cahce (did you mean 'usleep:misspelt.c:save_cache'?){{$}}
// CHECK-NEXT: {{^}}Suppression never used: blocking:mispelt.c:save_cache (did you mean 'blocking:misspelt.c:save_cache'?){{$}}
// CHECK-NEXT: {{^}}Suppression never used: dns:misspelt.c:save_cahce{{$}}
// CHECK-NEXT: {{^}}Suppression never used: blocking:other.c:save_cache{{$}}
// CHECK-NOT: {{.}}

// RUN: printf 'usleep:save_cache\nusleep:lod_cache\nusleep:load_cache' > %t.supp
// RUN: %env_bsan_opts=halt_on_error=0:suppressions=%t.supp %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// ALL: Suppression never used: usleep:lod_cache{{$}}

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls;

__attribute__((noinline)) static void save_cache(void) {
  usleep(1);
  calls++;
}

__attribute__((noinline)) static void load_cache(void) {
  usleep(2);
  calls++;
}

int main(void) {
  __bsan_enter_loop();
  save_cache();
  load_cache();
  __bsan_leave_loop();
  return 0;
}
