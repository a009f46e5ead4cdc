// Intent: a function that the optimizer has cloned is still the function, for
// suppressions: gcc names its clones f.isra.0, f.constprop.1, f.part.0, f.cold.

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %bsan_cc %s -o %t
// RUN: %python %S/Inputs/check_match.py %s %t.dir %run %t

// ACCEPTED: blocking:*:load_config
// ACCEPTED: blocking:clones.c:load_config
// ACCEPTED: usleep:load_config
// ACCEPTED: blocking:*:load_config.constprop.0
// ACCEPTED: blocking:*:load_config.*
// ACCEPTED: blocking:*:caller
// REPORTED: blocking:*:load
// REPORTED: blocking:*:load_config.isra.0
// REPORTED: blocking:*:constprop
// REPORTED: blocking:*:call

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

static volatile int calls;

void load_config(void) __asm__("load_config.constprop.0");
void caller(void) __asm__("caller.part.0");

__attribute__((noinline)) void load_config(void) {
  usleep(1);
  calls++;
}

__attribute__((noinline)) void caller(void) {
  load_config();
  calls += 2;
}

int main(void) {
  __bsan_enter_loop();
  caller();
  __bsan_leave_loop();
  return 0;
}
