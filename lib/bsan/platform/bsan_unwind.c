//===-- bsan_unwind.c - Stacks through code without unwind tables ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The code of a JIT compiler has no unwind tables, but as a rule keeps a chain
// of frame pointers; what has called it (the interpreter, the event loop) has
// tables again, and mostly no frame pointers.  So each frame is left by
// whatever its code offers.
//
// A frame pointer is any number until it has proved to be one, so a caller is
// believed only if its frame is aligned, lies further out on the same stack,
// and returns to code that has just called.  What is not known to be there is
// read through bsan_platform_copy(), which does not fault.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "platform/bsan_unwind.h"

#include "platform/bsan_cfi.h"
#include "platform/bsan_platform.h"

void bsan_unwind_begin(struct bsan_unwind *frame) {
  frame->entry = NULL;
  frame->function = 0;
  if (frame->pc)
    frame->entry = bsan_cfi_find(frame->pc - 1, &frame->function);
}

#if defined(__x86_64__)

//--- The stack -------------------------------------------------------------//

// The thread's own stack: what is between the frames of now and its end is
// there as long as the thread is.  Elsewhere (on a coroutine's stack) reading
// takes a system call.
static __thread struct {
  uintptr_t low, high;
} stack __attribute__((tls_model("initial-exec")));

static void find_stack(void) {
  if (!bsan_platform_stack_bounds(&stack.low, &stack.high))
    stack.high = 1; // Asked, and not known.
}

static bool is_on_stack(uintptr_t address) {
  return address >= stack.low && address < stack.high;
}

static bool load(const struct bsan_unwind *frame, uintptr_t address,
                 uintptr_t *value) {
  if (address % sizeof(*value) != 0)
    return false;
  if (address >= frame->sp && is_on_stack(frame->sp) && is_on_stack(address)) {
    *value = *(const uintptr_t *)address;
    return true;
  }
  return bsan_platform_copy((const void *)address, value, sizeof(*value));
}

//--- With tables -----------------------------------------------------------//

static bool find_cfa(const struct bsan_unwind *frame,
                     const struct bsan_cfi_rules *rules, uintptr_t *cfa) {
  uintptr_t base = rules->cfa_register == BSAN_CFI_SP ? frame->sp : frame->fp;
  if (rules->cfa_register != BSAN_CFI_SP && rules->cfa_register != BSAN_CFI_FP)
    return false;
  *cfa = base + (uintptr_t)(intptr_t)rules->cfa_offset;
  return !rules->cfa_is_loaded || load(frame, *cfa, cfa);
}

static bool find_value(const struct bsan_unwind *frame, uintptr_t cfa,
                       const struct bsan_cfi_place *place, uintptr_t *value) {
  uintptr_t offset = (uintptr_t)(intptr_t)place->offset;
  switch (place->kind) {
  case BSAN_CFI_SAME:
    return true;
  case BSAN_CFI_AT_CFA:
    return load(frame, cfa + offset, value);
  case BSAN_CFI_AT_FP:
    return load(frame, frame->fp + offset, value);
  case BSAN_CFI_UNKNOWN:
    *value = 0;
    return true;
  }
  return false;
}

static bool step_by_tables(struct bsan_unwind *frame) {
  struct bsan_cfi_rules rules;
  uintptr_t cfa, pc = 0, fp = frame->fp;
  if (!bsan_cfi_read(frame->entry, frame->function, frame->pc - 1, &rules) ||
      !find_cfa(frame, &rules, &cfa) ||
      !find_value(frame, cfa, &rules.pc, &pc) ||
      !find_value(frame, cfa, &rules.fp, &fp))
    return false;
  frame->pc = pc;
  frame->sp = cfa;
  frame->fp = fp;
  return true;
}

//--- Without ---------------------------------------------------------------//

// What the instructions around a return address say, which looking at takes two
// system calls: kept, as stacks are walked again and again.
struct code {
  uintptr_t pc;
  bool is_behind_call;
  // A stub that leaves its frame right behind the call says exactly where its
  // caller is: CPython's trampoline (add $8,%rsp; ret), which keeps no frame
  // pointer, and others of that kind (pop %rbp; ret).
  bool is_stub, pops_fp;
  uint8_t adds;
};

