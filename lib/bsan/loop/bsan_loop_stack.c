//===-- bsan_loop_stack.c - Which activations do two stacks share? --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stacks are compared from the outside in.  An activation is the same in both
// when it lies at the same place and everything around it stands at the same
// instructions; as soon as one of these has moved on, what it calls now is new,
// however equal it looks.
//
// Only the innermost frames of a stack are kept, and code without unwind tables
// ends a walk: the comparison begins with the outermost place that both have.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bsan_text.h"
#include "loop/bsan_loop_learned.h"

// Whether the call that returns to PC always calls the same function.
static bool is_direct_call(uintptr_t pc) {
#if defined(__x86_64__)
  uint8_t code; // call rel32
  return bsan_platform_copy((const void *)(pc - 5), &code, sizeof(code)) &&
         code == 0xe8;
#elif defined(__aarch64__)
  uint32_t code; // bl
  return bsan_platform_copy((const void *)(pc - 4), &code, sizeof(code)) &&
         code >> 26 == 0x25;
#else
  return false;
#endif
}

bool bsan_stack_is_in_libc(uintptr_t pc) {
  const char *module = bsan_platform_module(pc - 1);
  if (!module)
    return false;
  struct bsan_span name = bsan_span_base_name(bsan_span_of(module));
  return bsan_text_matches(bsan_span_of("libc.so*"), name) ||
         bsan_text_matches(bsan_span_of("libpthread.so*"), name);
}

// Where frame INDEX returns to, 0 if that is not known.
static uintptr_t return_pc_of(const struct bsan_stack *stack, size_t index) {
  return index + 1 < stack->count ? stack->frames[index + 1].pc : 0;
}

// Two functions that the same instruction called were one when the call is
// direct: compilers put the unlikely parts of a function elsewhere, and the
// unwind tables call those functions of their own.  libc calls main, and what a
// thread runs, through a pointer, and once.
static bool is_same(const struct bsan_frame *a, uintptr_t return_a,
                    const struct bsan_frame *b, uintptr_t return_b) {
  if (a->cfa != b->cfa || (return_a && return_b && return_a != return_b))
    return false;
  return a->function == b->function ||
         (return_a && return_b &&
          (is_direct_call(return_a) || bsan_stack_is_in_libc(return_a)));
}

struct bsan_shared bsan_stack_compare(const struct bsan_stack *a,
                                      const struct bsan_stack *b) {
  struct bsan_shared shared = {a->count, a->count};
  size_t i = a->count, j = b->count;
  while (i && j && a->frames[i - 1].cfa != b->frames[j - 1].cfa) {
    if (a->frames[i - 1].cfa > b->frames[j - 1].cfa)
      i--;
    else
      j--;
  }
  while (i-- && j-- &&
         is_same(&a->frames[i], return_pc_of(a, i), &b->frames[j],
                 return_pc_of(b, j))) {
    shared.activation = i;
    if (a->frames[i].pc != b->frames[j].pc)
      break;
    shared.place = i;
  }
  return shared;
}

size_t bsan_stack_find(const struct bsan_stack *stack, uintptr_t cfa) {
  size_t index = 0;
  while (index < stack->count && stack->frames[index].cfa != cfa)
    index++;
  return index;
}

bool bsan_stack_has(const struct bsan_stack *stack,
                    const struct bsan_frame *activation, uintptr_t return_pc) {
  size_t index = bsan_stack_find(stack, activation->cfa);
  return index < stack->count &&
         is_same(&stack->frames[index], return_pc_of(stack, index), activation,
                 return_pc);
}

bool bsan_stack_reaches(const struct bsan_stack *stack, uintptr_t cfa) {
  size_t count = stack->count;
  if (count && stack->frames[count - 1].cfa == UINTPTR_MAX)
    count--;
  return count && stack->frames[count - 1].cfa >= cfa;
}
