// Intent: BSAN_CTX turns checking on for its block, however the block is left,
// nests, and puts back what was; activate and deactivate act on every thread.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=enabled=0:halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: not grep "usleep(1[0-9])" %t.log
// CHECK-DAG: {{^}}  usleep(21)
// CHECK-DAG: {{^}}  usleep(22)
// CHECK-DAG: {{^}}  usleep(23)
// CHECK-DAG: {{^}}  usleep(24)
// CHECK-DAG: {{^}}  usleep(25)
// CHECK-DAG: {{^}}  usleep(26)
// CHECK-DAG: {{^}}  usleep(27)
// CHECK-DAG: {{^}}  usleep(28)
// CHECK: end
// Started with checking on, it is on after the block too.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t > %t.log 2>&1
// RUN: grep "usleep(1[0-9])" %t.log > %t.found
// RUN: FileCheck %s --check-prefix=ON < %t.found
// ON: usleep(10)
// ON: usleep(11)

// REQUIRES: !preload

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

static volatile int calls;

__attribute__((noinline)) static int return_out(void) {
  BSAN_CTX {
    usleep(22);
    if (calls >= 0)
      return 1;
  }
  return 0;
}

__attribute__((noinline)) static void break_out(void) {
  for (int i = 0; i < 2; i++) {
    BSAN_CTX {
      usleep(23);
      if (calls >= 0)
        break;
      usleep(12);
    }
    usleep(13);
  }
}

__attribute__((noinline)) static void goto_out(void) {
  BSAN_CTX {
    usleep(24);
    if (calls >= 0)
      goto out;
    usleep(14);
  }
out:
  usleep(15);
}

__attribute__((noinline)) static void nest(void) {
  BSAN_CTX {
    BSAN_CTX { usleep(25); }
    usleep(26);
  }
  usleep(16);
}

static void *activate(void *unused) {
  __bsan_activate();
  return unused;
}

static void *deactivate(void *unused) {
  __bsan_deactivate();
  return unused;
}

static void run_thread(void *(*function)(void *)) {
  pthread_t thread;
  __bsan_disable();
  pthread_create(&thread, NULL, function, NULL);
  pthread_join(thread, NULL);
  __bsan_enable();
}

int main(void) {
  __bsan_enter_loop();
  usleep(10);
  BSAN_CTX { usleep(21); }
  usleep(11);
  // Not the only statement of an if: it is one statement.
  if (calls)
    BSAN_CTX usleep(17);
  else
    calls += return_out();
  break_out();
  goto_out();
  nest();
  // Leaves the block at once, to go on behind it.
  BSAN_CTX {
    usleep(27);
    continue;
  }
  run_thread(activate);
  usleep(28);
  run_thread(deactivate);
  usleep(18);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return calls == 1 ? 0 : 1;
}
