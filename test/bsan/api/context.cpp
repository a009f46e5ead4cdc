// Intent: in C++ a BSAN_CTX block is ended by an exception too, and by return,
// break and goto.

// REQUIRES: c++, !preload
// RUN: %bsan_cxx %s -o %t
// RUN: %env_bsan_opts=enabled=0:halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: not grep "usleep(1[0-9])" %t.log
// CHECK: {{^}}  usleep(21)
// CHECK: caught
// CHECK: {{^}}  usleep(22)
// CHECK: {{^}}  usleep(23)
// CHECK: {{^}}  usleep(24)
// CHECK: end

#include <cstdio>
#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls;

__attribute__((noinline)) static void throw_out() {
  BSAN_CTX {
    BSAN_CTX {
      usleep(21);
      if (calls >= 0)
        throw 1;
    }
    usleep(10);
  }
}

__attribute__((noinline)) static int return_out() {
  BSAN_CTX {
    usleep(22);
    return 1;
  }
  return 0;
}

int main() {
  __bsan_enter_loop();
  usleep(11);
  try {
    throw_out();
  } catch (int) {
    usleep(12);
    std::fputs("caught\n", stderr);
  }
  calls += return_out();
  usleep(13);
  for (int i = 0; i < 2; i++)
    BSAN_CTX {
      usleep(23);
      if (calls)
        break;
    }
  usleep(14);
  BSAN_CTX {
    usleep(24);
    goto out;
  }
out:
  usleep(15);
  __bsan_leave_loop();
  std::fputs("end\n", stderr);
  return calls == 1 ? 0 : 1;
}
