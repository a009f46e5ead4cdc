// Intent: BSAN_CTX blocks of two threads that overlap are both checked to their
// ends, and afterwards checking is as it was.

// REQUIRES: !preload
// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=enabled=0:halt_on_error=0:exitcode=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: usleep(21)
// CHECK: usleep(22)
// CHECK-NOT: usleep(
// CHECK: end

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

static pthread_barrier_t barrier;

static void meet(void) {
  __bsan_disable();
  pthread_barrier_wait(&barrier);
  __bsan_enable();
}

static void *overlap(void *unused) {
  __bsan_enter_loop();
  meet();
  BSAN_CTX {
    meet();  // Both are in.
    meet();  // The other one is out.
    usleep(22);
  }
  usleep(12);
  __bsan_leave_loop();
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, overlap, NULL);
  __bsan_enter_loop();
  BSAN_CTX {
    meet();
    meet();
    usleep(21);
  }
  meet();
  __bsan_leave_loop();
  pthread_join(thread, NULL);
  __bsan_enter_loop();
  usleep(11);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
