// Intent: sleeps are reported unless they are for no time; interrupted ones
// return what is left of them.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "rule.h"

extern int __nanosleep(const struct timespec *, struct timespec *);

static const struct timespec none, moment = {0, 1000}, minute = {60, 0};
static const struct timespec invalid = {0, -1};
static pthread_t main_thread;

static void ignore(int number) { (void)number; }
static void interrupt(void) { pthread_kill(main_thread, SIGUSR1); }

void rule_setup(void) {
  struct sigaction action = {.sa_handler = ignore};
  sigaction(SIGUSR1, &action, NULL);
  main_thread = pthread_self();
}

void rule_teardown(void) {}

RULE_PREPARED(sleep, sleep, sleep, (rule_other(NULL, interrupt)),
              sleep(60) > 30, (), sleep(0));
RULE(usleep, usleep, sleep, usleep(1), usleep(0));
RULE(nanosleep, nanosleep, sleep, nanosleep(&moment, NULL),
     nanosleep(&none, NULL));
RULE_VARIANT(nanosleep_interrupted, nanosleep, nanosleep, sleep,
             (rule_other(NULL, interrupt)), nanosleep(&minute, NULL), (),
             nanosleep((void *)1, NULL));
RULE(__nanosleep, nanosleep, sleep, __nanosleep(&moment, NULL),
     __nanosleep(&invalid, NULL));
RULE(clock_nanosleep, clock_nanosleep, sleep,
     clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL),
     clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL));
RULE(thrd_sleep, thrd_sleep, sleep, thrd_sleep(&moment, NULL),
     thrd_sleep(&invalid, NULL));
