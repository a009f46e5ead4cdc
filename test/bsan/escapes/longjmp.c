// Intent: a longjmp out of a callback, and by a signal handler out of a call
// that blocks, hides no later call and makes none of those outside a finding.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: step: jumped out of a callback
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(2)
// CHECK: step: jumped out of a read
// CHECK: #1 {{.*}} in shallow
// CHECK: #1 {{.*}} in deeper
// CHECK: step: outside
// CHECK-NOT: blocking-call:
// CHECK: step: inside again
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(5)
// CHECK: step: end

#define _GNU_SOURCE
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEP(name) fputs("step: " name "\n", stderr)

static jmp_buf out_of_callback;
static sigjmp_buf out_of_read;
static int ends[2];
static volatile int calls;

__attribute__((noinline)) static void callback(void) {
  longjmp(out_of_callback, 1);
}

static void jump(int number) {
  (void)number;
  siglongjmp(out_of_read, 1);
}

// Sends the signal once the main thread sleeps in read.
static void *interrupt(void *main_thread) {
  char path[64], state[64] = "";
  snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", getpid());
  char number[16];
  int length = snprintf(number, sizeof(number), "%d ", SYS_read);
  while (strncmp(state, number, (size_t)length) != 0) {
    FILE *file = fopen(path, "r");
    if (!file || !fgets(state, sizeof(state), file))
      state[0] = 0;
    if (file)
      fclose(file);
    sched_yield();
  }
  pthread_kill(*(pthread_t *)main_thread, SIGUSR1);
  return NULL;
}

__attribute__((noinline)) static void shallow(void) {
  usleep(3);
  calls++;
}

__attribute__((noinline)) static void deeper(int depth) {
  volatile char frame[256];
  frame[0] = (char)depth;
  if (depth)
    deeper(depth - 1);
  else
    usleep(4);
  calls += frame[0];
}

int main(void) {
  pthread_t thread, self = pthread_self();
  char data[4];
  if (pipe(ends))
    return 1;
  signal(SIGUSR1, jump);
  __bsan_enter_loop();
  if (!setjmp(out_of_callback))
    callback();
  STEP("jumped out of a callback");
  usleep(2);
  if (!sigsetjmp(out_of_read, 1)) {
    pthread_create(&thread, NULL, interrupt, &self);
    while (read(ends[0], data, 4) >= 0)
      ;
  }
  STEP("jumped out of a read");
  shallow();
  deeper(8);
  __bsan_leave_loop();
  STEP("outside");
  usleep(1);
  STEP("inside again");
  __bsan_enter_loop();
  usleep(5);
  __bsan_leave_loop();
  STEP("end");
  __bsan_disable();
  pthread_join(thread, NULL);
  return calls ? 0 : 1;
}
