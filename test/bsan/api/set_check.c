// Intent: what is checked can be changed while the program runs, by call, by
// class and for all, at once on every thread; an unknown name is refused.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t 2>&1 | FileCheck %s
// CHECK: step: all on
// CHECK: blocking-call: usleep on
// CHECK: blocking-call: nanosleep on
// CHECK: blocking-call: stat on
// CHECK: step: without usleep
// CHECK-NOT: blocking-call: usleep
// CHECK: blocking-call: nanosleep on
// CHECK: blocking-call: stat on
// CHECK: step: without sleep
// CHECK-NOT: sleep on
// CHECK: blocking-call: stat on
// CHECK: step: usleep again
// CHECK: blocking-call: usleep on
// CHECK-NOT: blocking-call: nanosleep
// CHECK: blocking-call: stat on
// CHECK: step: nothing
// CHECK-NOT: blocking-call
// CHECK: step: all again
// CHECK: blocking-call: usleep on
// CHECK: blocking-call: nanosleep on
// CHECK: blocking-call: stat on
// CHECK: step: another thread
// CHECK-NOT: blocking-call: usleep
// CHECK: blocking-call: nanosleep on
// CHECK: step: unknown
// CHECK-NOT: blocking-call
// CHECK: end

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STEP(name) fputs("step: " name "\n", stderr)

static int failures;

static void expect(int is_good, const char *what) {
  if (!is_good)
    fprintf(stderr, "failed: %s\n", what);
  failures += !is_good;
}
#define EXPECT(condition) expect(condition, #condition)

__attribute__((noinline)) static void block(void) {
  struct timespec moment = {0, 1};
  struct stat st;
  __bsan_enter_loop();
  usleep(1);
  nanosleep(&moment, NULL);
  stat("/etc/hosts", &st);
  __bsan_leave_loop();
}

static void *turn_off(void *unused) {
  EXPECT(__bsan_set_check("usleep", 0) == 1);
  return unused;
}

int main(void) {
  pthread_t thread;
  STEP("all on");
  block();
  STEP("without usleep");
  EXPECT(__bsan_set_check("usleep", 0) == 1);
  block();
  STEP("without sleep");
  EXPECT(__bsan_set_check("sleep", 0) == 1);
  block();
  STEP("usleep again");
  EXPECT(__bsan_set_check("usleep", 1) == 1);
  block();
  STEP("nothing");
  EXPECT(__bsan_set_check("all", 0) == 1);
  block();
  STEP("all again");
  EXPECT(__bsan_set_check("all", -1) == 1);
  block();
  STEP("another thread");
  pthread_create(&thread, NULL, turn_off, NULL);
  pthread_join(thread, NULL);
  block();
  STEP("unknown");
  EXPECT(__bsan_set_check("frobnicate", 0) == 0);
  EXPECT(__bsan_set_check("", 0) == 0);
  EXPECT(__bsan_set_check("Sleep", 0) == 0);
  fputs("end\n", stderr);
  return failures;
}
