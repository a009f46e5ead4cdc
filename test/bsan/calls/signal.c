// Intent: waiting for a signal is reported unless one is pending or there is no
// time to wait.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rule.h"

extern int __sigsuspend(const sigset_t *);

enum { HANDLED = SIGUSR1, WAITED_FOR = SIGUSR2 };

static pthread_t main_thread;
static sigset_t waited_for, none;
static const struct timespec no_time, long_time = {60, 0};
static siginfo_t info;
static int found;

static void ignore(int number) { (void)number; }

void rule_setup(void) {
  struct sigaction action = {.sa_handler = ignore};
  main_thread = pthread_self();
  sigaction(HANDLED, &action, NULL);
  sigemptyset(&none);
  sigemptyset(&waited_for);
  sigaddset(&waited_for, WAITED_FOR);
  pthread_sigmask(SIG_BLOCK, &waited_for, NULL);
  found = 0;
}

void rule_teardown(void) {
  while (sigtimedwait(&waited_for, NULL, &no_time) > 0)
    ;
}

static void send_handled(void) { pthread_kill(main_thread, HANDLED); }
static void send_waited_for(void) { pthread_kill(main_thread, WAITED_FOR); }

#define HANDLED_LATER (rule_other(NULL, send_handled))
#define SENT_LATER (rule_other(NULL, send_waited_for))
#define PENDING (raise(WAITED_FOR))

// The system's, that takes a mask: the header gives one that takes a signal.
// As the header names sigpause, which it also calls deprecated.
extern int __xpg_sigpause(int signal);
extern int __sigpause(int signal_or_mask, int is_signal);
typedef int pause_with(int mask);
#define OLD_SIGPAUSE                                                           \
  (rule_other(NULL, send_handled);                                             \
   pause_with *call = (pause_with *)rule_lookup("sigpause"))

RULE_PREPARED(pause, pause, signal, HANDLED_LATER, pause(), HANDLED_LATER,
              RULE_OUTSIDE(pause()));
RULE_PREPARED(sigsuspend, sigsuspend, signal, HANDLED_LATER, sigsuspend(&none),
              HANDLED_LATER, RULE_OUTSIDE(sigsuspend(&none)));
RULE_PREPARED(__sigsuspend, sigsuspend, signal, HANDLED_LATER,
              __sigsuspend(&none), HANDLED_LATER,
              RULE_OUTSIDE(__sigsuspend(&none)));
RULE_PREPARED(sigpause, sigpause, signal, OLD_SIGPAUSE, call(0), OLD_SIGPAUSE,
              RULE_OUTSIDE(call(0)));
RULE_PREPARED(__xpg_sigpause, sigpause, signal, HANDLED_LATER,
              __xpg_sigpause(HANDLED), HANDLED_LATER,
              RULE_OUTSIDE(__xpg_sigpause(HANDLED)));
RULE_PREPARED(__sigpause, sigpause, signal, HANDLED_LATER, __sigpause(0, 0),
              HANDLED_LATER, RULE_OUTSIDE(__sigpause(0, 0)));
RULE_PREPARED(sigwait, sigwait, signal, SENT_LATER,
              sigwait(&waited_for, &found), PENDING,
              sigwait(&waited_for, &found));
RULE_PREPARED(sigwaitinfo, sigwaitinfo, signal, SENT_LATER,
              sigwaitinfo(&waited_for, &info), PENDING,
              sigwaitinfo(&waited_for, &info));
RULE_PREPARED(sigtimedwait, sigtimedwait, signal, SENT_LATER,
              sigtimedwait(&waited_for, &info, &long_time), (),
              sigtimedwait(&waited_for, &info, &no_time));
