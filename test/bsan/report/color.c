// Intent: colours are for terminals, or for who asks for them.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=color=always %exits 44 %run %t 2>%t.log
// RUN: FileCheck %s --check-prefix=ALWAYS < %t.log
// ALWAYS: {{^.\[1m.\[31m==[0-9]+==ERROR: .*.\[1m.\[0m$}}
// ALWAYS-NEXT: {{^  .\[1m.\[32musleep\(1\).\[1m.\[0m: sleep: }}
// RUN: %env_bsan_opts=color=never %exits 44 %run %t 2>%t.log
// RUN: FileCheck %s --check-prefix=NEVER < %t.log
// RUN: %exits 44 %run %t 2>%t.log
// RUN: FileCheck %s --check-prefix=NEVER < %t.log
// NEVER: {{^==[0-9]+==ERROR: .*\)$}}
// NEVER-NEXT: {{^  usleep\(1\): sleep: }}

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  return 0;
}
