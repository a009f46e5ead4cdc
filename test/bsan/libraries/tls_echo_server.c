// Intent: a correct TLS server, nonblocking throughout, echoes 100,000 messages
// in an epoll loop without hooks, and nothing is reported, though its clients,
// threads of the same process, share OpenSSL's own locks with it; one blocking
// socket is.

// REQUIRES: openssl
// RUN: %bsan_cc -Wall -Werror %s -o %t -lssl -lcrypto -lpthread
// RUN: %env_bsan_opts=print_stats_on_exit=1 %exits 0 %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK-NOT: blocking-call
// CHECK: echoed 100000 messages
// CHECK-NEXT: BlockSanitizer: 0 blocking sites, 0 calls, 0 us blocked
// CHECK-NEXT: Loop "{{.*}}" on thread T{{[0-9]+}} "server": {{[0-9,]+}} iterations

// RUN: %exits 44 %run %t blocking 2>&1 | FileCheck %s --check-prefix=BLOCKING
// BLOCKING: ERROR: BlockSanitizer: blocking-call: SSL_read on event loop thread T{{[0-9]+}} "server"
// BLOCKING-NEXT: SSL_read({{.*}}): tls: the connection is in blocking mode
// BLOCKING-NEXT: fd {{[0-9]+}} is socket 127.0.0.1:{{[0-9]+}} -> 127.0.0.1:{{[0-9]+}}, in blocking mode
// BLOCKING: #0 {{.*}} in SSL_read
// BLOCKING-NEXT: #1 {{.*}} in echo {{.*}}tls_echo_server.c

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "Inputs/tls.h"

#define NOINLINE __attribute__((noinline))

enum { CLIENTS = 4, MESSAGES = 25000, SIZE = 64, MAX_FDS = 64 };

struct connection {
  SSL *ssl;
  char data[SIZE];
  int unsent;  // Bytes of `data` that SSL_write did not take yet.
};

static struct connection connections[MAX_FDS];
static int loop, listener, accept_flags = SOCK_NONBLOCK;
static SSL_CTX *server_context, *client_context;
static struct sockaddr_in address = {.sin_family = AF_INET};

// Both directions, edge-triggered: what OpenSSL wants next needs no keeping.
NOINLINE static void watch(int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                              .data.fd = fd};
  tls_check(!epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

// False when the connection has ended.
NOINLINE static int wants_more(SSL *ssl, int status) {
  int error = SSL_get_error(ssl, status);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

NOINLINE static int flush(struct connection *connection) {
  int status = SSL_write(connection->ssl, connection->data, connection->unsent);
  if (status > 0)
    connection->unsent = 0;
  return status;
}

// As far as it goes without waiting; the handshake is part of it.
NOINLINE static int echo(struct connection *connection) {
  int status = 1;
  while (status > 0) {
    if (connection->unsent)
      status = flush(connection);
    else
      connection->unsent = status =
          SSL_read(connection->ssl, connection->data, SIZE);
  }
  if (connection->unsent < 0)
    connection->unsent = 0;
  return wants_more(connection->ssl, status);
}

// Returns how many connections have ended.
NOINLINE static int serve_connection(int fd) {
  struct connection *connection = &connections[fd];
  if (echo(connection))
    return 0;
  SSL_shutdown(connection->ssl);
  SSL_free(connection->ssl);
  close(fd);
  return 1;
}

NOINLINE static void accept_all(void) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, accept_flags)) >= 0) {
    int one = 1;
    tls_check(fd < MAX_FDS, "fewer descriptors");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    connections[fd] =
        (struct connection){.ssl = tls_new(server_context, 1, fd)};
    watch(fd);
  }
}

static void *serve(void *unused) {
  struct epoll_event events[16];
  int ended = 0;
  pthread_setname_np(pthread_self(), "server");
  watch(listener);
  while (ended < CLIENTS) {
    int count = epoll_wait(loop, events, 16, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == listener)
        accept_all();
      else
        ended += serve_connection(events[i].data.fd);
    }
  }
  return unused;
}

// In blocking mode: a client has no loop.
static void *request(void *echoed) {
  char out[SIZE], in[SIZE];
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  tls_check(!connect(fd, (struct sockaddr *)&address, sizeof(address)),
            "connect");
  SSL *ssl = tls_new(client_context, 0, fd);
  for (int i = 0; i < MESSAGES; i++) {
    memset(out, i, sizeof(out));
    tls_check(SSL_write(ssl, out, SIZE) == SIZE, "SSL_write");
    tls_check(SSL_read(ssl, in, SIZE) == SIZE, "SSL_read");
    tls_check(memcmp(in, out, SIZE) == 0, "the same message");
    ++*(int *)echoed;
  }
  SSL_shutdown(ssl);
  SSL_free(ssl);
  close(fd);
  return NULL;
}

static void listen_somewhere(void) {
  socklen_t size = sizeof(address);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  tls_check(!bind(listener, (struct sockaddr *)&address, size) &&
                !listen(listener, CLIENTS) &&
                !getsockname(listener, (struct sockaddr *)&address, &size),
            "a listener");
}

int main(int argc, char **argv) {
  pthread_t server, clients[CLIENTS];
  int echoed[CLIENTS] = {0}, total = 0;
  (void)argv;
  if (argc > 1)
    accept_flags = 0;
  loop = epoll_create1(EPOLL_CLOEXEC);
  server_context = tls_server_context();
  client_context = tls_client_context();
  listen_somewhere();
  pthread_create(&server, NULL, serve, NULL);
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
