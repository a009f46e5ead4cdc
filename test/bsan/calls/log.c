// Intent: talking to the log daemon is reported; naming oneself for later is
// not.

// RUN: %bsan_cc -Wall -Werror %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <stdarg.h>
#include <syslog.h>

#include "rule.h"

extern void __syslog_chk(int, int, const char *, ...);
extern void __vsyslog_chk(int, int, const char *, va_list);

enum { WRITES_N = 1 };

// Never looked at: the formats that go with it take no arguments.
static va_list no_arguments;

void rule_setup(void) {}
void rule_teardown(void) { closelog(); }

#define SYSLOG (syslog(LOG_DEBUG, "%d %s", 1, "rule"), 0)
#define SYSLOG_CHK (__syslog_chk(LOG_DEBUG, WRITES_N, "%d %s", 1, "rule"), 0)
#define VSYSLOG (vsyslog(LOG_DEBUG, "rule", no_arguments), 0)
#define VSYSLOG_CHK                                                            \
  (__vsyslog_chk(LOG_DEBUG, WRITES_N, "rule", no_arguments), 0)

RULE(syslog, syslog, log, SYSLOG, RULE_OUTSIDE(SYSLOG));
RULE(__syslog_chk, syslog, log, SYSLOG_CHK, RULE_OUTSIDE(SYSLOG_CHK));
RULE(vsyslog, vsyslog, log, VSYSLOG, RULE_OUTSIDE(VSYSLOG));
RULE(__vsyslog_chk, vsyslog, log, VSYSLOG_CHK, RULE_OUTSIDE(VSYSLOG_CHK));
RULE(openlog, openlog, log, (openlog("rule", LOG_NDELAY, LOG_USER), 0),
     (openlog("rule", LOG_PID, LOG_USER), 0));
