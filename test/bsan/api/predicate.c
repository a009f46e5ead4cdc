// Intent: a predicate decides about each call, with what it is told; it may
// block itself, and may be set and unset while other threads ask it.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:suppress_equal_stacks=0:print_stats_on_exit=1 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: accept
// CHECK-NEXT: step: per call
// CHECK-NEXT: ====
// CHECK: blocking-call: usleep on
// CHECK: usleep(2)
// CHECK-NOT: usleep(4)
// CHECK: step: descriptor
// CHECK: blocking-call: read on
// CHECK-NOT: blocking-call: read
// CHECK: step: others
// CHECK: blocking-call: nanosleep on
// CHECK: step: unset
// CHECK: blocking-call: usleep on
// CHECK: usleep(6)
// CHECK: step: threads
// CHECK: end
// CHECK: calls
// CHECK-NOT: accept_sleeps
// RUN: %env_bsan_opts=symbolize=0 %exits 44 %run %t fatal > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=FATAL < %t.log
// FATAL: step: accept
// FATAL-NEXT: step: per call
// FATAL: ERROR: BlockSanitizer: blocking-call: usleep

#include <fcntl.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
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

struct asked {
  int count, answer, fd;
  char name[32];
  pthread_t thread;
};

static int answer(const char *function, int fd, void *arg) {
  struct asked *asked = arg;
  asked->count++;
  asked->fd = fd;
  asked->thread = pthread_self();
  snprintf(asked->name, sizeof(asked->name), "%s", function);
  return asked->answer;
}

// Blocks, by the call that it is asked about.
static int accept_sleeps(const char *function, int fd, void *arg) {
  (void)function, (void)fd, (void)arg;
  usleep(1);
  return 1;
}

static int accept_descriptor(const char *function, int fd, void *arg) {
  (void)function;
  return fd == *(int *)arg;
}

static void test_descriptor(void) {
  int ends[4];
  char data;
  if (pipe(ends) || pipe(ends + 2) || write(ends[1], "a", 1) != 1 ||
      write(ends[3], "a", 1) != 1)
    return;
  EXPECT(__bsan_set_predicate("read", accept_descriptor, &ends[2]) == 1);
  __bsan_enter_loop();
  EXPECT(read(ends[0], &data, 1) == 1);
  EXPECT(read(ends[2], &data, 1) == 1);
  __bsan_leave_loop();
  EXPECT(__bsan_set_predicate("read", NULL, NULL) == 1);
}

static volatile int is_over;

static void *change(void *unused) {
  while (!is_over) {
    __bsan_set_predicate("usleep", accept_sleeps, NULL);
    __bsan_set_predicate("usleep", accept_sleeps, &is_over);
  }
  return unused;
}

static void *sleep_in_loop(void *unused) {
  __bsan_enter_loop();
  for (int i = 0; i < 500; i++)
    usleep(1);
  __bsan_leave_loop();
  return unused;
}

static void test_threads(void) {
  pthread_t sleepers[4], changer;
  __bsan_set_check("usleep", 0);
  pthread_create(&changer, NULL, change, NULL);
  for (int i = 0; i < 4; i++)
    pthread_create(&sleepers[i], NULL, sleep_in_loop, NULL);
  for (int i = 0; i < 4; i++)
    pthread_join(sleepers[i], NULL);
  is_over = 1;
  pthread_join(changer, NULL);
}

int main(void) {
  struct asked asked = {.answer = 1};
  struct timespec moment = {0, 1};
  STEP("accept");
  EXPECT(__bsan_set_predicate("usleep", accept_sleeps, NULL) == 1);
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  STEP("per call");
  EXPECT(__bsan_set_predicate("usleep", answer, &asked) == 1);
  usleep(3);
  EXPECT(asked.count == 0);
  __bsan_enter_loop();
  asked.answer = 0;
  usleep(2);
  asked.answer = -1;
  usleep(4);
  __bsan_leave_loop();
  EXPECT(asked.count == 2 && asked.fd == -1);
  EXPECT(strcmp(asked.name, "usleep") == 0);
  EXPECT(pthread_equal(asked.thread, pthread_self()));
  STEP("descriptor");
  test_descriptor();
  STEP("others");
  __bsan_enter_loop();
  nanosleep(&moment, NULL);
  __bsan_leave_loop();
  STEP("unset");
  EXPECT(__bsan_set_predicate("usleep", NULL, &asked) == 1);
  __bsan_enter_loop();
  usleep(6);
  __bsan_leave_loop();
  EXPECT(asked.count == 2);
  EXPECT(__bsan_set_predicate("frobnicate", answer, &asked) == 0);
  EXPECT(__bsan_set_predicate("sleep", answer, &asked) == 1);
  STEP("threads");
  test_threads();
  fputs("end\n", stderr);
  return failures;
}
