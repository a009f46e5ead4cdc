// Intent: sd_bus_call is reported once, as itself: not as the ppoll, sendmsg
// and recvmsg inside it.

// REQUIRES: libsystemd, dbus-daemon
// RUN: %bsan_cc -Wall -Werror -I%S/../calls %s %S/../calls/Inputs/rule_main.c -o %t -lsystemd -ldl -lpthread
// RUN: %python %S/Inputs/with_server.py dbus %python %S/../calls/check_rule.py %s %t.dir %run %t
// RUN: %python %S/Inputs/with_server.py dbus %python %S/Inputs/check_once.py %t.dir %run %t

#include <stdlib.h>
#include <systemd/sd-bus.h>

#include "Inputs/remote.h"
#include "rule.h"

enum { TIMEOUT_US = 5000000 };

static sd_bus *bus;
static sd_bus_message *message;

void rule_setup(void) {
  if (sd_bus_new(&bus) < 0 ||
      sd_bus_set_address(bus, getenv("BSAN_TEST_SERVER")) < 0 ||
      sd_bus_set_bus_client(bus, 1) < 0 || sd_bus_start(bus) < 0 ||
      sd_bus_message_new_method_call(bus, &message, "org.freedesktop.DBus",
                                     "/org/freedesktop/DBus",
                                     "org.freedesktop.DBus", "ListNames") < 0)
    abort();
}

void rule_teardown(void) {
  sd_bus_message_unref(message);
  sd_bus_flush_close_unref(bus);
}

RULE(sd_bus_call, sd_bus_call, db,
     without_errno(sd_bus_call(bus, message, TIMEOUT_US, NULL, NULL)),
     RULE_OUTSIDE(without_errno(sd_bus_call(bus, message, TIMEOUT_US, NULL,
                                            NULL))));
