// Intent: code without debug information is suppressed by the name of its file,
// and everything that a library calls by called_from_lib.

// REQUIRES: strip
// RUN: rm -rf %t.dir && mkdir -p %t.dir/old
// RUN: %bsan_cc -DLIBRARY -shared -fPIC %s -o %t.dir/libslow.so
// RUN: strip %t.dir/libslow.so
// RUN: %bsan_cc %s -o %t.dir/program %t.dir/libslow.so -Wl,-rpath,%t.dir
// RUN: %exits 44 %run %t.dir/program 2>&1 | FileCheck %s
// CHECK: #1 {{.*}}in slow_call {{.*}}libslow.so

// RUN: cp %t.dir/program %t.dir/stripped && strip %t.dir/stripped
// RUN: %python %S/Inputs/check_match.py %s %t.dir %run %t.dir/stripped
// ACCEPTED: blocking:libslow.so:slow_call
// ACCEPTED: blocking:libslow.so:*
// ACCEPTED: blocking:module.c.tmp.dir/libslow.so:*
// ACCEPTED: blocking:stripped:*
// ACCEPTED: usleep:lib*.so:*
// ACCEPTED: called_from_lib:libslow.so
// ACCEPTED: called_from_lib:libslow*
// REPORTED: blocking:slow.so:*
// REPORTED: blocking:libother.so:*
// REPORTED: called_from_lib:slow.so
// REPORTED: sleep:module.c:*

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

#ifdef LIBRARY
void slow_call(void);
static volatile int calls;
void slow_call(void) {
  usleep(1);
  calls++;
}
#else
void slow_call(void);

int main(void) {
  __bsan_enter_loop();
  slow_call();
  __bsan_leave_loop();
  return 0;
}
#endif
