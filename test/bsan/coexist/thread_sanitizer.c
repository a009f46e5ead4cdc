// Intent: next to ThreadSanitizer a blocking call is found, a race too, and a
// lock that is taken by trying counts as taken.

// REQUIRES: thread, static
// RUN: %cc -g -fsanitize=thread,blocking %s -o %t -lpthread
// RUN: %exits 44 %t block 2>&1 | FileCheck %s --check-prefix=BLOCK
// BLOCK: ERROR: BlockSanitizer: blocking-call: usleep on
// BLOCK-NOT: ThreadSanitizer
// RUN: not %t race 2>&1 | FileCheck %s --check-prefix=RACE
// RACE: WARNING: ThreadSanitizer: data race
// RUN: %t lock 2>&1 | FileCheck %s --check-prefix=LOCK
// LOCK-NOT: Sanitizer
// LOCK: counted 20000

#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TIMES = 10000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counter;
static int is_locked;

static void *count(void *unused) {
  for (int i = 0; i < TIMES; i++) {
    if (is_locked)
      pthread_mutex_lock(&mutex);
    counter++;
    if (is_locked)
      pthread_mutex_unlock(&mutex);
  }
  return unused;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  pthread_t thread;
  is_locked = strcmp(what, "race") != 0;
  if (pthread_create(&thread, NULL, count, NULL))
    return 1;
  __bsan_enter_loop();
  if (strcmp(what, "block") == 0)
    usleep(1);
  __bsan_leave_loop();
  // Contended locks are findings; these are to be taken, not reported.
  __bsan_deactivate();
  __bsan_enter_loop();
  count(NULL);
  __bsan_leave_loop();
  pthread_join(thread, NULL);
  fprintf(stderr, "counted %d\n", counter);
  return 0;
}
