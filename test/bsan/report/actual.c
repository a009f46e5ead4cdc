// Intent: report=actual is silent about calls that did not sleep, or not as
// long as min_block_us, and says how long the others did.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:report=potential %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=ALL
// ALL: blocking-call: read on
// ALL: took {{.*}} ms (did not sleep){{$}}
// ALL: blocking-call: usleep on
// ALL: usleep(100)
// ALL: blocked for {{.*}} ms (slept; {{[0-9]+}} voluntary switch
// ALL: blocking-call: usleep on
// ALL: usleep(500000)

// RUN: %env_bsan_opts=halt_on_error=0:report=actual:min_block_us=500000 %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=LONG
// LONG-NOT: read
// LONG-NOT: usleep(100)
// LONG: WARNING: BlockSanitizer: blocking-call: usleep on
// LONG-NEXT: usleep(500000)
// LONG-NEXT: blocked for {{[0-9]+}}.{{[0-9]+}} ms (slept; {{[0-9]+}} voluntary switch
// LONG: end

// RUN: %env_bsan_opts=halt_on_error=0:report=actual:min_block_us=60000000 %exits 0 %run %t 2>&1 | FileCheck %s --check-prefix=NONE
// NONE-NOT: BlockSanitizer
// NONE: end

// Fatal too, but after the call: it is not known before.
// RUN: %env_bsan_opts=report=actual:min_block_us=500000 %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=FATAL
// FATAL: ERROR: BlockSanitizer: blocking-call: usleep on
// FATAL-NEXT: usleep(500000)
// FATAL-NEXT: blocked for
// FATAL: ABORTING
// FATAL-NOT: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  char data[4];
  if (pipe(ends) || write(ends[1], "1234", 4) != 4)
    return 1;
  __bsan_enter_loop();
  if (read(ends[0], data, 4) != 4)
    return 2;
  usleep(100);
  usleep(500000);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
