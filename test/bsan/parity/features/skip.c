// Intent: the skip of blockbuster, which is the task's own: nothing is reported
// below a call that is allowed, nor between __bsan_disable() and
// __bsan_enable(), which nest; and other threads are not meant.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: #1 {{.*}} in on_other_thread
// CHECK: inner end
// CHECK-NOT: WARNING
// CHECK: outer end
// CHECK: #1 {{.*}} in after_skip
// CHECK: allowed call
// CHECK-NOT: in below_allowed_call
// CHECK: it is over
// CHECK: #1 {{.*}} in after_allowed_call
// CHECK: end

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>

#include "Inputs/caller.h"

CALLER(while_skipped, usleep(1))
CALLER(while_skipped_once, usleep(1))
CALLER(on_other_thread, usleep(1))
CALLER(after_skip, usleep(1))
CALLER(below_allowed_call, usleep(1))
CALLER(after_allowed_call, usleep(1))

static void *run_thread(void *unused) {
  __bsan_enter_loop();
  on_other_thread();
  __bsan_leave_loop();
  return unused;
}

static int accept_always(const char *function, int fd, void *arg) {
  (void)function, (void)fd, (void)arg;
  return 1;
}

static int sleep_and_leave_out(const struct dirent *entry) {
  (void)entry;
  below_allowed_call();
  return 0;
}

int main(void) {
  pthread_t thread;
  struct dirent **entries;
  __bsan_enter_loop();
  __bsan_disable();
  __bsan_disable();
  while_skipped();
  if (pthread_create(&thread, NULL, run_thread, NULL) != 0 ||
      pthread_join(thread, NULL) != 0)
    return 1;
  __bsan_enable();
  SAY("inner end");
  while_skipped_once();
  __bsan_enable();
  SAY("outer end");
  after_skip();
  __bsan_set_predicate("scandir", accept_always, NULL);
  SAY("allowed call");
  if (scandir("/", &entries, sleep_and_leave_out, NULL) != 0)
    return 1;
  free(entries);
  SAY("it is over");
  after_allowed_call();
  __bsan_leave_loop();
  SAY("end");
  return 0;
}
