//===-- bsan_caller_test.c - Unit tests of bsan_caller.c ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stack that is known must be the one that is there: two functions that
// call a third from frames of one size differ in nothing but a return address.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_caller.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_gate.h"

// gcc makes a copy of a function for arguments that it knows.
#if defined(__clang__)
#  define NOINLINE __attribute__((noinline))
#else
#  define NOINLINE __attribute__((noinline, noclone))
#endif

static volatile uint32_t id;

static NOINLINE void called(void) {
  id = bsan_caller_stack(BSAN_CALL_open, BSAN_CALLER_PC(), BSAN_CFA());
}

static NOINLINE void shared(void) {
  called();
  id = id; // No tail call.
}

static NOINLINE void first(void) {
  shared();
  id = id;
}

static NOINLINE void second(void) {
  shared();
  id = id;
}

static NOINLINE void deep(int depth) {
  if (depth)
    deep(depth - 1);
  else
    called();
  id = id;
}

static size_t count_frames(void) {
  const uintptr_t *pcs;
  return bsan_bridge_depot_get(id, &pcs);
}

TEST a_stack_begins_with_the_call(void) {
  const uintptr_t *pcs;
  first();
  ASSERT(bsan_bridge_depot_get(id, &pcs) > 4);
  ASSERT_EQ(BSAN_CALL_open, pcs[0]);
  ASSERT(pcs[1] - (uintptr_t)shared < 64);
  ASSERT(pcs[2] - (uintptr_t)first < 64);
  PASS();
}

TEST a_known_stack_is_that_of_its_callers(void) {
  uint32_t ids[2] = {0, 0};
  for (volatile int round = 0; round < 3; round++) { // Not to be unrolled.
    void (*volatile callers[])(void) = {first, second};
    for (int i = 0; i < 2; i++) {
      callers[i]();
      ASSERT(id);
      ASSERT(round == 0 || ids[i] == id);
      ids[i] = id;
    }
  }
  ASSERT(ids[0] != ids[1]);
  PASS();
}

TEST deep_stacks_are_cut(void) {
  deep(100);
  ASSERT_EQ(BSAN_CALLER_FRAMES + 1, (int)count_frames());
  PASS();
}

TEST nothing_is_unwound_too_often(void) {
  size_t cut = 0;
  bsan_unit_fakes.now_ns = UINT64_C(7000000000);
  for (int depth = 0; depth < 2 * BSAN_CALLER_PER_SECOND; depth++) {
    deep(depth);
    ASSERT(id);
    cut += count_frames() == 2;
  }
  ASSERT(cut >= BSAN_CALLER_PER_SECOND);
  bsan_unit_fakes.now_ns += UINT64_C(1000000000);
  deep(2 * BSAN_CALLER_PER_SECOND);
  ASSERT(count_frames() > 2);
  PASS();
}

TEST the_runtime_itself_has_no_stack(void) {
  uint8_t outer = bsan_gate_enter_runtime();
  first();
  bsan_gate_leave_runtime(outer);
  ASSERT_EQ(0, id);
  PASS();
}

static void handle(int signal) {
  (void)signal;
  first();
}

TEST alternate_stacks_are_not_unwound(void) {
  static char memory[65536];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
  sigaltstack(&stack, NULL);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  ASSERT_EQ(2, (int)count_frames());
  PASS();
}

TEST a_childs_doings_on_shared_memory_are_not_kept(void) {
  pid_t child = vfork();
  if (!child) {
    first();
    _exit(id != 0);
  }
  int status;
  waitpid(child, &status, 0);
  ASSERT_EQ(0, status);
  first();
  ASSERT(id);
  PASS();
}

BSAN_UNIT_SUITE(Caller, BSAN_UNIT(a_stack_begins_with_the_call),
                BSAN_UNIT(a_known_stack_is_that_of_its_callers),
                BSAN_UNIT(deep_stacks_are_cut),
                BSAN_UNIT(nothing_is_unwound_too_often),
                BSAN_UNIT(the_runtime_itself_has_no_stack),
                BSAN_UNIT(alternate_stacks_are_not_unwound),
                BSAN_UNIT(a_childs_doings_on_shared_memory_are_not_kept));
