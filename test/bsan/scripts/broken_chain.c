// Intent: a frame pointer that is none ends the stack, and nothing else: one that
// is not aligned, goes round, or points into nothing, the heap, or past the end.
// REQUIRES: x86_64
// RUN: %bsan_cc %s -o %t
// RUN: %exits 44 %env_bsan_opts=halt_on_error=0 %run %t 2>&1 | FileCheck %s

// All of the stack is that much, and equal stacks are one site: each is another
// call.
// CHECK-COUNT-7: #{{2|3}} 0x{{[0-9a-f]+}} (<unknown module>)
// CHECK-NEXT: The thread entered the loop here
// CHECK: the end
// CHECK-NOT: in main{{.*}}(usleep)

#include "Inputs/jit.h"
#include <sanitizer/bsan_interface.h>
#include <stdlib.h>

typedef void broken(void (*)(void), uintptr_t);

static void nap(void) {
  usleep(1000);
  __asm__ volatile("");
}

static void call(uintptr_t frame_pointer) {
  // Each from other code, so that each is another stack.
  broken *run = (broken *)jit_compile(jit_broken, sizeof(jit_broken));
  __bsan_enter_loop();
  run(nap, frame_pointer);
  __bsan_leave_loop();
}

int main(void) {
  uintptr_t round[2], *heap = calloc(4, sizeof(*heap));
  uintptr_t top = (uintptr_t)__builtin_frame_address(0);
  setvbuf(stderr, NULL, _IONBF, 0);
  round[0] = (uintptr_t)round;
  round[1] = (uintptr_t)round;
  heap[0] = (uintptr_t)heap;
  heap[1] = (uintptr_t)main;
  call(0);
  call(1);
  call(top + 1);
  call((uintptr_t)round);
  call((uintptr_t)heap);
  call(UINTPTR_MAX - 7);
  call(0x7ffffffff000 - 8);
  fprintf(stderr, "the end\n");
  free(heap);
}
