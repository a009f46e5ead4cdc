// Intent: blockbuster knows the blocking calls that nobody can change (imports,
// debuggers, coverage, the start of a thread); so does this runtime: writers of
// coverage data and what loop libraries do by design are accepted from the
// start, and starting a thread is no rule; nothing else is accepted.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK-NOT: WARNING
// CHECK: accepted
// CHECK: #1 {{.*}} in gcov_dump
// CHECK-NOT: WARNING
// RUN: %env_bsan_opts=verbosity=1:halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s --check-prefix=TOLD
// TOLD: Suppressions used:
// TOLD-DAG: blocking:*:__gcov_*
// TOLD-DAG: pipe:*:uv_spawn
// TOLD-DAG: nanosleep:*:ev_sleep
// TOLD-DAG: lock:*:CRYPTO_THREAD_write_lock

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "Inputs/caller.h"

static int pipe_fds[2];
static char data[2];
static sem_t semaphore;
static struct timespec soon, moment = {0, 1000};

CALLER(__gcov_dump, stat("/", &status))
CALLER(uv_spawn, (void)!read(pipe_fds[0], data, 1))
CALLER(ev_sleep, nanosleep(&moment, NULL))
CALLER(CRYPTO_THREAD_write_lock, sem_timedwait(&semaphore, &soon))
CALLER(gcov_dump, stat("/", &status))

static void *run_thread(void *unused) { return unused; }

int main(void) {
  pthread_t thread;
  if (pipe(pipe_fds) != 0 || write(pipe_fds[1], "ab", 2) != 2)
    return 1;
  sem_init(&semaphore, 0, 0);
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_sec++;
  __bsan_enter_loop();
  CRYPTO_THREAD_write_lock();
  __gcov_dump();
  uv_spawn();
  ev_sleep();
  if (pthread_create(&thread, NULL, run_thread, NULL) != 0)
    return 1;
  SAY("accepted");
  gcov_dump();
  __bsan_leave_loop();
  return pthread_join(thread, NULL);
}
