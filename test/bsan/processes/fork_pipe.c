// Intent: the pipes of the program are its own in the child of a fork, also when
// they have numbers that the symbolizer's had while it was started.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}} (usleep)
// CHECK: the child wrote 8, the parent read 8 of them

#define _GNU_SOURCE
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPES = 8 };

static int write_to_all(int pipes[PIPES][2]) {
  int count = 0;
  for (int i = 0; i < PIPES; i++)
    count += write(pipes[i][1], "x", 1) == 1;
  return count;
}

static int read_from_all(int pipes[PIPES][2]) {
  int count = 0;
  char byte;
  for (int i = 0; i < PIPES; i++)
    count += read(pipes[i][0], &byte, 1) == 1;
  return count;
}

int main(void) {
  int pipes[PIPES][2], status = -1;
  __bsan_enter_loop();
  usleep(1); /* Starts the symbolizer. */
  __bsan_leave_loop();
  for (int i = 0; i < PIPES; i++)
    if (pipe2(pipes[i], O_CLOEXEC | O_NONBLOCK))
      return 1;
  pid_t child = fork();
  if (child == 0)
    _exit(write_to_all(pipes));
  if (child < 0 || waitpid(child, &status, 0) != child)
    return 1;
  fprintf(stderr, "the child wrote %d, the parent read %d of them\n",
          WEXITSTATUS(status), read_from_all(pipes));
}
