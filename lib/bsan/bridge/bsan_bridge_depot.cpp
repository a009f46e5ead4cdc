//===-- bsan_bridge_depot.cpp - Stacks, each kept once --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The depot has a lock in each of its million buckets.  Its own way over a
// fork, to take some of them before and to look at all of them in the child,
// takes ten times as long as the fork itself.  Here a fork waits until no other
// thread is in the depot, and then no lock of it is taken.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge_depot.h"
#include "bridge/bsan_bridge.h"
#include "sanitizer_common/sanitizer_atomic.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_stackdepot.h"
#include "sanitizer_common/sanitizer_stacktrace.h"

using namespace __sanitizer;

static atomic_sint32_t inside;  // Visits that are going on.
static atomic_sint32_t forking; // Forks that are.

// Visits of this thread: more than one when a signal's handler interrupts one.
static __thread u32 own __attribute__((tls_model("initial-exec")));

namespace {
// Who is waited for may be gone: cancelled, or left in the parent by _Fork(),
// which runs no handlers.  Then the count is of nobody.
class Patience {
  enum : u64 { kNs = 1000000000 };
  u64 end = 0;

public:
  bool IsOver() {
    u64 now = NanoTime();
    if (!end)
      end = now + kNs;
    return now > end;
  }
};

class Visit {
public:
  Visit() {
    Patience patience;
    own++;
    atomic_fetch_add(&inside, 1, memory_order_seq_cst);
    while (own == 1 && atomic_load(&forking, memory_order_seq_cst) > 0) {
      atomic_fetch_sub(&inside, 1, memory_order_seq_cst);
      internal_sched_yield();
      if (patience.IsOver())
        atomic_store(&forking, 0, memory_order_seq_cst);
      atomic_fetch_add(&inside, 1, memory_order_seq_cst);
    }
  }
  ~Visit() {
    atomic_fetch_sub(&inside, 1, memory_order_seq_cst);
    own--;
  }
};
} // namespace

uint32_t bsan_bridge_depot_put(const uintptr_t *pcs, size_t count) {
  Visit visit;
  return StackDepotPut(
      StackTrace(reinterpret_cast<const uptr *>(pcs), static_cast<u32>(count)));
}

size_t bsan_bridge_depot_get(uint32_t id, const uintptr_t **pcs) {
  Visit visit;
  StackTrace stack = StackDepotGet(id);
  *pcs = reinterpret_cast<const uintptr_t *>(stack.trace);
  return stack.size;
}

// A handler that forks in the middle of its thread's own visit waits for
// nobody: the others may be waiting for that.
void LeaveDepotBeforeFork() {
  Patience patience;
  atomic_fetch_add(&forking, 1, memory_order_seq_cst);
  while (own == 0 && atomic_load(&inside, memory_order_seq_cst) > 0) {
    internal_sched_yield();
    if (patience.IsOver())
      atomic_store(&inside, 0, memory_order_seq_cst);
  }
}

void OpenDepotAfterFork(bool in_child) {
  if (in_child) {
    atomic_store(&inside, 0, memory_order_seq_cst);
    atomic_store(&forking, 0, memory_order_seq_cst);
  } else {
    atomic_fetch_sub(&forking, 1, memory_order_seq_cst);
  }
}
