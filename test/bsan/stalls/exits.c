// Intent: a stall that is going on when the program ends is told how it ended; one
// that becomes another program does not hand its watchdog's signals on to that.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %exits 7 %run %t exit
// RUN: cat %t.log.* | FileCheck %s
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=100:log_path=%t.log %exits 7 %run %t _exit
// RUN: cat %t.log.* | FileCheck %s
// CHECK: stall: callback
// CHECK: stall ended after
// RUN: env BSAN_OPTIONS=symbolize=0:checks=-all:stall_ms=1 %run %t exec 2>&1 | FileCheck %s --check-prefix=EXEC
// EXEC: {{^}}became another program{{$}}

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>

static volatile int is_waiting = 1;

static void *watch(void *unused) {
  wait_for_log("stall: callback", 1);
  is_waiting = 0;
  return unused;
}

static void become(const char *program, const char *step) {
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  __bsan_enter_loop();
  // Each step ends at another moment of the watchdog's.
  do
    clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - start.tv_sec) * 1000000000 +
             (now.tv_nsec - start.tv_nsec) <
         1000000 + 20000 * atoi(step));
  char next[12];
  snprintf(next, sizeof(next), "%d", atoi(step) + 1);
  execl(program, program, "exec", next, (char *)NULL);
  abort();
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc < 2)
    return 1;
  if (strcmp(argv[1], "exec") == 0) {
    if (argc > 2 && atoi(argv[2]) == 50) {
      puts("became another program");
      return 0;
    }
    become(argv[0], argc > 2 ? argv[2] : "0");
  }
  if (pthread_create(&thread, NULL, watch, NULL))
    return 1;
  __bsan_enter_loop();
  compute_while(&is_waiting);
  if (strcmp(argv[1], "exit") == 0)
    exit(7);
  _exit(7);
}
