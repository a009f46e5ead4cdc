//===-- bsan_loop_learned.h - What is known of a learned loop -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared by the files that make up the learned loop frame, in this order:
//
//   bsan_loop_stack.c    compares stacks
//   bsan_loop_known.c    the waits that a thread has made, and their anchors
//   bsan_loop_pending.c  calls that only a later wait can decide
//   bsan_loop_learned.c  what a wait is to its thread
//
// Others include bsan_loop.h only.
//
// Context: armed, on the thread itself.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_LOOP_BSAN_LOOP_LEARNED_H
#define BSAN_LOOP_BSAN_LOOP_LEARNED_H

#include "bsan.h"
#include "bsan_event.h"
#include "bsan_text.h"
#include "platform/bsan_platform.h"

enum {
  BSAN_LOOP_FRAMES = 48, // Of a stack, innermost first.
  BSAN_MAX_WAITS = 8,    // Different stacks that one thread waits with.
  BSAN_MAX_PENDING = 16,
};

struct bsan_thread;
struct bsan_wait;

//--- bsan_loop_stack.c -----------------------------------------------------//

struct bsan_stack {
  size_t count;
  struct bsan_frame frames[BSAN_LOOP_FRAMES];
};

// What two stacks have in common, as indices of the first one; its count stands
// for "nothing".
struct bsan_shared {
  size_t activation; // The innermost activation that both have.
  size_t place;      // The innermost one that is at the same instruction, and
};                   // so is everything around it.
struct bsan_shared bsan_stack_compare(const struct bsan_stack *a,
                                      const struct bsan_stack *b);
// The index of the activation whose CFA is CFA, or the count.
size_t bsan_stack_find(const struct bsan_stack *stack, uintptr_t cfa);
// Whether ACTIVATION, which returns to RETURN_PC (0 if unknown), is on STACK.
bool bsan_stack_has(const struct bsan_stack *stack,
                    const struct bsan_frame *activation, uintptr_t return_pc);
// Whether the frames that are known go out as far as CFA.
bool bsan_stack_reaches(const struct bsan_stack *stack, uintptr_t cfa);
bool bsan_stack_is_in_libc(uintptr_t pc);

//--- bsan_loop_known.c -----------------------------------------------------//

// The activation that must not have returned; what it calls is inside.
struct bsan_anchor {
  uintptr_t limit;       // A call with a smaller CFA is inside, as long as
  const uintptr_t *slot; // here, at the place of the activation's return
  uintptr_t return_pc;   // address (NULL: unknown), this stands.
};

static inline bool bsan_anchor_stands(const struct bsan_anchor *anchor) {
  return !anchor->slot || *anchor->slot == anchor->return_pc;
}

// A wait that the thread has made, told from others by its whole stack.
struct bsan_known_wait {
  uint64_t first, last; // Numbers among the thread's waits; `first` 0: free.
  uint32_t times;       // How often it was made.
  bool is_loop;         // False: only if it comes again.
  bool is_proven;       // The loop has gone round.
  bool is_floating;     // Made on another stack than the thread's own.
  uint8_t kind;         // enum bsan_loop_kind.
  int fd;               // As bsan_wait's.
  int outer;            // Entry whose callback seems to make this wait, or -1.
  uintptr_t site;       // Return address of the wait.
  uintptr_t cfa;        // BSAN_CFA() of its wrapper.
  size_t anchor_frame;  // Index in the stack; its count: none.
  struct bsan_anchor anchor;
  uint32_t stack_id;   // Depot.
  uint32_t loop_frame; // Index in that stack of the loop's function.
  struct bsan_stack stack;
};

//--- bsan_loop_pending.c ---------------------------------------------------//

// An undecided call.
struct bsan_pending {
  struct bsan_event event;
  struct bsan_event_text text; // What its strings point to.
  uint32_t stack_id;           // Depot.
  int before;                  // The wait before it, and
  uint64_t before_first;       // which one that was: the entry may be reused.
  uint64_t number;             // How many waits the thread had made.
  size_t loop;                 // Innermost frame of that wait that the call was
                               // made under, as far as its own stack tells.
  uint32_t age;                // Waits since.
};

// What a thread has learned.
struct bsan_learned {
  struct bsan_anchor anchor; // Of the last wait: the first to be looked at.
  uintptr_t site;            // Return address of the last wait, 0: none.
  int fd;                    // epoll descriptor of it.
  int last;                  // Its entry.
  bool has_inner;            // Some entry has an outer one.
  struct bsan_scope waiting; // The wait that lasts, if one does.
  uint64_t wait_count;
  struct bsan_known_wait waits[BSAN_MAX_WAITS];
  size_t pending_count;
  struct bsan_pending pending[BSAN_MAX_PENDING];
};

bool bsan_learned_is_on_stack(const struct bsan_thread *thread, uintptr_t cfa);
// A wait of the loop that needs no second look, or NULL.
struct bsan_known_wait *bsan_known_find(struct bsan_thread *thread,
                                        const struct bsan_wait *wait);
// The wait that was made with this very stack, or NULL.
struct bsan_known_wait *bsan_known_find_stack(struct bsan_learned *learned,
                                              const struct bsan_wait *wait,
                                              const struct bsan_stack *stack);
// Keeps a wait, as none of a loop, in the place of the one not made for
// longest; that of OUTER stays.
struct bsan_known_wait *bsan_known_add(struct bsan_thread *thread,
                                       const struct bsan_wait *wait,
                                       const struct bsan_stack *stack,
                                       const struct bsan_known_wait *outer);
// The wait is one of a loop.  The anchor is that of OUTER, the wait of the same
// loop further out, if there is one that has been proven.
void bsan_known_make_loop(struct bsan_thread *thread,
                          struct bsan_known_wait *known,
                          const struct bsan_known_wait *outer);
// Moves the anchors of all waits that have ACTIVATION on their stacks, as NOW
// has it, out to it: it has gone round, and a call with CALL_CFA was inside.
void bsan_known_move_out(struct bsan_thread *thread,
                         const struct bsan_stack *now,
                         const struct bsan_frame *activation,
                         uintptr_t call_cfa);
// It is being made: calls are compared with its anchor from now on.
void bsan_known_use(struct bsan_thread *thread, struct bsan_known_wait *known);

// Decides what can be decided by the wait that is made from NOW.
void bsan_pending_settle(struct bsan_thread *thread,
                         const struct bsan_wait *wait,
                         const struct bsan_stack *now);

#endif // BSAN_LOOP_BSAN_LOOP_LEARNED_H
