// Intent: bsan run's defaults come first, then the user's BSAN_OPTIONS, then
// the options of the command; values that need quotes get them.

// RUN: %cc %s -o %t
// RUN: env -u BSAN_OPTIONS %bsan_bin/bsan run %t | FileCheck %s --check-prefix=DEFAULT
// DEFAULT: {{^}}halt_on_error=0:print_stats_on_exit=1:exitcode=0{{$}}
// DEFAULT-NEXT: {{.*}}/libclang_rt.bsan-{{.*}}.so{{$}}

// RUN: env BSAN_OPTIONS=verbosity=0 %bsan_bin/bsan run --fail -o checks=a,b %t | FileCheck %s --check-prefix=ORDER
// ORDER: halt_on_error=0:print_stats_on_exit=1:exitcode=0:verbosity=0:exitcode=44:checks='a,b'{{$}}

// A report that ends the program must be seen in its exit status.
// RUN: env BSAN_OPTIONS=halt_on_error=1 %bsan_bin/bsan run %t | FileCheck %s --check-prefix=HALT
// RUN: env -u BSAN_OPTIONS %bsan_bin/bsan run --halt %t | FileCheck %s --check-prefix=HALT
// HALT-NOT: exitcode=0

// RUN: echo "# none" > %t.supp
// RUN: env -u BSAN_OPTIONS %bsan_bin/bsan run -q --log %t.log --suppressions %t.supp -- %t | FileCheck %s --check-prefix=FILES
// FILES: print_stats_on_exit=0:verbosity=0:log_path=/{{.*}}.log:suppressions=/{{.*}}.supp{{$}}

// Other preloaded libraries stay.
// RUN: env LD_PRELOAD=libm.so.6 %bsan_bin/bsan run %t | FileCheck %s --check-prefix=OTHER
// OTHER: libclang_rt.bsan-{{.*}}.so:libm.so.6{{$}}

// RUN: not %bsan_bin/bsan run -o "log_path=a b'\"" %t 2>&1 | FileCheck %s --check-prefix=QUOTES
// QUOTES: error: log_path cannot be set to {{.*}} both kinds of quotes

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  puts(getenv("BSAN_OPTIONS"));
  puts(getenv("LD_PRELOAD"));
  return 0;
}
