// Intent: stall: lines hide stalls, and are counted; lines about calls do not.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: echo "stall:*:compute_*" > %t.supp
// RUN: env BSAN_OPTIONS=checks=-all:stall_ms=50:suppressions=%t.supp %run %t hidden > %t.out 2>&1
// RUN: FileCheck %s --check-prefix=HIDDEN < %t.out
// HIDDEN-NOT: stall: callback
// HIDDEN: {{^ +1 +[0-9]+ +stall:[*]:compute_[*]$}}
// HIDDEN-NOT: stall ended

// RUN: rm -f %t.log.*
// RUN: printf 'blocking:*:compute_*\nlock:*:*\n' > %t.supp
// RUN: env LOG=%t.log BSAN_OPTIONS=checks=-all:stall_ms=50:suppressions=%t.supp:log_path=%t.log %run %t told
// RUN: cat %t.log.* | FileCheck %s --check-prefix=TOLD
// TOLD: stall: callback
// TOLD: stall ended
// TOLD: Suppression never used: blocking:*:compute_*

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>

static volatile int is_waiting = 1;

static void *watch(void *kind) {
  struct timespec time = {0, 500000000};
  if (strcmp(kind, "told") == 0)
    wait_for_log("SUMMARY: BlockSanitizer: stall", 1);
  else
    nanosleep(&time, NULL);
  is_waiting = 0;
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc < 2 || pthread_create(&thread, NULL, watch, argv[1]))
    return 1;
  __bsan_enter_loop();
  compute_while(&is_waiting);
  __bsan_leave_loop();
  pthread_join(thread, NULL);
  return 0;
}
