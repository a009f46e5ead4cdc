// Intent: an exception passes through a trampoline to the callback that called
// the named function, and what the callback calls then is looked at.

// REQUIRES: c++
// RUN: %plain_cxx -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cxx %s -o %t %t.so
// RUN: %env_bsan_opts="blocking_functions=my_throw,*my_method*:halt_on_error=0:exitcode=0" %exits 0 %run %t 2>&1 | FileCheck %s
// CHECK: blocking-call: my_throw on event
// CHECK: caught 5
// CHECK: blocking-call: usleep on event
// CHECK: usleep(2)
// CHECK: blocking-call: {{.*}}my_method{{.*}} on event
// CHECK: caught 6
// CHECK: blocking-call: usleep on event
// CHECK: usleep(3)
// CHECK: end

#include <cstdio>
#include <sanitizer/bsan_interface.h>
#include <unistd.h>

extern "C" void my_throw(int value);

struct Database {
  int rows;
  void my_method(int value);
};

#ifdef LIBRARY
void my_throw(int value) { throw value; }
void Database::my_method(int value) { throw value + rows; }
#else
static volatile int calls;

int main() {
  Database database = {1};
  __bsan_enter_loop();
  try {
    my_throw(5);
  } catch (int value) {
    std::fprintf(stderr, "caught %d\n", value);
  }
  usleep(2);
  try {
    database.my_method(5);
  } catch (int value) {
    std::fprintf(stderr, "caught %d\n", value);
  }
  usleep(3);
  __bsan_leave_loop();
  std::fputs("end\n", stderr);
  return 0;
}
#endif
