// Intent: a thread may be cancelled in a call that blocks inside its loop; its
// cleanup runs, and other threads and loops go on.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:report=actual:min_block_us=0 %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: cleaned up
// CHECK: cancelled
// CHECK: blocking-call: usleep on event loop thread T{{[0-9]+}}
// CHECK: joined
// CHECK: blocking-call: usleep on event loop thread T0
// CHECK: end

#define _GNU_SOURCE
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ends[2];
static volatile int reader_tid;

static void clean_up(void *unused) {
  (void)unused;
  __bsan_leave_loop();
  fputs("cleaned up\n", stderr);
}

static void *read_for_ever(void *unused) {
  char data[4];
  pthread_cleanup_push(clean_up, NULL);
  __bsan_enter_loop_named("reader");
  reader_tid = (int)syscall(SYS_gettid);
  while (read(ends[0], data, 4) >= 0)
    ;
  pthread_cleanup_pop(1);
  return unused;
}

static void *sleep_in_loop(void *unused) {
  __bsan_enter_loop_named("sleeper");
  usleep(1000);
  __bsan_leave_loop();
  return unused;
}

static void wait_for_read(void) {
  char path[64], state[64] = "", number[16];
  int length = snprintf(number, sizeof(number), "%d ", SYS_read);
  while (strncmp(state, number, (size_t)length) != 0) {
    snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", reader_tid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(state, sizeof(state), file))
      state[0] = 0;
    if (file)
      fclose(file);
    sched_yield();
  }
}

int main(void) {
  pthread_t reader, sleeper;
  void *result;
  if (pipe(ends) || pthread_create(&reader, NULL, read_for_ever, NULL))
    return 1;
  wait_for_read();
  pthread_cancel(reader);
  if (pthread_join(reader, &result) || result != PTHREAD_CANCELED)
    return 2;
  fputs("cancelled\n", stderr);
  if (pthread_create(&sleeper, NULL, sleep_in_loop, NULL))
    return 3;
  pthread_join(sleeper, NULL);
  fputs("joined\n", stderr);
  __bsan_enter_loop();
  usleep(1000);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
