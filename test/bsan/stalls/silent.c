// Intent: what takes less than stall_ms is no stall, nor is a wait of the loop, nor
// what runs unchecked, on a thread that was not chosen, after the loop, or while
// the process is stopped.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: env BSAN_OPTIONS=checks=-all:stall_ms=60000 %run %t 2>&1 | count 0
// RUN: env BSAN_OPTIONS=checks=-all:stall_ms=50 %run %t wait disabled deactivated 2>&1 | count 0
// RUN: env "BSAN_OPTIONS=checks=-all:stall_ms=50:ignore_threads=silent*" %run %t 2>&1 | count 0
// RUN: env BSAN_OPTIONS=checks=-all:stall_ms=50:loop_threads=other %run %t 2>&1 | count 0
// RUN: env BSAN_OPTIONS=checks=-all:stall_ms=50 %run %t after 2>&1 | count 0
// RUN: env BSAN_OPTIONS=checks=-all:stall_ms=400 %run %t stopped 2>&1 | count 0

#include <sanitizer/bsan_interface.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void compute(long ms) {
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do
    clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - start.tv_sec) * 1000 +
             (now.tv_nsec - start.tv_nsec) / 1000000 <
         ms);
}

__attribute__((noinline)) static void run_loop(int timeout) {
  struct epoll_event event;
  int loop = epoll_create1(0);
  epoll_wait(loop, &event, 1, timeout);
  close(loop);
}

// Whoever stops a process is another one.
static void be_stopped(void) {
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    struct timespec second = {1, 0};
    kill(parent, SIGSTOP);
    nanosleep(&second, NULL);
    kill(parent, SIGCONT);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static void run(const char *kind) {
  if (strcmp(kind, "wait") == 0) {
    run_loop(300);
    return;
  }
  if (strcmp(kind, "after") == 0) {
    run_loop(0);
    compute(300);
    return;
  }
  __bsan_enter_loop();
  if (strcmp(kind, "stopped") == 0) {
    be_stopped();
  } else if (strcmp(kind, "disabled") == 0) {
    __bsan_disable();
    compute(300);
    __bsan_enable();
  } else if (strcmp(kind, "deactivated") == 0) {
    __bsan_deactivate();
    compute(300);
    __bsan_activate();
  }
  __bsan_leave_loop();
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    run(argv[i]);
  if (argc == 1) {
    __bsan_enter_loop();
    compute(300);
    __bsan_leave_loop();
  }
  return 0;
}
