//===-- bsan_caller.c - The stack of whoever calls, cheaply ---------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A signal handler may interrupt any of this on its own thread: entries have a
// version, odd while they are written, and who finds it odd does without.  The
// depot's lock is taken inside the runtime's guard only, which turns away the
// handler that interrupts its holder.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_caller.h"

#include <errno.h>

#include "bridge/bsan_bridge.h"
#include "bsan_init.h"
#include "loop/bsan_gate.h"
#include "platform/bsan_platform.h"

enum {
  ENTRIES = 256,
  // Frames further apart are not on one stack, whose end is mapped as long as
  // its beginning is.
  LARGEST_FRAME = 1 << 16,
};

struct entry {
  uint32_t version;
  uint32_t stack_id;
  uintptr_t pc, cfa;
  uint32_t call;
  uint32_t count;
  struct bsan_frame frames[BSAN_CALLER_FRAMES];
};

static struct entry entries[ENTRIES];

static bool has_vforked;

void bsan_caller_note_vfork(void) {
  __atomic_store_n(&has_vforked, true, __ATOMIC_RELAXED);
}

static struct entry *entry_of(unsigned call, uintptr_t pc, uintptr_t cfa) {
  uint64_t mixed = (pc + 31 * cfa + call) * UINT64_C(0x9e3779b97f4a7c15);
  return &entries[mixed >> 56];
}
_Static_assert(ENTRIES == 256, "entry_of takes 8 bits");

//--- Known stacks ----------------------------------------------------------//

#if defined(__x86_64__)
// The call instruction pushed the return address just below the CFA.
static bool stands_there(const struct entry *entry) {
  for (uint32_t i = 0; i + 1 < entry->count; i++)
    if (((const uintptr_t *)entry->frames[i].cfa)[-1] !=
        entry->frames[i + 1].pc)
      return false;
  return true;
}

static bool is_one_stack(const struct entry *entry) {
  for (uint32_t i = 0; i + 2 < entry->count; i++)
    if (entry->frames[i + 1].cfa - entry->frames[i].cfa > LARGEST_FRAME)
      return false;
  return entry->count > 0;
}
#else
// Return addresses have no fixed place.
static bool stands_there(const struct entry *entry) {
  (void)entry;
  return false;
}

static bool is_one_stack(const struct entry *entry) {
  (void)entry;
  return false;
}
#endif

// 0 when the stack is not known.
static uint32_t find(const struct entry *entry, unsigned call, uintptr_t pc,
                     uintptr_t cfa) {
  uint32_t version = __atomic_load_n(&entry->version, __ATOMIC_ACQUIRE);
  // In front of all else: the addresses are on this thread's stack, which has
  // the same CFA.
  if ((version & 1) || entry->cfa != cfa || entry->pc != pc ||
      entry->call != call)
    return 0;
  uint32_t id = stands_there(entry) ? entry->stack_id : 0;
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(&entry->version, __ATOMIC_RELAXED) == version ? id : 0;
}

//--- New stacks ------------------------------------------------------------//

static bool may_unwind(void) {
  static uint64_t second;
  static uint32_t in_second, total;
  uint64_t now = bsan_platform_now_ns() / 1000000000u;
  if (__atomic_exchange_n(&second, now, __ATOMIC_RELAXED) != now)
    __atomic_store_n(&in_second, 0, __ATOMIC_RELAXED);
  return __atomic_load_n(&total, __ATOMIC_RELAXED) < BSAN_CALLER_TOTAL &&
         __atomic_fetch_add(&in_second, 1, __ATOMIC_RELAXED) <
             BSAN_CALLER_PER_SECOND &&
         !bsan_platform_is_on_signal_stack() &&
         __atomic_fetch_add(&total, 1, __ATOMIC_RELAXED) < BSAN_CALLER_TOTAL;
}

// Walks into ENTRY, which is held.  What was called by a wrapper's armed half
// begins with that: its CFA is the wrapper's, which has the open scope.
static uint32_t keep_stack(struct entry *entry, unsigned call, uintptr_t cfa) {
  uintptr_t pcs[BSAN_CALLER_FRAMES + 1] = {call};
  size_t kept = 1;
  entry->count =
      (uint32_t)bsan_platform_walk(cfa, entry->frames, BSAN_CALLER_FRAMES);
  for (uint32_t i = 0; i < entry->count; i++) {
    bool is_armed_half = i == 0 && entry->frames[i].cfa == bsan_tls.scope.cfa;
    if (!is_armed_half && !bsan_bridge_is_own_frame(entry->frames[i].pc))
      pcs[kept++] = entry->frames[i].pc;
  }
  return bsan_bridge_depot_put(pcs, kept);
}

static uint32_t keep_caller(unsigned call, uintptr_t pc) {
  uintptr_t pcs[2] = {call, pc};
  return bsan_bridge_depot_put(pcs, 2);
}

static uint32_t make(struct entry *entry, unsigned call, uintptr_t pc,
                     uintptr_t cfa) {
  uint32_t version = __atomic_load_n(&entry->version, __ATOMIC_RELAXED);
  if (!may_unwind() || (version & 1) ||
      !__atomic_compare_exchange_n(&entry->version, &version, version + 1,
                                   false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return keep_caller(call, pc);
  uint32_t id = keep_stack(entry, call, cfa);
  entry->stack_id = id;
  entry->call = call;
  entry->pc = pc;
  // One with a signal handler in it is not kept.
  entry->cfa = is_one_stack(entry) && stands_there(entry) ? cfa : 0;
  __atomic_store_n(&entry->version, version + 2, __ATOMIC_RELEASE);
  return id;
}

uint32_t bsan_caller_stack(unsigned call, uintptr_t pc, uintptr_t cfa) {
  if (bsan_tls.busy || (__atomic_load_n(&has_vforked, __ATOMIC_RELAXED) &&
                        !bsan_init_owns_process()))
    return 0;
  struct entry *entry = entry_of(call, pc, cfa);
  uint32_t id = find(entry, call, pc, cfa);
  if (BSAN_LIKELY(id))
    return id;
  int saved_errno = errno;
  uint8_t outer = bsan_gate_enter_runtime();
  id = make(entry, call, pc, cfa);
  bsan_gate_leave_runtime(outer);
  errno = saved_errno;
  return id;
}
