// Intent: inside a function that was accepted everything is, on any depth, and
// on no other thread; disabled threads are not looked at, others are.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: not grep "usleep(1[0-9])" %t.log
// CHECK: usleep(20)
// CHECK: usleep(21)
// CHECK: on event loop thread T{{[1-9]}}
// CHECK-NEXT: usleep(22)
// CHECK: on event loop thread T{{[1-9]}}
// CHECK-NEXT: usleep(23)
// CHECK: end

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

static volatile int calls;

__attribute__((noinline)) static void block(unsigned time, int depth) {
  if (depth)
    block(time, depth - 1);
  else
    usleep(time);
  calls++;
}

__attribute__((noinline)) static void load_config(unsigned time) {
  block(time, 10);
  calls++;
}

static void *sleep_in_loop(void *time) {
  __bsan_enter_loop();
  load_config(10);
  block((unsigned)(long)time, 0);
  __bsan_leave_loop();
  return NULL;
}

static void run_thread(long time) {
  pthread_t thread;
  pthread_create(&thread, NULL, sleep_in_loop, (void *)time);
  pthread_join(thread, NULL);
}

int main(void) {
  __bsan_enter_loop();
  load_config(20);
  if (!__bsan_can_block_in("blocking", "accepted.c", "load_config"))
    return 1;
  load_config(11);
  block(21, 10);
  __bsan_leave_loop();
  run_thread(22);
  __bsan_enter_loop();
  __bsan_disable();
  block(12, 0);
  run_thread(23);
  block(13, 0);
  __bsan_enable();
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
