// Intent: a report names the object behind a descriptor, and whatever names and
// texts contain, a report stays a report: one line is one line.

// RUN: %bsan_cc -Wno-unused-result %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: cd %t.dir && %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: blocking-call: read on event loop thread T0 "new{{[^ ]*}}line{{.*}}" (hooks, main)
// CHECK: fd {{[0-9]+}} is {{.*}}/object.c.tmp.dir/plain, in blocking mode
// CHECK: blocking-call: read on
// CHECK-NEXT: read({{.*}}): file: O_NONBLOCK has no effect on files
// CHECK-NEXT: fd {{[0-9]+}} is {{.*}}/object.c.tmp.dir/{{[^/]+}}name, O_NONBLOCK set
// CHECK: blocking-call: recv on
// CHECK: fd {{[0-9]+}} is socket 127.0.0.1:[[FROM:[0-9]+]] -> 127.0.0.1:[[TO:[0-9]+]], in blocking mode
// CHECK: blocking-call: recv on
// CHECK: fd {{[0-9]+}} is socket {{\[::1\]}}:{{[0-9]+}} -> {{\[::1\]}}:{{[0-9]+}}, in blocking mode
// CHECK: blocking-call: accept on
// CHECK: fd {{[0-9]+}} is socket unix:{{.*}}local, in blocking mode
// CHECK: blocking-call: open on
// CHECK-NEXT: {{^}}  open("{{[^"]*}}a{{.*}}b{{.*}}"): file:
// CHECK: blocking-call: open on
// CHECK-NEXT: {{^}}  open("{{a+}}{{.*}}): file:
// CHECK: end
// RUN: not grep -n '^injected' %t.log

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char data[64], long_name[8192];

static int connected(int family, struct sockaddr *address, socklen_t size) {
  int listener = socket(family, SOCK_STREAM, 0);
  int client = socket(family, SOCK_STREAM, 0);
  bind(listener, address, size);
  listen(listener, 1);
  getsockname(listener, address, &size);
  connect(client, address, size);
  int server = accept(listener, NULL, NULL);
  send(server, "data", 4, 0);
  return client;
}

int main(void) {
  struct sockaddr_in v4 = {.sin_family = AF_INET,
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                            .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_un local = {AF_UNIX, "local"};
  pthread_setname_np(pthread_self(), "new\nline\"");
  int plain = open("plain", O_RDWR | O_CREAT, 0600);
  int strange =
      open("\xff\ninjected\033name", O_RDWR | O_CREAT | O_NONBLOCK, 0600);
  int client = connected(AF_INET, (struct sockaddr *)&v4, sizeof(v4));
  int client6 = connected(AF_INET6, (struct sockaddr *)&v6, sizeof(v6));
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&local, sizeof(local));
  listen(listener, 1);
  connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&local,
          sizeof(local));
  memset(long_name, 'a', sizeof(long_name) - 1);

  __bsan_enter_loop();
  read(plain, data, 1);
  read(strange, data, 1);
  recv(client, data, 4, MSG_PEEK);
  recv(client6, data, 4, MSG_PEEK);
  accept(listener, NULL, NULL);
  open("a\ninjected\"b", O_RDONLY);
  open(long_name, O_RDONLY);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
