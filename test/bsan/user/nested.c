// Intent: what a named function calls belongs to its call, however deep and on
// recursion; what is called after it has returned does not, from whatever place
// of the program.

// RUN: %plain_cc -O1 -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc -O1 %s -o %t %t.so
// RUN: %env_bsan_opts=blocking_functions=my_query,my_recursion:halt_on_error=0:exitcode=0:suppress_equal_stacks=0 %exits 0 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: inner
// CHECK-NEXT: ====
// CHECK: blocking-call: my_query on event
// CHECK-NOT: blocking-call: usleep
// CHECK: step: recursion
// CHECK: blocking-call: my_recursion on event
// CHECK-NOT: blocking-call:
// CHECK: step: same line
// CHECK: blocking-call: my_query on event
// CHECK: blocking-call: my_query on event
// CHECK: blocking-call: my_query on event
// CHECK-NOT: blocking-call:
// CHECK: step: after
// CHECK: blocking-call: usleep on event
// CHECK: usleep(21)
// CHECK: step: same place
// CHECK: blocking-call: my_query on event
// CHECK: blocking-call: usleep on event
// CHECK: usleep(22)
// CHECK: step: tail call
// CHECK: blocking-call: my_query on event
// CHECK: blocking-call: usleep on event
// CHECK: usleep(23)
// CHECK: step: end

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))
#define STEP(name) fputs("step: " name "\n", stderr)

int my_query(int value);
int my_recursion(int depth);

#ifdef LIBRARY
static volatile int calls;

NOINLINE static void work(int depth) {
  volatile char frame[512];
  frame[0] = (char)depth;
  if (depth)
    work(depth - 1);
  else
    usleep(1);
  calls += frame[0];
}

int my_query(int value) {
  usleep(2);
  work(20);
  return value;
}

// Through its own slot again.
int my_recursion(int depth) {
  int below = depth ? my_recursion(depth - 1) : 0;
  usleep(3);
  return below + 1;
}
#else
static volatile int calls;

NOINLINE static int sleep_22(int value) {
  usleep(22);
  calls++;
  return value;
}

NOINLINE static int sleep_23(int value) {
  usleep(23);
  calls++;
  return value;
}

// As compilers do it at -O2.
NOINLINE int jump_to_query(int value);
__asm__(
    ".text\n"
    ".globl jump_to_query\n"
    ".type jump_to_query, @function\n"
    "jump_to_query:\n"
    "  jmp my_query@PLT\n"
    ".size jump_to_query, .-jump_to_query\n");

typedef int (*callback)(int value);

// One place that calls everything, as event loops have.
NOINLINE static void dispatch(const callback *callbacks, int count) {
  for (int i = 0; i < count; i++)
    calls += callbacks[i](i);
}

int main(void) {
  __bsan_enter_loop();
  STEP("inner");
  calls += my_query(1);
  STEP("recursion");
  calls += my_recursion(5);
  STEP("same line");
  for (int i = 0; i < 3; i++)
    calls += my_query(i);
  STEP("after");
  usleep(21);
  STEP("same place");
  // From its slot: a table of constants would hold the function's own address.
  callback query = my_query;
  __asm__("" : "+r"(query));
  callback pointers[] = {query, sleep_22};
  dispatch(pointers, 2);
  STEP("tail call");
  callback jumps[] = {jump_to_query, sleep_23};
  dispatch(jumps, 2);
  STEP("end");
  __bsan_leave_loop();
  return 0;
}
#endif
