// Intent: hiredis's calls that wait for the server are reported once, as
// themselves: not as the connect, poll, write and read inside them.

// REQUIRES: hiredis, redis
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lhiredis -ldl -lpthread
// RUN: %python %S/Inputs/with_server.py redis %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/with_server.py redis %python %S/Inputs/check_once.py %t.dir %run %t

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "Inputs/remote.h"
#include "rule.h"

static redisContext *context, *opened;
static redisReply *reply;
static void *got;
static int port;  // Of a server that never answers: enough to connect to.
static const char *server;
static const char *words[] = {"ECHO", "some text"};

void rule_setup(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof(address);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, size) ||
      listen(listener, 1) ||
      getsockname(listener, (struct sockaddr *)&address, &size))
    abort();
  port = ntohs(address.sin_port);
  server = getenv("BSAN_TEST_SERVER");
  context = redisConnectUnix(server);
  if (!context || context->err)
    abort();
  opened = NULL;
  reply = NULL;
  got = NULL;
}

void rule_teardown(void) {
  if (reply)
    freeReplyObject(reply);
  if (got)
    freeReplyObject(got);
  if (opened)
    redisFree(opened);
  redisFree(context);
}

static long error_of(redisContext *made) {
  opened = made;
  return without_errno(made->err);
}

// The text that the server sent says that it was this command.
static long type_of(void *made) {
  reply = made;
  if (reply->str)
    strncpy(rule_data, reply->str, sizeof(rule_data) - 1);
  return without_errno(reply->type);
}

static va_list no_arguments;
static const struct timeval timeout = {.tv_sec = 5};

RULE(redisConnect, redisConnect, db, error_of(redisConnect("127.0.0.1", port)),
     RULE_OUTSIDE(error_of(redisConnect("127.0.0.1", port))));
RULE(redisConnectWithTimeout, redisConnectWithTimeout, db,
     error_of(redisConnectWithTimeout("127.0.0.1", port, timeout)),
     RULE_OUTSIDE(error_of(redisConnectWithTimeout("127.0.0.1", port,
                                                   timeout))));
RULE(redisConnectUnix, redisConnectUnix, db, error_of(redisConnectUnix(server)),
     RULE_OUTSIDE(error_of(redisConnectUnix(server))));
RULE(redisCommand, redisCommand, db,
     type_of(redisCommand(context, "ECHO %s%d%s%d%s%d%f", "a", 1, "b", 2, "c",
                          3, 4.5)),
     RULE_OUTSIDE(type_of(redisCommand(context, "ECHO %s%d%s%d%s%d%f", "a", 1,
                                       "b", 2, "c", 3, 4.5))));
RULE(redisvCommand, redisvCommand, db,
     type_of(redisvCommand(context, "PING", no_arguments)),
     RULE_OUTSIDE(type_of(redisvCommand(context, "PING", no_arguments))));
RULE(redisCommandArgv, redisCommandArgv, db,
     type_of(redisCommandArgv(context, 2, words, NULL)),
     RULE_OUTSIDE(type_of(redisCommandArgv(context, 2, words, NULL))));
RULE_PREPARED(redisGetReply, redisGetReply, db,
              (redisAppendCommand(context, "PING");),
              without_errno(redisGetReply(context, &got)),
              (redisAppendCommand(context, "PING");),
              RULE_OUTSIDE(without_errno(redisGetReply(context, &got))));
