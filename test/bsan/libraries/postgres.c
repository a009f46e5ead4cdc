// Intent: libpq's calls that wait for the server are reported once, as
// themselves: not as the poll, send and recv inside them.

// REQUIRES: libpq, postgres
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %libpq_flags %s %S/../calls/Inputs/rule_main.c -o %t -lpq -ldl -lpthread
// RUN: %python %S/Inputs/with_server.py postgres %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/with_server.py postgres %python %S/Inputs/check_once.py %t.dir %run %t

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Inputs/remote.h"
#include "rule.h"

static PGconn *connection, *opened;
static PGresult *result;
static char host[128];
static const char *const names[] = {"host", "user", "dbname", NULL};
static const char *const values[] = {host, "test", "postgres", NULL};
static const char *const one[] = {"1"};

void rule_setup(void) {
  const char *server = getenv("BSAN_TEST_SERVER");
  if (!server || sscanf(server, "host=%127s", host) != 1)
    abort();
  connection = PQconnectdb(server);
  if (PQstatus(connection) != CONNECTION_OK) {
    fprintf(stderr, "libpq: %s\n", PQerrorMessage(connection));
    abort();
  }
  PQclear(PQprepare(connection, "named", "SELECT $1::int", 1, NULL));
  opened = NULL;
  result = NULL;
}

void rule_teardown(void) {
  PQclear(result);
  PQfinish(connection);
  PQfinish(opened);
}

static long status_of(PGconn *made) {
  opened = made;
  return without_errno(PQstatus(made));
}

// The first column of the first row says that it was this query.
static long value_of(PGresult *made) {
  result = made;
  if (PQresultStatus(made) == PGRES_TUPLES_OK)
    strncpy(rule_data, PQgetvalue(made, 0, 0), sizeof(rule_data) - 1);
  return without_errno(PQresultStatus(made));
}

static void send_query(void) { PQsendQuery(connection, "SELECT 42"); }

// What PQgetResult would wait for is there.
static void receive_query(void) {
  struct pollfd events = {.fd = PQsocket(connection), .events = POLLIN};
  send_query();
  while (PQisBusy(connection)) {
    poll(&events, 1, -1);
    PQconsumeInput(connection);
  }
}

RULE(PQconnectdb, PQconnectdb, db,
     status_of(PQconnectdb(getenv("BSAN_TEST_SERVER"))),
     RULE_OUTSIDE(status_of(PQconnectdb(getenv("BSAN_TEST_SERVER")))));
RULE(PQconnectdbParams, PQconnectdbParams, db,
     status_of(PQconnectdbParams(names, values, 0)),
     RULE_OUTSIDE(status_of(PQconnectdbParams(names, values, 0))));
RULE(PQsetdbLogin, PQsetdbLogin, db,
     status_of(PQsetdbLogin(host, NULL, NULL, NULL, "postgres", "test", NULL)),
     RULE_OUTSIDE(status_of(PQsetdbLogin(host, NULL, NULL, NULL, "postgres",
                                         "test", NULL))));
RULE(PQexec, PQexec, db, value_of(PQexec(connection, "SELECT 42")),
     RULE_OUTSIDE(value_of(PQexec(connection, "SELECT 42"))));
RULE(PQexecParams, PQexecParams, db,
     value_of(PQexecParams(connection, "SELECT $1::int", 1, NULL, one, NULL,
                           NULL, 0)),
     RULE_OUTSIDE(value_of(PQexecParams(connection, "SELECT $1::int", 1, NULL,
                                        one, NULL, NULL, 0))));
RULE(PQexecPrepared, PQexecPrepared, db,
     value_of(PQexecPrepared(connection, "named", 1, one, NULL, NULL, 0)),
     RULE_OUTSIDE(value_of(PQexecPrepared(connection, "named", 1, one, NULL,
                                          NULL, 0))));
RULE(PQprepare, PQprepare, db,
     value_of(PQprepare(connection, "another", "SELECT 1", 0, NULL)),
     RULE_OUTSIDE(value_of(PQprepare(connection, "another", "SELECT 1", 0,
                                     NULL))));
RULE_PREPARED(PQgetResult, PQgetResult, db, (send_query();),
              value_of(PQgetResult(connection)), (receive_query();),
              value_of(PQgetResult(connection)));
