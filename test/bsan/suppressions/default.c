// Intent: __bsan_default_suppressions() of the program is read like a file, and
// mistakes in it are said with its name.

// RUN: %bsan_cc %s -o %t
// RUN: %exits 0 %run %t
// RUN: echo "lstat:*:other" > %t.supp
// RUN: %env_bsan_opts=suppressions=%t.supp %exits 0 %run %t
// RUN: %bsan_cc -DMISTAKE %s -o %t.mistake
// RUN: %exits 44 %run %t.mistake 2>&1 | FileCheck %s
// CHECK: BlockSanitizer: ERROR: __bsan_default_suppressions():2: unknown suppression type: 'frobnicate:*:main'

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

const char *__bsan_default_suppressions(void) {
#ifdef MISTAKE
  return "# comment\nfrobnicate:*:main";
#else
  return "# comment\nusleep:*:main\n";
#endif
}

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  return 0;
}
