// Intent: vfork, exec, posix_spawn and system inside a callback leave the
// parent's state alone; what a child of vfork does is not reported.

// RUN: %bsan_cc -Wno-deprecated-declarations %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK-NOT: blocking-call: close
// CHECK: step: vfork and _exit: 7
// CHECK: step: vfork and exec: 5
// CHECK: step: posix_spawn: 5
// CHECK: step: still in the loop: 1
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(1)
// CHECK: blocking-call: system on
// CHECK-NEXT: system("exit 5"): process: it waits for another process
// CHECK: step: system: 5
// CHECK-NOT: blocking-call:
// CHECK: step: end

#define _GNU_SOURCE
#include <sanitizer/bsan_interface.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEP(name, value) fprintf(stderr, "step: " name ": %d\n", value)

static char *const command[] = {"sh", "-c", "exit 5", NULL};

static int collect(pid_t child) {
  int status = 0;
  __bsan_disable();
  waitpid(child, &status, 0);
  __bsan_enable();
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void) {
  pid_t child;
  __bsan_enter_loop();
  child = vfork();
  if (child == 0)
    _exit(7);
  STEP("vfork and _exit", collect(child));
  child = vfork();
  if (child == 0) {
    execve("/bin/sh", command, environ);
    _exit(1);
  }
  STEP("vfork and exec", collect(child));
  if (posix_spawn(&child, "/bin/sh", NULL, NULL, command, environ))
    return 1;
  STEP("posix_spawn", collect(child));
  STEP("still in the loop", __bsan_in_loop());
  usleep(1);
  STEP("system", WEXITSTATUS(system("exit 5")));
  __bsan_leave_loop();
  STEP("end", 0);
  return 0;
}
