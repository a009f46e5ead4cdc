// Intent: an exception that leaves a callback leaves the thread's state as the
// hooks know it: what is inside the loop is reported, what is outside is not.

// REQUIRES: c++
// RUN: %bsan_cxx %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t 2>&1 | FileCheck %s
// CHECK: caught
// CHECK-NEXT: blocking outside
// CHECK-NEXT: {{^}}=====
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(2)
// CHECK-NOT: blocking-call:
// CHECK: thrown through the call
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(3)
// CHECK: blocking-call: usleep
// CHECK-NEXT: usleep(4)
// CHECK: #1 {{.*}} in deeper
// CHECK: end

#include <dirent.h>
#include <sanitizer/bsan_interface.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

static volatile int calls;

static int filter(const dirent *) { throw std::runtime_error("filter"); }

__attribute__((noinline)) static void callback() {
  throw std::runtime_error("callback");
}

__attribute__((noinline)) static void deeper() {
  usleep(4);
  calls = calls + 1;
}

int main() {
  try {
    __bsan_enter_loop();
    callback();
    __bsan_leave_loop();
  } catch (const std::exception &) {
    __bsan_leave_loop();
    std::fputs("caught\n", stderr);
  }
  usleep(1);
  std::fputs("blocking outside\n", stderr);
  __bsan_enter_loop();
  usleep(2);
  try {
    // Out of a wrapped function, whose second half never runs.
    dirent **names;
    scandir("/", &names, filter, nullptr);
  } catch (const std::exception &) {
    std::fputs("thrown through the call\n", stderr);
  }
  usleep(3);
  deeper();
  __bsan_leave_loop();
  std::fputs("end\n", stderr);
  return 0;
}
