// Intent: libdbus's call that waits for an answer is reported once, as itself:
// not as the poll, sendmsg and recvmsg inside it.

// REQUIRES: dbus, dbus-daemon
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %dbus_flags %s %S/../calls/Inputs/rule_main.c -o %t -ldbus-1 -ldl -lpthread
// RUN: %python %S/Inputs/with_server.py dbus %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/with_server.py dbus %python %S/Inputs/check_once.py %t.dir %run %t

#include <dbus/dbus.h>
#include <stdlib.h>

#include "Inputs/remote.h"
#include "rule.h"

static DBusConnection *connection;
static DBusMessage *message;

void rule_setup(void) {
  connection = dbus_connection_open_private(getenv("BSAN_TEST_SERVER"), NULL);
  if (!connection || !dbus_bus_register(connection, NULL))
    abort();
  dbus_connection_set_exit_on_disconnect(connection, FALSE);
  message = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS,
                                         DBUS_INTERFACE_DBUS, "ListNames");
}

void rule_teardown(void) {
  dbus_message_unref(message);
  dbus_connection_close(connection);
  dbus_connection_unref(connection);
}

static long is_answer(DBusMessage *reply) {
  if (reply)
    dbus_message_unref(reply);
  return without_errno(reply != NULL);
}

RULE(dbus_connection_send_with_reply_and_block,
     dbus_connection_send_with_reply_and_block, db,
     is_answer(dbus_connection_send_with_reply_and_block(connection, message,
                                                         5000, NULL)),
     RULE_OUTSIDE(is_answer(dbus_connection_send_with_reply_and_block(
         connection, message, 5000, NULL))));
