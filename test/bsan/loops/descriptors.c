// Intent: the mode and kind of a descriptor are known as they are now, however
// they were set, shared, closed and opened again.

// RUN: %bsan_cc -Wno-unused-result %s -o %t
// RUN: cd %T && %env_bsan_opts=halt_on_error=0:suppress_equal_stacks=0:symbolize=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: grep "^step\|==WARNING\|: socket:\|: pipe:\|: file:" %t.log | FileCheck %s
// CHECK-NOT: WARNING
// CHECK: step: blocking socket
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: socket:
// CHECK-NEXT: step: fcntl
// CHECK-NEXT: step: fcntl back
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: socket:
// CHECK-NEXT: step: FIONBIO
// CHECK-NEXT: step: FIONBIO off
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: socket:
// CHECK-NEXT: step: set through a duplicate
// CHECK-NEXT: step: cleared through a duplicate
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: socket:
// CHECK-NEXT: step: dup2 of a file over it
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: file:
// CHECK-NEXT: step: dup3 of a nonblocking pipe over it
// CHECK-NEXT: step: closed
// CHECK-NEXT: step: opened again as a file
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: file:
// CHECK-NEXT: step: opened again as a blocking pipe
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: pipe:
// CHECK-NEXT: step: closed by close_range
// CHECK-NEXT: step: opened again nonblocking
// CHECK-NEXT: step: opened again as a file after fclose
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: file:
// CHECK-NEXT: step: SOCK_NONBLOCK
// CHECK-NEXT: step: accept4 SOCK_NONBLOCK
// CHECK-NEXT: step: accept inherits nothing
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: socket:
// CHECK-NEXT: step: F_DUPFD
// CHECK-NEXT: step: a large descriptor
// CHECK-NEXT: blocking-call: read
// CHECK-NEXT: socket:
// CHECK-NEXT: step: end

#define _GNU_SOURCE
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char data[4];

// Reads with data there or without waiting: every mode returns.
static void read_in_loop(int fd) {
  __bsan_enter_loop();
  read(fd, data, sizeof(data));
  __bsan_leave_loop();
}
#define STEP(name, fd) (fputs("step: " name "\n", stderr), read_in_loop(fd))

static int filled_pair(int flags) {
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM | flags, 0, pair);
  for (int i = 0; i < 64; i++)
    write(pair[1], data, sizeof(data));
  return pair[0];
}

static int filled_pipe(int flags) {
  int ends[2];
  pipe2(ends, flags);
  write(ends[1], data, sizeof(data));
  return ends[0];
}

static void set_mode(int fd, int nonblocking) {
  int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

static void set_fionbio(int fd, int nonblocking) {
  ioctl(fd, FIONBIO, &nonblocking);
}

static int connected_to(int listener) {
  struct sockaddr_un address;
  socklen_t size = sizeof(address);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  getsockname(listener, (struct sockaddr *)&address, &size);
  connect(client, (struct sockaddr *)&address, size);
  write(client, data, sizeof(data));
  return client;
}

static void change_modes(int fd) {
  STEP("blocking socket", fd);
  set_mode(fd, 1);
  STEP("fcntl", fd);
  set_mode(fd, 0);
  STEP("fcntl back", fd);
  set_fionbio(fd, 1);
  STEP("FIONBIO", fd);
  set_fionbio(fd, 0);
  STEP("FIONBIO off", fd);
  int twin = dup(fd);
  set_mode(twin, 1);
  STEP("set through a duplicate", fd);
  set_mode(twin, 0);
  STEP("cleared through a duplicate", fd);
  close(twin);
}

// Puts FROM in the place of FD.
static void move(int from, int fd) {
  if (from != fd) {
    dup2(from, fd);
    close(from);
  }
}

static void change_kinds(int fd) {
  int file = open("descriptors.data", O_RDWR | O_CREAT, 0600);
  dup2(file, fd);
  STEP("dup2 of a file over it", fd);
  int quiet = filled_pipe(O_NONBLOCK);
  dup3(quiet, fd, O_CLOEXEC);
  STEP("dup3 of a nonblocking pipe over it", fd);
  close(fd);
  STEP("closed", fd);
  move(open("descriptors.data", O_RDONLY), fd);
  STEP("opened again as a file", fd);
  close(fd);
  move(filled_pipe(0), fd);
  STEP("opened again as a blocking pipe", fd);
  close_range((unsigned)fd, (unsigned)fd, 0);
  STEP("closed by close_range", fd);
  move(filled_pair(SOCK_NONBLOCK), fd);
  STEP("opened again nonblocking", fd);
  fclose(fdopen(fd, "r"));
  move(open("descriptors.data", O_RDONLY), fd);
  STEP("opened again as a file after fclose", fd);
  close(file);
  close(quiet);
}

static void accept_connections(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t));
  listen(listener, 4);
  STEP("SOCK_NONBLOCK", filled_pair(SOCK_NONBLOCK));
  connected_to(listener);
  STEP("accept4 SOCK_NONBLOCK", accept4(listener, NULL, NULL, SOCK_NONBLOCK));
  connected_to(listener);
  STEP("accept inherits nothing", accept(listener, NULL, NULL));
}

int main(void) {
  int fd = filled_pair(0);
  change_modes(fd);
  change_kinds(fd);
  accept_connections();
  int quiet = filled_pipe(O_NONBLOCK);
  STEP("F_DUPFD", fcntl(quiet, F_DUPFD, 100));
  struct rlimit limit = {70001, 70001};
  int large = filled_pair(0);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && dup2(large, 70000) == 70000)
    large = 70000;
  STEP("a large descriptor", large);
  fputs("step: end\n", stderr);
  return 0;
}
