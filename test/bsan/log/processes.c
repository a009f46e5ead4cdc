// Intent: the lines of processes and threads that share a log stay whole, and
// none is lost.

// RUN: %bsan_cc %s -o %t -pthread
// RUN: rm -f %t.log
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:suppress_equal_stacks=0 %exits 44 %run %t 2>>%t.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.log > %t.txt
// RUN: grep -c "^blocking-call .*call='usleep'" %t.txt | FileCheck %s
// CHECK: {{^1600$}}
// RUN: grep -c "^summary .*calls=400 final=True" %t.txt | FileCheck %s --check-prefix=CHILDREN
// CHILDREN: {{^4$}}

#include <sanitizer/bsan_interface.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4, THREADS = 2, CALLS = 200 };

static void *run(void *arg) {
  __bsan_enter_loop();
  for (int i = 0; i < CALLS; i++)
    usleep(1);
  __bsan_leave_loop();
  return arg;
}

static void run_threads(void) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, run, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
}

int main(void) {
  int found = 0, status;
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) {
      run_threads();
      exit(0);
    }
  }
  while (wait(&status) > 0)
    found += WIFEXITED(status) && WEXITSTATUS(status) == 44;
  return found == PROCESSES ? 44 : 1;
}