// call rel32, or call through a register or memory (FF /2) of 2 to 7 bytes.
static bool is_call(const unsigned char *end) {
  enum { LONGEST = 7 };
  if (end[-5] == 0xe8)
    return true;
  for (int length = 2; length <= LONGEST; length++)
    if (end[-length] == 0xff && (end[1 - length] & 0x38) == 0x10)
      return true;
  return false;
}

static void look_at_code(uintptr_t pc, struct code *code) {
  enum { BEFORE = 7, BEHIND = 6 };
  unsigned char bytes[BEFORE + BEHIND] = {0};
  const unsigned char *at = bytes + BEFORE;
  *code = (struct code){.pc = pc};
  if (pc < BEFORE ||
      !bsan_platform_copy((const void *)(pc - BEFORE), bytes, BEFORE))
    return;
  code->is_behind_call = is_call(at) && bsan_platform_is_executable(pc);
  if (!bsan_platform_copy((const void *)pc, bytes + BEFORE, BEHIND))
    return;
  if (at[0] == 0x48 && at[1] == 0x83 && at[2] == 0xc4 && at[3] < 128) {
    code->adds = at[3];
    at += 4;
  }
  if (at[0] == 0x5d) {
    code->pops_fp = true;
    at++;
  }
  code->is_stub = *at == 0xc3;
}

static struct code code_at(uintptr_t pc) {
  enum { KEPT = 32 };
  static __thread struct code kept[KEPT]
      __attribute__((tls_model("initial-exec")));
  struct code *place = &kept[pc * 0x9e3779b97f4a7c15u >> 59];
  if (place->pc != pc)
    look_at_code(pc, place);
  return *place;
}

static bool step_by_code(struct bsan_unwind *frame) {
  struct code code = code_at(frame->pc);
  uintptr_t sp = frame->sp + code.adds, fp = frame->fp, pc;
  if (!code.is_stub)
    return false;
  if (code.pops_fp) {
    if (!load(frame, sp, &fp))
      return false;
    sp += sizeof(fp);
  }
  if (!load(frame, sp, &pc))
    return false;
  *frame = (struct bsan_unwind){.pc = pc, .sp = sp + sizeof(pc), .fp = fp};
  return true;
}

static bool step_by_frame_pointer(struct bsan_unwind *frame) {
  uintptr_t pc, fp;
  if (frame->fp < frame->sp || !load(frame, frame->fp, &fp) ||
      !load(frame, frame->fp + sizeof(fp), &pc))
    return false;
  *frame = (struct bsan_unwind){
      .pc = pc, .sp = frame->fp + 2 * sizeof(fp), .fp = fp};
  return true;
}

//--- Is it one? ------------------------------------------------------------//

// Frames on a stack that is not known are at least not far from each other.
static bool is_further_out(uintptr_t sp, uintptr_t caller_sp) {
  enum { LARGEST_FRAME = 1 << 20 };
  if (caller_sp <= sp || caller_sp % sizeof(caller_sp) != 0)
    return false;
  if (is_on_stack(sp))
    return caller_sp < stack.high;
  return caller_sp - sp <= LARGEST_FRAME;
}

bool bsan_unwind_step(struct bsan_unwind *frame) {
  uintptr_t sp = frame->sp;
  if (!stack.high)
    find_stack();
  bool moved = frame->entry
                   ? step_by_tables(frame)
                   : step_by_code(frame) || step_by_frame_pointer(frame);
  if (!moved || !is_further_out(sp, frame->sp)) {
    frame->sp = 0;
    return false;
  }
  if (!frame->pc)
    return false;
  bsan_unwind_begin(frame);
  if (frame->entry || code_at(frame->pc).is_behind_call)
    return true;
  frame->sp = 0;
  return false;
}

#else

bool bsan_unwind_step(struct bsan_unwind *frame) {
  frame->sp = 0;
  return false;
}

#endif
