// Intent: a report about a descriptor tells where that was created and where its
// mode was last set, whoever did it; what nobody saw is not made up.

// RUN: %bsan_cc -Wno-unused-result %s -o %t
// RUN: echo x | %env_bsan_opts=halt_on_error=0:exitcode=0:report_thread=0 %run %t inherited >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: == plain
// CHECK: {{^}}  fd {{[0-9]+}} is {{.*}}, in blocking mode
// CHECK: {{#0 .* in read}}
// CHECK: {{^}}The descriptor was created here:
// CHECK-NEXT: {{#0 .* in pipe}}
// CHECK-NEXT: {{#1 .* in make_pipe .*origins.c:}}[[@LINE+55]]
// CHECK-NEXT: {{#2 .* in main}}
// CHECK-NOT: Its mode was
// CHECK: {{^}}The thread entered the loop here:
// CHECK: == accepted
// CHECK: {{^}}The descriptor was created here:
// CHECK-NEXT: {{#0 .* in accept4}}
// CHECK-NEXT: {{#1 .* in accept_one}}
// CHECK: == fcntl
// CHECK: {{^}}The descriptor was created here:
// CHECK-NEXT: {{#0 .* in pipe}}
// CHECK: {{^}}Its mode was last set here:
// CHECK-NEXT: {{#0 .* in fcntl}}
// CHECK-NEXT: {{#1 .* in set_by_fcntl}}
// CHECK: == ioctl
// CHECK: {{^}}Its mode was last set here:
// CHECK-NEXT: {{#0 .* in ioctl}}
// CHECK-NEXT: {{#1 .* in set_by_ioctl}}
// CHECK: == duplicate
// CHECK: {{^}}The descriptor was created here:
// CHECK-NEXT: {{#0 .* in dup}}
// CHECK-NEXT: {{#1 .* in duplicate}}
// CHECK: {{^}}Its mode was last set here:
// CHECK-NEXT: {{#0 .* in ioctl}}
// CHECK: == in a callback
// CHECK: {{^}}The descriptor was created here:
// CHECK-NEXT: {{#0 .* in open}}
// CHECK-NEXT: {{#1 .* in open_in_callback}}
// CHECK-NEXT: {{#2 .* in main}}
// CHECK: == set behind its back
// CHECK-NOT: Its mode was
// CHECK: == reused
// CHECK-NOT: The descriptor was created
// CHECK: == inherited
// CHECK-NOT: The descriptor was created
// CHECK: == end
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:report_thread=0:fd_origins=0 %run %t >%t.off 2>&1
// RUN: not grep -E 'descriptor was created|mode was last' %t.off

#define _GNU_SOURCE
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static int other_end;

static NOINLINE int make_pipe(void) {
  int fds[2];
  pipe(fds);
  other_end = fds[1];
  write(other_end, "abc", 3);
  return fds[0];
}

static NOINLINE int accept_one(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  socklen_t size = sizeof(name);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t));
  listen(listener, 1);
  getsockname(listener, (struct sockaddr *)&name, &size);
  connect(client, (struct sockaddr *)&name, size);
  write(client, "a", 1);
  int fd = accept4(listener, NULL, NULL, 0);
  close(listener);
  return fd;
}

static NOINLINE int set_by_fcntl(int fd) {
  fcntl(fd, F_SETFL, O_NONBLOCK);
  fcntl(fd, F_SETFL, 0);
  return fd;
}

static NOINLINE int set_by_ioctl(int fd) {
  int off = 0;
  ioctl(fd, FIONBIO, &off);
  return fd;
}

static NOINLINE int duplicate(int fd) {
  volatile int copy = dup(fd);  // No tail call.
  return copy;
}

static NOINLINE int open_in_callback(void) {
  __bsan_enter_loop();
  int fd = open("/dev/tty", O_RDWR);
  if (fd < 0)
    fd = open("/etc/passwd", O_RDONLY);
  __bsan_leave_loop();
  return fd;
}

static void use(const char *title, int fd) {
  char byte;
  fprintf(stderr, "== %s\n", title);
  __bsan_enter_loop();
  read(fd, &byte, 1);
  __bsan_leave_loop();
}

int main(int argc, char **argv) {
  int pipe_fd = make_pipe();
  use("plain", pipe_fd);
  use("accepted", accept_one());
  use("fcntl", set_by_fcntl(make_pipe()));
  int set = set_by_ioctl(make_pipe());
  use("ioctl", set);
  use("duplicate", duplicate(set));
  __bsan_disable();
  int file = open_in_callback();
  __bsan_enable();
  use("in a callback", file);
  int behind = make_pipe();
  fcntl(behind, F_SETFL, O_NONBLOCK);
  syscall(SYS_fcntl, behind, F_SETFL, 0);
  use("set behind its back", behind);
  close(pipe_fd);
  syscall(SYS_dup3, behind, pipe_fd, 0);
  write(other_end, "abc", 3);
  use("reused", pipe_fd);
  if (argc > 1)
    use(argv[1], STDIN_FILENO);
  fputs("== end\n", stderr);
  return 0;
}
