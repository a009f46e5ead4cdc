// Intent: what the parent printed before a fork is not held back in the child:
// its log is its own, and has the call of the same stack.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:max_reports=1 %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: parent [[PARENT:[0-9]+]]
// CHECK: ==[[PARENT]]==WARNING: BlockSanitizer: blocking-call: usleep
// CHECK: child [[CHILD:[0-9]+]]
// CHECK: ==[[CHILD]]==WARNING: BlockSanitizer: blocking-call: usleep
// CHECK: #1 {{.*}} in main
// CHECK: child ended with 44

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int rounds = 2;  // Not to be unrolled: one call, one stack.

int main(void) {
  pid_t child = -1;
  setvbuf(stderr, NULL, _IONBF, 0);
  fprintf(stderr, "parent %d\n", getpid());
  for (int round = 0; round < rounds; round++) {
    __bsan_enter_loop();
    usleep(1);
    __bsan_leave_loop();
    if (round == 0 && (child = fork()) != 0)
      break;
    if (round == 0)
      fprintf(stderr, "child %d\n", getpid());
  }
  int status = 0;
  if (child > 0 && waitpid(child, &status, 0) == child)
    fprintf(stderr, "child ended with %d\n", WEXITSTATUS(status));
  return 0;
}
