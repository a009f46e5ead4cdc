// Intent: there is room for 256 functions; when more are named one warning says
// so, and the others work unchecked.

// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t %t.so
// RUN: %env_bsan_opts="blocking_functions=many_*:halt_on_error=0:exitcode=0:symbolize=0" %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: WARNING: blocking_functions: more than 256 functions match; many_{{[0-9]+}} and further ones are not checked
// CHECK-NOT: WARNING: blocking_functions
// CHECK: end
// RUN: grep -c "WARNING: BlockSanitizer: blocking-call: many_" %t.log > %t.count
// RUN: FileCheck %s --check-prefix=COUNT < %t.count
// COUNT: {{^256$}}

#include <sanitizer/bsan_interface.h>
#include <stdio.h>

#define TEN(x, a) x(a##0) x(a##1) x(a##2) x(a##3) x(a##4) x(a##5) x(a##6)      \
  x(a##7) x(a##8) x(a##9)
#define HUNDRED(x, a) TEN(x, a##0) TEN(x, a##1) TEN(x, a##2) TEN(x, a##3)      \
  TEN(x, a##4) TEN(x, a##5) TEN(x, a##6) TEN(x, a##7) TEN(x, a##8) TEN(x, a##9)
#define ALL(x) HUNDRED(x, 1) HUNDRED(x, 2) HUNDRED(x, 3)

#define DECLARE(number) int many_##number(int value);
ALL(DECLARE)

#ifdef LIBRARY
#define DEFINE(number)                                                         \
  int many_##number(int value) { return value + number; }
ALL(DEFINE)
#else
#define CALL(number)                                                           \
  if (many_##number(round) != round + number)                                  \
    return 1;

int main(void) {
  for (int round = 0; round < 2; round++) {
    __bsan_enter_loop();
    ALL(CALL)
    __bsan_leave_loop();
  }
  fputs("end\n", stderr);
  return 0;
}
#endif
