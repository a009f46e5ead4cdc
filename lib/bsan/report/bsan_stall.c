//===-- bsan_stall.c - What a thread does that takes long -----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The thread is another one, and may go on at any moment: a thread that runs is
// made to stand still, one that sleeps is looked at again afterwards. Meanwhile
// no lock is taken, which it might hold.
//
// When it is in a call that the pipeline knows, the call's event lies in the
// frame of the wrapper, and is found by what the scope says of that.
//
// Context: armed, on the watchdog's thread.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_stall.h"

#include <sys/syscall.h>

#include "bridge/bsan_bridge.h"
#include "bsan_event.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"

//--- The call --------------------------------------------------------------//

enum { WORD = sizeof(uintptr_t), WORDS = 256 };

static bool is_event_of(const struct bsan_event *event,
                        const struct bsan_thread *thread,
                        const struct bsan_scope *scope) {
  return event->thread == thread && event->pc == scope->pc &&
         event->cfa == scope->cfa && event->call > BSAN_CALL_USER &&
         event->call < BSAN_CALL_COUNT && event->cls < BSAN_CLASS_COUNT;
}

// The event is in the frame that begins at the scope's CFA.
static bool find_event(const struct bsan_thread *thread, uintptr_t sp,
                       const struct bsan_scope *scope,
                       struct bsan_event *event) {
  static uintptr_t words[WORDS];
  const size_t event_words = sizeof(*event) / WORD;
  if (scope->cfa <= sp || scope->function || scope->cfa % WORD != 0)
    return false;
  size_t count = (scope->cfa - sp) / WORD;
  count = count < WORDS ? count : WORDS;
  if (!bsan_platform_copy((const void *)(scope->cfa - count * WORD), words,
                          count * WORD) ||
      words[count - 1] != scope->pc)
    return false;
  for (size_t i = 0; i + event_words <= count; i++) {
    __builtin_memcpy(event, &words[i], sizeof(*event));
    if (is_event_of(event, thread, scope))
      return true;
  }
  return false;
}

//--- The stack -------------------------------------------------------------//

static struct {
  size_t count;
  struct bsan_frame frames[BSAN_MAX_FRAMES];
} stack;

// The first frame that is not of the call itself.
static size_t first_frame(const struct bsan_scope *scope) {
  for (size_t i = 0; i < stack.count; i++)
    if (stack.frames[i].pc == scope->pc &&
        (i == 0 || stack.frames[i - 1].cfa == scope->cfa))
      return i;
  return stack.count;
}

static uint32_t keep_stack(const struct bsan_stall *stall,
                           const struct bsan_scope *scope) {
  static uintptr_t pcs[BSAN_MAX_FRAMES];
  size_t count = 0;
  for (size_t i = stall->has_event ? first_frame(scope) : 0; i < stack.count;
       i++)
    if (!bsan_bridge_is_own_frame(stack.frames[i].pc))
      pcs[count++] = stack.frames[i].pc;
  if (stall->has_event && !count)
    pcs[count++] = scope->pc;
  return bsan_bridge_depot_put(pcs, count);
}

//--- The moment ------------------------------------------------------------//

enum outcome { NOT_TOLD, KNOWN, TRY_AGAIN, NO_STACK };

// Of a call that has a rule, it is walked from there: what the frames of libc
// and the kernel's entry keep of the registers is not always known.
static enum outcome read_still(struct bsan_stall *stall,
                               const struct bsan_thread *thread,
                               struct bsan_scope *scope) {
  const struct bsan_task *task = &stall->task;
  if (!bsan_loop_is_checked(thread, task->sp, scope))
    return NOT_TOLD;
  stall->has_event =
      task->has_registers && find_event(thread, task->sp, scope, &stall->event);
  struct bsan_task from = *task;
  if (stall->has_event && stall->event.fp) {
    from.pc = scope->pc;
    from.sp = scope->cfa;
    from.fp = stall->event.fp;
  }
  stack.count = bsan_platform_walk_task(&from, stack.frames, BSAN_MAX_FRAMES);
  return KNOWN;
}

static enum outcome look_once(struct bsan_stall *stall,
                              const struct bsan_thread *thread,
                              struct bsan_scope *scope) {
  struct bsan_task *task = &stall->task;
  enum outcome outcome;
  bsan_platform_look_at(thread->tid, task);
  switch (task->state) {
  case BSAN_TASK_GONE:
  case BSAN_TASK_STOPPED:
    return NOT_TOLD;
  case BSAN_TASK_UNKNOWN:
    return NO_STACK;
  case BSAN_TASK_RUNS:
    if (!bsan_platform_park(thread->tid, task))
      return TRY_AGAIN;
    outcome = read_still(stall, thread, scope);
    return bsan_platform_unpark() ? outcome : TRY_AGAIN;
  case BSAN_TASK_SLEEPS:
    if (!task->has_registers)
      return TRY_AGAIN;
    outcome = read_still(stall, thread, scope);
    return bsan_platform_still_sleeps(thread->tid, task) ? outcome : TRY_AGAIN;
  }
  return NOT_TOLD;
}

// The state alone.
static enum outcome look_without_stack(struct bsan_stall *stall,
                                       const struct bsan_thread *thread,
                                       struct bsan_scope *scope) {
  stall->task.has_registers = false;
  stall->task.sp = 0;
  return read_still(stall, thread, scope);
}

bool bsan_stall_look_at(struct bsan_stall *stall,
                        const struct bsan_thread *thread) {
  enum { ATTEMPTS = 4 };
  static struct bsan_event_text text;
  struct bsan_scope scope = {0, 0, 0};
  enum outcome outcome = TRY_AGAIN;
  for (int i = 0; i < ATTEMPTS && outcome == TRY_AGAIN; i++)
    outcome = look_once(stall, thread, &scope);
  if (outcome == TRY_AGAIN || outcome == NO_STACK)
    outcome = look_without_stack(stall, thread, &scope);
  if (outcome != KNOWN)
    return false;
  bsan_report_describe_thread(&stall->thread, thread);
  stall->iteration = thread->times.iterations;
  stall->stack_id = keep_stack(stall, &scope);
  if (stall->has_event) {
    const struct bsan_event event = stall->event;
    bsan_event_keep(&stall->event, &text, &event);
    bsan_report_find_owner(&stall->event);
  }
  return true;
}

//--- System calls ----------------------------------------------------------//

const char *bsan_stall_syscall_name(long number, int *args) {
  static const struct {
    long number;
    int args;
    const char *name;
  } calls[] = {
#define BSAN_SYSCALL_NAME(name, args) {SYS_##name, args, #name},
#include "report/bsan_syscall_names.inc"
#undef BSAN_SYSCALL_NAME
  };
  for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
    if (calls[i].number == number) {
      *args = calls[i].args;
      return calls[i].name;
    }
  *args = BSAN_TASK_ARGS;
  return NULL;
}
