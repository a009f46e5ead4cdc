// Intent: eventfds and terminals wait in blocking mode, or for output that is
// on its way; without either nothing is reported.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "rule.h"

static int blocking, nonblocking, terminal, no_fd = -1;

void rule_setup(void) {
  blocking = eventfd(3, 0);
  nonblocking = eventfd(0, EFD_NONBLOCK);
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(master);
  unlockpt(master);
  terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
}

void rule_teardown(void) {}

RULE(eventfd_read, eventfd_read, pipe,
     eventfd_read(blocking, (eventfd_t *)rule_data),
     eventfd_read(nonblocking, (eventfd_t *)rule_data));
RULE(eventfd_write, eventfd_write, pipe, eventfd_write(blocking, 2),
     eventfd_write(nonblocking, 2));
// A pseudo terminal hands over at once: only a serial line has output waiting.
RULE_QUIET(tcdrain, tcdrain, pipe, (), tcdrain(terminal), (), tcdrain(no_fd));
