// Intent: log_callbacks_us writes a line for callbacks that took as long, of
// every loop; not in a forked child for those of its parent.

// RUN: %bsan_cc %s -o %t -pthread
// RUN: %env_bsan_opts=checks=-all:log_format=json:log_callbacks_us=5000 %run %t 2>%t.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.log > %t.txt
// RUN: grep -v "^summary" %t.txt | FileCheck %s
// CHECK: {{^}}callbacks thread='callbacks.c.tmp' loop='ui' adapter='hooks' iteration=2{{$}}
// CHECK-NEXT: {{^}}callbacks {{.*}} loop='serve' adapter='learned' iteration=3{{$}}
// CHECK-NEXT: {{^}}loop
// CHECK-NOT: {{^}}callbacks
// RUN: grep -o '"type":"callbacks".*' %t.log | grep -o '"duration_us":[0-9]*' | FileCheck %s --check-prefix=DURATION
// DURATION: "duration_us":{{[1-9][0-9]{4,}$}}
// DURATION-NEXT: "duration_us":{{[1-9][0-9]{4,}$}}

// RUN: %env_bsan_opts=checks=-all:log_format=json %run %t 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: %env_bsan_opts=checks=-all:log_callbacks_us=1 %run %t 2>&1 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: callbacks"
// RUN: %env_bsan_opts=log_callbacks_us=-1:checks=-all %run %t 2>&1 | FileCheck %s --check-prefix=RANGE
// RANGE: BlockSanitizer: WARNING: -1 is no value for log_callbacks_us: expected 0 or more; keeping 0

#include <sanitizer/bsan_interface.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

static int status;

static void *serve(void *arg) {
  struct epoll_event event;
  int loop = epoll_create1(0);
  for (int i = 0; i < 4; i++) {
    epoll_wait(loop, &event, 1, 0);
    if (i == 2) {
      usleep(10000);
      if (fork() == 0)
        exit(0);
      wait(&status);
    }
  }
  return arg;
}

int main(void) {
  pthread_t thread;
  for (int i = 1; i <= 3; i++) {
    __bsan_enter_loop_named("ui");
    if (i == 2)
      usleep(10000);
    __bsan_leave_loop();
  }
  if (pthread_create(&thread, NULL, serve, NULL))
    return 1;
  pthread_join(thread, NULL);
  return status;
}
