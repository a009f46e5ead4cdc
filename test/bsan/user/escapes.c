// Intent: a longjmp out of a named function, a cancellation in it and a
// backtrace taken from it work as without the runtime, and hide no later call.

// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so -lpthread
// RUN: %bsan_cc %s -o %t %t.so -lpthread
// RUN: %env_bsan_opts="blocking_functions=my_*:halt_on_error=0:exitcode=0" %exits 0 %run %t 2>&1 | FileCheck %s
// CHECK: step: longjmp
// CHECK: blocking-call: my_jump on event
// CHECK: step: jumped
// CHECK: blocking-call: usleep on event
// CHECK: usleep(21)
// CHECK: step: backtrace
// CHECK: blocking-call: my_backtrace on event
// CHECK: step: cancel
// CHECK: blocking-call: my_wait on event loop thread T1
// CHECK: cleaned up
// CHECK-NOT: blocking-call: pause
// CHECK: cancelled
// CHECK: end

#define _GNU_SOURCE
#include <execinfo.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEP(name) fputs("step: " name "\n", stderr)

void my_jump(jmp_buf place, int value);
int my_backtrace(void **frames, int max);
void my_wait(volatile int *is_waiting);

#ifdef LIBRARY
void my_jump(jmp_buf place, int value) { longjmp(place, value); }
int my_backtrace(void **frames, int max) { return backtrace(frames, max); }
void my_wait(volatile int *is_waiting) {
  *is_waiting = 1;
  for (;;)
    pause();
}
#else
static volatile int calls, is_waiting;
static jmp_buf place;

// Its own frame has to be in the backtrace of what it calls.
__attribute__((noinline)) static int take_backtrace(void) {
  void *frames[32];
  int count = my_backtrace(frames, 32);
  int own = 0;
  for (int i = 0; i < count; i++) {
    long offset = (char *)frames[i] - (char *)take_backtrace;
    own += offset > 0 && offset < 160;
  }
  calls++;
  return own == 1 && count >= 4;
}

static void clean_up(void *unused) {
  (void)unused;
  fputs("cleaned up\n", stderr);
}

static void *wait_for_ever(void *unused) {
  __bsan_enter_loop();
  pthread_cleanup_push(clean_up, NULL);
  my_wait(&is_waiting);
  pthread_cleanup_pop(0);
  return unused;
}

int main(void) {
  pthread_t thread;
  void *result;
  __bsan_enter_loop();
  STEP("longjmp");
  int value = setjmp(place);
  if (!value)
    my_jump(place, 7);
  STEP("jumped");
  usleep(21);
  STEP("backtrace");
  if (value != 7 || !take_backtrace())
    return 1;
  __bsan_leave_loop();
  STEP("cancel");
  if (pthread_create(&thread, NULL, wait_for_ever, NULL))
    return 2;
  while (!is_waiting)
    usleep(1000);
  pthread_cancel(thread);
  if (pthread_join(thread, &result) || result != PTHREAD_CANCELED)
    return 3;
  fputs("cancelled\n", stderr);
  fputs("end\n", stderr);
  return 0;
}
#endif
