// Intent: forks in the middle of reports: every process prints its own, once, with
// symbols; a child neither repeats its parent's nor waits for its thread.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:log_path=%t.dir/log %exits 44 %run %t > %t.out
// RUN: FileCheck %s < %t.out
// RUN: %python %S/Inputs/one_report_each.py 21 %t.dir/log.*
// CHECK: 20 children ended with 44

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 20 };

__attribute__((noinline)) static void on_request(void) {
  usleep(1);
  __asm__ volatile("");  // No jump to it.
}

// One place in the program, and not one each of an unrolled loop's.
__attribute__((noinline)) static void run_loop(void) {
  __bsan_enter_loop();
  on_request();
  __bsan_leave_loop();
}

int main(void) {
  int good = 0, status;
  for (volatile int i = 0; i < CHILDREN; i++) {
    run_loop();
    pid_t child = fork();
    if (child == 0) {
      run_loop();
      exit(0);
    }
  }
  while (wait(&status) > 0)
    good += WIFEXITED(status) && WEXITSTATUS(status) == 44;
  printf("%d children ended with 44\n", good);
  return 0;
}
