// Intent: loops that wait with io_getevents or io_uring_enter, or with epoll by
// the number of the system call, are loops; whether the kernel has these or not.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %run %t aio 2>&1 | FileCheck %s
// RUN: %exits 44 %run %t uring 2>&1 | FileCheck %s
// RUN: %exits 44 %run %t epoll 2>&1 | FileCheck %s
// CHECK: step: loop
// CHECK: ERROR: BlockSanitizer: blocking-call: usleep on event loop thread T0 "system_calls.c." (learned, run_loop)
// CHECK: #1 {{.*}} in in_callback
// CHECK-NOT: step: end

// RUN: %env_bsan_opts=auto_loop=0 %exits 0 %run %t uring 2>&1 | FileCheck %s --check-prefix=OFF
// To submit is not to wait.
// RUN: %exits 0 %run %t submit 2>&1 | FileCheck %s --check-prefix=OFF
// OFF-NOT: BlockSanitizer
// OFF: step: end

#define _GNU_SOURCE
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/syscall.h>

#include "Inputs/loop.h"

BLOCKING(in_callback)

static const char *mode;
static aio_context_t aio;
static int ring;

NOINLINE static long wait_for_events(void) {
  struct epoll_event event;
  struct io_event done;
  if (strcmp(mode, "aio") == 0)
    return syscall(SYS_io_getevents, aio, 0, 1, &done, NULL);
  if (strcmp(mode, "uring") == 0)
    return syscall(SYS_io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS, NULL,
                   0);
  if (strcmp(mode, "submit") == 0)
    return syscall(SYS_io_uring_enter, ring, 0, 0, 0, NULL, 0);
  return syscall(SYS_epoll_pwait, loop_epoll, &event, 1, -1, NULL, 8);
}

NOINLINE static void run_loop(void) {
  for (int round = 0; round < loop_rounds; round++) {
    loop_wake();
    calls += wait_for_events() > 0;
    in_callback();
  }
  calls++;
}

int main(int argc, char **argv) {
  struct io_uring_params parameters;
  memset(&parameters, 0, sizeof(parameters));
  mode = argc > 1 ? argv[1] : "";
  loop_make();
  // Both may be refused: then the wait fails at once, which is a wait as well.
  ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  syscall(SYS_io_setup, 4, &aio);
  STEP("loop");
  run_loop();
  STEP("end");
  return 0;
}
