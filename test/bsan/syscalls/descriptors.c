// Intent: descriptors that are closed, duplicated or changed by syscall(2), as
// libuv closes its own, are not taken for what they were.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: nonblocking
// CHECK-NOT: blocking-call:
// CHECK: step: closed
// CHECK-NEXT: ====
// CHECK: blocking-call: read on
// CHECK: step: dup3
// CHECK-NEXT: ====
// CHECK: blocking-call: read on
// CHECK: step: fcntl
// CHECK-NEXT: ====
// CHECK: blocking-call: read on
// CHECK: step: ioctl
// CHECK-NOT: blocking-call:
// CHECK: step: end

#define _GNU_SOURCE
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEP(name) fputs("step: " name "\n", stderr)

static int full; /* A pipe in blocking mode that always has data. */

static int make_pipe(int flags) {
  int ends[2];
  if (pipe2(ends, flags) || write(ends[1], "0123456789", 10) != 10)
    _exit(1);
  return ends[0];
}

static void read_from(int fd) {
  char byte;
  if (read(fd, &byte, 1) != 1)
    _exit(2);
}

int main(void) {
  int one = 1, fd = make_pipe(O_NONBLOCK);
  full = make_pipe(0);
  setvbuf(stderr, NULL, _IONBF, 0);
  __bsan_enter_loop();
  STEP("nonblocking");
  read_from(fd);
  STEP("closed");
  syscall(SYS_close, fd);
  if (fcntl(full, F_DUPFD, fd) != fd)
    _exit(3);
  read_from(fd);
  STEP("dup3");
  fd = make_pipe(O_NONBLOCK);
  read_from(fd);
  syscall(SYS_dup3, full, fd, 0);
  read_from(fd);
  STEP("fcntl");
  fd = make_pipe(O_NONBLOCK);
  read_from(fd);
  syscall(SYS_fcntl, fd, F_SETFL, 0);
  read_from(fd);
  STEP("ioctl");
  syscall(SYS_ioctl, fd, FIONBIO, &one);
  read_from(fd);
  STEP("end");
  __bsan_leave_loop();
}
