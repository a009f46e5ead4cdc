// Intent: scan_modules= leaves only calls with a frame in one of its modules,
// exclude_modules= takes some of those away and does nothing alone.

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %bsan_cc -DLIBRARY=one -shared -fPIC %s -o %t.dir/libone.so
// RUN: %bsan_cc -DLIBRARY=two -shared -fPIC %s -o %t.dir/libtwo.so
// RUN: %bsan_cc %s -o %t.dir/program %t.dir/libone.so %t.dir/libtwo.so
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t.dir/program 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: %env_bsan_opts="scan_modules=lib*.so,program:halt_on_error=0:exitcode=0" %exits 0 %run %t.dir/program 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: %env_bsan_opts="exclude_modules=lib*.so,program:halt_on_error=0:exitcode=0" %exits 0 %run %t.dir/program 2>&1 | FileCheck %s --check-prefix=ALL
// ALL: #1 {{.*}} in call_one
// ALL: #1 {{.*}} in call_two
// ALL: #1 {{.*}} in main
// ALL: end

// RUN: %env_bsan_opts=scan_modules=libone.so:halt_on_error=0:exitcode=0 %exits 0 %run %t.dir/program > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=ONE < %t.log
// RUN: %env_bsan_opts="scan_modules=lib*.so:exclude_modules=libtwo.so,libc.so*:halt_on_error=0:exitcode=0" %exits 0 %run %t.dir/program > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=ONE < %t.log
// RUN: %env_bsan_opts=scan_modules=modules.c.tmp.dir/libone.so:halt_on_error=0:exitcode=0 %exits 0 %run %t.dir/program > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=ONE < %t.log
// ONE: #1 {{.*}} in call_one
// ONE-NOT: blocking-call:
// ONE: end
// What is not scanned is no finding: it ends nothing, and is in no table.
// RUN: %env_bsan_opts=scan_modules=libthree.so:print_stats_on_exit=1 %exits 0 %run %t.dir/program > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=NONE < %t.log
// NONE-NOT: blocking-call
// NONE: end
// NONE-NOT: usleep

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

void call_one(void);
void call_two(void);

#ifdef LIBRARY
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
static volatile int calls;

void JOIN(call_, LIBRARY)(void) {
  usleep(1);
  calls++;
}
#else
int main(void) {
  __bsan_enter_loop();
  call_one();
  call_two();
  usleep(2);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
#endif
