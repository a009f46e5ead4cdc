// Intent: a loop whose parts are in different shared objects is one loop: one
// waits, one has the loop, and the callbacks are the program's.

// RUN: %plain_cc -g -shared -fPIC -DWAITER %s -o %t.waiter.so
// RUN: %plain_cc -g -shared -fPIC -DLOOPER %s -o %t.looper.so %t.waiter.so -Wl,-rpath,%T
// RUN: %bsan_cc %s -o %t %t.looper.so %t.waiter.so -Wl,-rpath,%T
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=SILENT < %t.log
// CHECK: step: loop
// CHECK: blocking-call: usleep on event loop thread T0 "libraries.c.tmp" (learned, looper_run)
// CHECK: #1 {{.*}} in in_callback
// CHECK: step: end
// SILENT-NOT: in after_loop

#include "Inputs/loop.h"

int waiter_wait(int epoll);
void looper_run(int epoll, void (*prepare)(void), void (*callback)(void));

#if defined(WAITER)
int waiter_wait(int epoll) {
  struct epoll_event event;
  int count = epoll_wait(epoll, &event, 1, -1);
  calls++;
  return count;
}
#elif defined(LOOPER)
void looper_run(int epoll, void (*prepare)(void), void (*callback)(void)) {
  for (int round = 0; round < loop_rounds; round++) {
    prepare();
    if (waiter_wait(epoll) == 1)
      callback();
  }
  calls++;
}
#else
BLOCKING(in_callback)
BLOCKING(after_loop)

static void callback(void) {
  loop_drain();
  in_callback();
}

NOINLINE static void serve(void) {
  looper_run(loop_epoll, loop_wake, callback);
  calls++;
}

int main(void) {
  loop_make();
  STEP("loop");
  serve();
  after_loop();
  STEP("end");
  return 0;
}
#endif
