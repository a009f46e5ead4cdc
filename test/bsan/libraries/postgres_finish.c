// Intent: PQfinish, whose farewell to the server seldom waits, is reported when
// it did: the server has stopped reading and the socket is full.

// REQUIRES: libpq
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %libpq_flags %s %S/../calls/Inputs/rule_main.c -o %t -lpq -ldl -lpthread
// RUN: %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/check_once.py %t.dir %run %t

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "rule.h"

static PGconn *connection;
static pthread_t server;
static int listener, server_end;

static void check(bool is_good, const char *what) {
  if (is_good)
    return;
  perror(what);
  abort();
}

// As much of a server as PQconnectdb needs: anybody may come in, and it is
// ready for a query.
static void *serve(void *unused) {
  static const char answer[] = "R\0\0\0\10\0\0\0\0Z\0\0\0\5I";
  char request[512];
  server_end = accept(listener, NULL, NULL);
  check(read(server_end, request, sizeof(request)) > 0, "read");
  check(write(server_end, answer, sizeof(answer) - 1) > 0, "write");
  return unused;
}

void rule_setup(void) {
  struct sockaddr_un address = {AF_UNIX, ".s.PGSQL.5432"};
  listener = socket(AF_UNIX, SOCK_STREAM, 0);
  check(!bind(listener, (struct sockaddr *)&address, sizeof(address)) &&
            !listen(listener, 1) && !pthread_create(&server, NULL, serve, NULL),
        "a server");
  // The folder by a name that fits in a sockaddr_un, however long its own is.
  connection = PQconnectdb("host=/proc/self/cwd user=test dbname=test");
  check(PQstatus(connection) == CONNECTION_OK, PQerrorMessage(connection));
  pthread_join(server, NULL);
}

void rule_teardown(void) { PQfinish(connection); }

static int finish(void) { return connection = NULL, 0; }

// libpq's own descriptor is nonblocking: the writes end when nothing fits.
static void fill(void) {
  static const char data[65536];
  while (write(PQsocket(connection), data, sizeof(data)) > 0)
    ;
  while (write(PQsocket(connection), data, 1) > 0)
    ;
}

static void drain(void) {
  static char data[65536];
  while (read(server_end, data, sizeof(data)) > 0)
    ;
}

RULE_MEASURED(PQfinish, PQfinish, db, (fill(); rule_other(NULL, drain);),
              (PQfinish(connection), finish()), (),
              (PQfinish(connection), finish()));
