// Intent: loop threads with the smallest stack that there can be report, whoever
// prints, and are not harmed.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 44 %run %t > %t.log 2>&1
// RUN: %python %S/../report/Inputs/count_reports.py 1 < %t.log
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0:symbolize=0:suppress_equal_stacks=0 %exits 44 %run %t > %t.log 2>&1
// RUN: %python %S/../report/Inputs/count_reports.py 200 < %t.log
// CHECK: in on_request {{.*}}small_stack.c

#include <limits.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <unistd.h>

__attribute__((noinline)) static void on_request(void) {
  usleep(1);
  __asm__ volatile("");  // No jump to it.
}

static void *run(void *unused) {
  __bsan_enter_loop();
  on_request();
  __bsan_leave_loop();
  return unused;
}

int main(void) {
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  if (pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN))
    return 1;
  for (int i = 0; i < 200; i++) {
    pthread_t thread;
    if (pthread_create(&thread, &attr, run, NULL))
      return 1;
    pthread_join(thread, NULL);
  }
  return 0;
}
