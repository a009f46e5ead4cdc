// Intent: the loop does not wait for the symbolizer: it finishes 1500 callbacks,
// each with a call from a place of its own, and forks, while a symbolizer does
// not answer before they are done. More places than the ring holds: no report is
// lost, none doubled, and the exit code is right.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: echo '#!/bin/sh' > %t.dir/llvm-symbolizer-slow
// RUN: echo 'until [ -e %t.dir/done ]; do sleep 0.01; done' >> %t.dir/llvm-symbolizer-slow
// RUN: echo 'exec %symbolizer "$@"' >> %t.dir/llvm-symbolizer-slow
// RUN: chmod +x %t.dir/llvm-symbolizer-slow
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:external_symbolizer_path=%t.dir/llvm-symbolizer-slow %exits 44 %run %t %t.dir/done > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %python %S/Inputs/count_reports.py 1500 < %t.log
// CHECK-NOT: blocking-call
// CHECK: child ended with 0
// CHECK-NEXT: 1500 callbacks
// The first one whole, though it was printed last.
// CHECK: WARNING: BlockSanitizer: blocking-call: open on event loop thread T0 "slow_symbolizer" (hooks, main)
// CHECK-NEXT: open("/etc/hosts"): file:
// CHECK: #1 {{.*}} in on_request {{.*}}slow_symbolizer.c:[[#@LINE+22]]
// Those for which there was no room.
// CHECK: open(...): file:
// CHECK-NEXT: #0 {{.*}} in open

#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH = 11 };

#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

static void go_left(int number, int level);
static void go_right(int number, int level);

// Each number makes another stack.
__attribute__((noinline)) static void on_request(int number, int level) {
  if (level == DEPTH)
    close(open("/etc/hosts", O_RDONLY));
  else if (number >> level & 1)
    go_left(number, level + 1);
  else
    go_right(number, level + 1);
  KEEP_FRAME();
}

__attribute__((noinline)) static void go_left(int number, int level) {
  on_request(number, level);
  KEEP_FRAME();
}

__attribute__((noinline)) static void go_right(int number, int level) {
  on_request(number, level);
  __asm__ volatile("nop");  // Not the same code as go_left, for one function.
}

int main(int argc, char **argv) {
  int count = 0, status = 0;
  for (; count < 1500; count++) {
    __bsan_enter_loop();
    on_request(count, 0);
    __bsan_leave_loop();
    // It has been started by now, or is being started.
    pid_t child = count == 0 ? fork() : 1;
    if (child == 0)
      exit(0);
    if (count == 0 && waitpid(child, &status, 0) == child)
      fprintf(stderr, "child ended with %d\n", WEXITSTATUS(status));
  }
  fprintf(stderr, "%d callbacks\n", count);
  return argc > 1 && open(argv[1], O_CREAT | O_WRONLY, 0600) < 0;
}
