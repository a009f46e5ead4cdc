// Intent: a correct server, nonblocking throughout, echoes 20,000 messages in an
// epoll loop without hooks, and nothing is reported; one blocking socket is.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK-NOT: blocking-call
// CHECK: echoed 20000 messages
// CHECK-NEXT: BlockSanitizer: 0 blocking sites, 0 calls, 0 us blocked
// CHECK-NEXT: Loop "{{.*}}" on thread T{{[0-9]+}} "server": {{[0-9,]+}} iterations

// RUN: %exits 44 %run %t blocking 2>&1 | FileCheck %s --check-prefix=BLOCKING
// BLOCKING: ERROR: BlockSanitizer: blocking-call: recv on event loop thread T{{[0-9]+}} "server"
// BLOCKING-NEXT: recv({{.*}}): socket: the socket is in blocking mode
// BLOCKING-NEXT: fd {{[0-9]+}} is socket 127.0.0.1:{{[0-9]+}} -> 127.0.0.1:{{[0-9]+}}, in blocking mode
// BLOCKING: in echo {{.*}}server.c

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "Inputs/loop.h"

enum { CLIENTS = 4, MESSAGES = 5000, SIZE = 32 };

static int listener, accept_flags = SOCK_NONBLOCK;
static struct sockaddr_in address = {.sin_family = AF_INET};

NOINLINE static void watch(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(loop_epoll, EPOLL_CTL_ADD, fd, &event))
    abort();
}

// Closes what has ended; returns how many did.
NOINLINE static int echo(int fd) {
  char data[4096];
  ssize_t size;
  while ((size = recv(fd, data, sizeof(data), 0)) > 0)
    if (send(fd, data, (size_t)size, MSG_NOSIGNAL) != size)
      abort();
  if (size < 0 && errno == EAGAIN)
    return 0;
  close(fd);
  return 1;
}

NOINLINE static int handle(int fd) {
  if (fd != listener)
    return echo(fd);
  int client;
  while ((client = accept4(listener, NULL, NULL, accept_flags)) >= 0)
    watch(client);
  return 0;
}

static void *serve(void *unused) {
  struct epoll_event events[16];
  int ended = 0;
  pthread_setname_np(pthread_self(), "server");
  watch(listener);
  while (ended < CLIENTS) {
    int count = epoll_wait(loop_epoll, events, 16, -1);
    for (int i = 0; i < count; i++)
      ended += handle(events[i].data.fd);
  }
  return unused;
}

static void *request(void *echoed) {
  char out[SIZE], in[SIZE];
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
    abort();
  for (int i = 0; i < MESSAGES; i++) {
    memset(out, i, sizeof(out));
    if (send(fd, out, SIZE, MSG_NOSIGNAL) != SIZE ||
        recv(fd, in, SIZE, MSG_WAITALL) != SIZE || memcmp(in, out, SIZE) != 0)
      abort();
    ++*(int *)echoed;
  }
  close(fd);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t server, clients[CLIENTS];
  int echoed[CLIENTS] = {0}, total = 0;
  (void)argv;
  if (argc > 1)
    accept_flags = 0;
  loop_make();
  socklen_t size = sizeof(address);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(listener, (struct sockaddr *)&address, size) ||
      listen(listener, CLIENTS) ||
      getsockname(listener, (struct sockaddr *)&address, &size) ||
      pthread_create(&server, NULL, serve, NULL))
    return 1;
  for (int i = 0; i < CLIENTS; i++)
    pthread_create(&clients[i], NULL, request, &echoed[i]);
  for (int i = 0; i < CLIENTS; i++) {
    pthread_join(clients[i], NULL);
    total += echoed[i];
  }
  pthread_join(server, NULL);
  fprintf(stderr, "echoed %d messages\n", total);
  return 0;
}
