//===-- bsan_unwind_test.c - Unit tests of bsan_unwind.c, bsan_cfi.c ------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libgcc's unwinder is the judge of how tables are read.  Stacks with code that
// has none are in test/bsan/scripts.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <pthread.h>
#include <stdlib.h>

#include "platform/bsan_platform.h"
#include "platform/bsan_unwind.h"

TEST code_is_known_by_its_mapping(void) {
  static int data;
  ASSERT(bsan_platform_is_executable((uintptr_t)&bsan_unwind_step));
  ASSERT(bsan_platform_is_executable((uintptr_t)&bsan_unwind_step));
  ASSERT_FALSE(bsan_platform_is_executable((uintptr_t)&data));
  ASSERT_FALSE(bsan_platform_is_executable(16));
  PASS();
}

#if defined(__x86_64__)

enum { ROOM = 64 };

static size_t differences, steps;

// The walk by steps, from here on, against the unwinder's.
__attribute__((noinline)) static void compare_walks(void) {
  struct bsan_unwind frame;
  struct bsan_frame frames[ROOM];
  size_t count = bsan_platform_walk(BSAN_CFA(), frames, ROOM), i = 0;
  __asm__ volatile("lea 0(%%rip), %0\n mov %%rsp, %1\n mov %%rbp, %2"
                   : "=r"(frame.pc), "=r"(frame.sp), "=r"(frame.fp));
  bsan_unwind_begin(&frame);
  while (bsan_unwind_step(&frame) && i < count) {
    differences += frame.pc != frames[i].pc;
    differences += frame.function != frames[i].function;
    differences += i && frame.sp != frames[i - 1].cfa;
    i++;
  }
  differences += i != count || frame.sp != frames[count - 1].cfa;
  steps = i;
}

static int compare_in_order(const void *a, const void *b) {
  (void)a;
  (void)b;
  compare_walks();
  return 0;
}

TEST tables_are_read_as_the_unwinder_reads_them(void) {
  int pair[2] = {0, 1};
  compare_walks();
  ASSERT_EQ(0, differences);
  ASSERT(steps > 3);
  qsort(pair, 2, sizeof(pair[0]), compare_in_order); // Through libc.
  ASSERT_EQ(0, differences);
  PASS();
}

__attribute__((noinline, force_align_arg_pointer)) static void
compare_aligned(int size) {
  char room[size];
  _Alignas(64) char aligned[64];
  __asm__ volatile("" : : "r"(room), "r"(aligned) : "memory");
  compare_walks();
  __asm__ volatile("" : : "r"(room), "r"(aligned) : "memory");
}

TEST so_are_those_of_functions_that_align_their_stack(void) {
  compare_aligned(100);
  ASSERT_EQ(0, differences);
  ASSERT(steps > 3);
  PASS();
}

static void *compare_on_thread(void *unused) {
  (void)unused;
  compare_walks();
  return NULL;
}

TEST the_stack_of_a_thread_ends_where_it_began(void) {
  pthread_t thread;
  ASSERT_EQ(0, pthread_create(&thread, NULL, compare_on_thread, NULL));
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT_EQ(0, differences);
  ASSERT(steps >= 2);
  PASS();
}

// What stands on the stack decides in these: FRAME has no tables.
static bool step_from(uintptr_t fp, uintptr_t sp, uintptr_t pc) {
  struct bsan_unwind frame = {.pc = pc, .sp = sp, .fp = fp};
  bsan_unwind_begin(&frame);
  return bsan_unwind_step(&frame);
}

TEST a_frame_pointer_has_to_look_like_one(void) {
  static const unsigned char nops[16] = {0x90, 0x90, 0x90, 0x90, 0x90, 0x90};
  uintptr_t stack[8] = {0}, pc = (uintptr_t)nops, sp = (uintptr_t)stack;
  // A return address of a real call.
  stack[2] = sp + 64;
  stack[3] = (uintptr_t)__builtin_return_address(0);
  ASSERT(step_from((uintptr_t)&stack[2], sp, pc));
  ASSERT_FALSE(step_from((uintptr_t)&stack[2], (uintptr_t)&stack[3], pc));
  ASSERT_FALSE(step_from((uintptr_t)&stack[2] + 1, sp, pc));
  ASSERT_FALSE(step_from(0, sp, pc));
  ASSERT_FALSE(step_from(UINTPTR_MAX - 7, sp, pc));
  ASSERT_FALSE(step_from(0x7ffffffff000 - 8, sp, pc));
  stack[3] = (uintptr_t)nops + 8; // Nothing calls there.
  ASSERT_FALSE(step_from((uintptr_t)&stack[2], sp, pc));
  stack[3] = 0;
  ASSERT_FALSE(step_from((uintptr_t)&stack[2], sp, pc));
  PASS();
}

TEST data_behind_a_call_instruction_is_no_code(void) {
  static unsigned char call[16] = {0, 0, 0xe8, 0, 0, 0, 0, 0x90};
  uintptr_t stack[4] = {0}, sp = (uintptr_t)stack;
  stack[1] = (uintptr_t)call + 7;
  ASSERT_FALSE(step_from(sp, sp, (uintptr_t)call + 7));
  PASS();
}

BSAN_UNIT_SUITE(Unwind, BSAN_UNIT(tables_are_read_as_the_unwinder_reads_them),
                BSAN_UNIT(so_are_those_of_functions_that_align_their_stack),
                BSAN_UNIT(the_stack_of_a_thread_ends_where_it_began),
                BSAN_UNIT(a_frame_pointer_has_to_look_like_one),
                BSAN_UNIT(data_behind_a_call_instruction_is_no_code),
                BSAN_UNIT(code_is_known_by_its_mapping));

#else

BSAN_UNIT_SUITE(Unwind, BSAN_UNIT(code_is_known_by_its_mapping));

#endif
