// Intent: waiting for a child that still runs is reported; collecting one that
// has ended, asking without waiting, and having no child is not.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rule.h"

extern pid_t __fork(void);
extern pid_t __libc_fork(void);
extern pid_t __wait(int *);
extern pid_t __waitpid(pid_t, int *, int);

enum { STATUS = 3 };

static pid_t child;
static FILE *command;
static int status;
static siginfo_t info;
static struct rusage usage;

// A child that ends when this process sleeps, and one that has ended.
static void start_child(void) {
  child = fork();
  if (child)
    return;
  rule_wait_for_sleep();
  _exit(STATUS);
}

static void start_ended_child(void) {
  child = fork();
  if (!child)
    _exit(STATUS);
  waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
}

// Child processes have other numbers each time.
static int is_child(pid_t pid) {
  if (pid != child)
    return pid;
  return 1000 + (WIFEXITED(status) ? WEXITSTATUS(status) : 0);
}

// What a fork waits for in this process: handlers, and the kernel.
static bool forks_are_slow;

static void slow_down(void) {
  if (forks_are_slow)
    usleep(2000);
}

__attribute__((constructor)) static void add_handler(void) {
  pthread_atfork(slow_down, NULL, NULL);
}

static int is_forked(pid_t pid) {
  if (!pid)
    _exit(STATUS);
  return pid > 0;
}

// The parent sleeps until its child has called exec.
static char *const true_argv[] = {"true", NULL}, *const no_argv[] = {NULL};

void rule_setup(void) {
  status = 0;
  command = NULL;
  forks_are_slow = false;
}

void rule_teardown(void) {
  if (command)
    pclose(command);
  while (waitpid(-1, NULL, 0) > 0)
    ;
}

RULE_PREPARED(wait, wait, process, (start_child()), is_child(wait(&status)),
              (start_ended_child()), is_child(wait(&status)));
RULE_PREPARED(__wait, wait, process, (start_child()), is_child(__wait(&status)),
              (), is_child(__wait(&status)));
RULE_PREPARED(waitpid, waitpid, process, (start_child()),
              is_child(waitpid(child, &status, 0)), (start_child()),
              is_child(waitpid(child, &status, WNOHANG)));
RULE_PREPARED(__waitpid, waitpid, process, (start_child()),
              is_child(__waitpid(-1, &status, 0)), (start_ended_child()),
              is_child(__waitpid(0, &status, 0)));
RULE_PREPARED(wait3, wait3, process, (start_child()),
              is_child(wait3(&status, 0, &usage)), (start_child()),
              is_child(wait3(&status, WNOHANG, &usage)));
RULE_PREPARED(wait4, wait4, process, (start_child()),
              is_child(wait4(child, &status, 0, &usage)), (start_ended_child()),
              is_child(wait4(child, &status, 0, &usage)));
RULE_PREPARED(waitid, waitid, process, (start_child()),
              waitid(P_PID, (id_t)child, &info, WEXITED), (start_ended_child()),
              waitid(P_PID, (id_t)child, &info, WEXITED));
RULE(system, system, process, system("exit 3"), system(NULL));

RULE_MEASURED(popen, popen, process, (),
              (command = popen("exit 3", "r")) != NULL, (),
              popen("exit 3", "?") != NULL);
RULE_PREPARED(pclose, pclose, process, (FILE *pipe = popen("exit 3", "r")),
              pclose(pipe), (FILE *pipe = popen("exit 3", "r")),
              RULE_OUTSIDE(pclose(pipe)));
RULE_MEASURED(posix_spawn, posix_spawn, process, (),
              posix_spawn(&child, "/bin/sh", NULL, NULL, no_argv, environ), (),
              posix_spawn(&child, "none", NULL, NULL, true_argv, environ));
RULE_MEASURED(posix_spawnp, posix_spawnp, process, (),
              posix_spawnp(&child, "true", NULL, NULL, true_argv, environ), (),
              posix_spawnp(&child, "", NULL, NULL, true_argv, environ));
RULE_MEASURED(fork, fork, process, (forks_are_slow = true), is_forked(fork()),
              (), RULE_OUTSIDE(is_forked(fork())));
RULE_MEASURED(__fork, fork, process, (forks_are_slow = true),
              is_forked(__fork()), (), RULE_OUTSIDE(is_forked(__fork())));
RULE_MEASURED(__libc_fork, fork, process, (forks_are_slow = true),
              is_forked(__libc_fork()), (),
              RULE_OUTSIDE(is_forked(__libc_fork())));
