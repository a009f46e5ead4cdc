// Intent: the child of a fork inside a callback is outside of every loop, may
// block, enter its own loop, and reports with its own process id, once.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0 %exits 44 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: parent [[PARENT:[0-9]+]]
// CHECK: ==[[PARENT]]==WARNING: BlockSanitizer: blocking-call: usleep
// CHECK-NEXT: usleep(1)
// CHECK: child [[CHILD:[0-9]+]]
// CHECK-NEXT: in loop: 0
// CHECK-NEXT: {{^}}=====
// CHECK-NEXT: ==[[CHILD]]==WARNING: BlockSanitizer: blocking-call: usleep on event loop thread T0
// CHECK-NEXT: usleep(3)
// CHECK: child ended with 44
// CHECK: quiet child ended with 0
// CHECK: ==[[PARENT]]==WARNING: BlockSanitizer: blocking-call: usleep
// CHECK-NEXT: usleep(4)
// CHECK-NOT: blocking-call:

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_child(void) {
  fprintf(stderr, "child %d\nin loop: %d\n", getpid(), __bsan_in_loop());
  usleep(2);
  __bsan_enter_loop();
  usleep(3);
  __bsan_leave_loop();
  exit(0);
}

// Outside of the loop for the wait alone.
static int collect(pid_t child) {
  int status = 0;
  __bsan_disable();
  waitpid(child, &status, 0);
  __bsan_enable();
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *start_and_end(void *unused) { return unused; }

int main(void) {
  pthread_t thread;
  setvbuf(stderr, NULL, _IONBF, 0);
  fprintf(stderr, "parent %d\n", getpid());
  if (pthread_create(&thread, NULL, start_and_end, NULL))
    return 1;
  __bsan_enter_loop();
  usleep(1);
  pid_t child = fork();
  if (child == 0)
    run_child();
  fprintf(stderr, "child ended with %d\n", collect(child));
  child = fork();
  if (child == 0)
    exit(0);
  fprintf(stderr, "quiet child ended with %d\n", collect(child));
  usleep(4);
  __bsan_leave_loop();
  pthread_join(thread, NULL);
  return 0;
}
