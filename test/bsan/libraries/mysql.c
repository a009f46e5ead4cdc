// Intent: calls of MariaDB's and MySQL's client library that wait for the
// server are reported once, as themselves.  The server is one that never
// answers.

// REQUIRES: mariadb
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %mariadb_flags %s %S/../calls/Inputs/rule_main.c -o %t -lmariadb -ldl -lpthread
// RUN: %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/check_once.py %t.dir %run %t

#include <mysql.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "rule.h"

static MYSQL *mysql;
static const char sql[] = "SELECT 1";

void rule_setup(void) {
  struct sockaddr_un address = {AF_UNIX, "mysql"};
  unsigned timeout_s = 1;
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
      listen(listener, 1))
    abort();
  mysql = mysql_init(NULL);
  mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &timeout_s);
}

void rule_teardown(void) { mysql_close(mysql); }

static bool is_connected(MYSQL *connection) { return connection != NULL; }

RULE(mysql_real_connect, mysql_real_connect, db,
     is_connected(mysql_real_connect(mysql, NULL, "user", "password", NULL, 0,
                                     "mysql", 0)),
     RULE_OUTSIDE(is_connected(mysql_real_connect(
         mysql, NULL, "user", "password", NULL, 0, "mysql", 0))));
// These fail at once without a connection, and are reported nevertheless.
RULE(mysql_query, mysql_query, db, mysql_query(mysql, sql),
     RULE_OUTSIDE(mysql_query(mysql, sql)));
RULE(mysql_real_query, mysql_real_query, db,
     mysql_real_query(mysql, sql, sizeof(sql) - 1),
     RULE_OUTSIDE(mysql_real_query(mysql, sql, sizeof(sql) - 1)));
RULE(mysql_store_result, mysql_store_result, db, mysql_store_result(mysql),
     RULE_OUTSIDE(mysql_store_result(mysql)));
RULE(mysql_fetch_row, mysql_fetch_row, db, mysql_fetch_row(NULL),
     RULE_OUTSIDE(mysql_fetch_row(NULL)));
