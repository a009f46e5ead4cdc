//===-- bsan_seen.c - Calls whose result is kept for later reports --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All functions of the table are handled as ones of four words, which both the
// x86-64 and the AArch64 Linux ABI pass and return in the same registers as
// what they really take; the upper half of an int's register is passed on as it
// came.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_seen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <threads.h>

#include "bsan_flags.h"
#include "classify/bsan_fdtable.h"
#include "classify/bsan_owner.h"
#include "intercept/bsan_caller.h"
#include "intercept/bsan_wrap.h"

typedef long (*any_function)(long a, long b, long c, long d);

enum group { FD, LOCK };

enum row {
#define BSAN_SEEN(symbol, ...) ROW_##symbol,
#include "intercept/bsan_seen.inc"
  ROW_COUNT
};

// What the wrappers jumped to before.
static any_function next[ROW_COUNT];

// A call that has been made.
struct seen {
  unsigned call; // enum bsan_call_id.
  uintptr_t pc, cfa;
};

static uint32_t stack_of(const struct seen *seen) {
  return bsan_caller_stack(seen->call, seen->pc, seen->cfa);
}

//--- Descriptors -----------------------------------------------------------//

static void note_created(const struct seen *seen, long result) {
  if ((int)result >= 0)
    bsan_fdtable_set_created((int)result, stack_of(seen));
}

static void note_pair(const struct seen *seen, long result, long fds) {
  if ((int)result != 0)
    return;
  note_created(seen, ((const int *)fds)[0]);
  note_created(seen, ((const int *)fds)[1]);
}

static void note_stream(const struct seen *seen, long result) {
  if (result)
    note_created(seen, fileno_unlocked((FILE *)result));
}

static void note_duplicate(const struct seen *seen, long result, long from) {
  if ((int)result < 0 || (int)result == (int)from)
    return;
  note_created(seen, result);
  bsan_fdtable_share_mode((int)from, (int)result);
}

static void note_fcntl(const struct seen *seen, long result, long fd,
                       long command, long argument) {
  if ((int)command == F_DUPFD || (int)command == F_DUPFD_CLOEXEC)
    note_duplicate(seen, result, fd);
  else if ((int)command == F_SETFL && (int)result == 0)
    bsan_fdtable_set_mode((int)fd, argument & O_NONBLOCK, stack_of(seen));
}

static void note_ioctl(const struct seen *seen, long result, long fd,
                       long request, long argument) {
  if (request == FIONBIO && (int)result == 0)
    bsan_fdtable_set_mode((int)fd, *(const int *)argument != 0, stack_of(seen));
}

//--- Locks -----------------------------------------------------------------//

enum {
  MUTEX = BSAN_LOCK_MUTEX,
  RWLOCK = BSAN_LOCK_RWLOCK,
  SPINLOCK = BSAN_LOCK_SPIN
};

static void note_taken(const struct seen *seen, unsigned kind, long lock) {
  if (bsan_owner_is_watched((void *)lock))
    bsan_owner_took(kind, (void *)lock, stack_of(seen));
}

static void note_unlock(unsigned kind, long lock) {
  if (bsan_owner_is_watched((void *)lock))
    bsan_owner_released(kind, (void *)lock);
}

// C11's thrd_success is 0 as well.
static void note_lock(const struct seen *seen, long result, unsigned kind,
                      long lock) {
  if ((int)result == 0 || (int)result == EOWNERDEAD)
    note_taken(seen, kind, lock);
}

// A wait for a condition gives the mutex back and takes it again.
static void note_wait(const struct seen *seen, long result, long mutex) {
  if ((int)result != EINVAL && (int)result != EPERM &&
      (int)result != (int)thrd_error)
    note_taken(seen, BSAN_LOCK_MUTEX, mutex);
}

void bsan_seen_note_taken(const struct bsan_event *event, unsigned kind,
                          const void *lock) {
  struct seen seen = {event->call, event->pc, event->cfa};
  note_taken(&seen, kind, (long)lock);
}

//--- The functions ---------------------------------------------------------//

#define BSAN_SEEN(symbol, group, note)                                         \
  static long seen_##symbol(long a, long b, long c, long d) {                  \
    struct seen seen = {BSAN_CALL_##symbol, BSAN_CALLER_PC(), BSAN_CFA()};     \
    long result = next[ROW_##symbol](a, b, c, d);                              \
    note;                                                                      \
    return result;                                                             \
  }
#define BSAN_SEEN_FIRST(symbol, group, note)                                   \
  static long seen_##symbol(long a, long b, long c, long d) {                  \
    note;                                                                      \
    return next[ROW_##symbol](a, b, c, d);                                     \
  }
#include "intercept/bsan_seen.inc"

static const struct {
  uint16_t call;
  uint8_t group;
  any_function function;
} rows[ROW_COUNT] = {
#define BSAN_SEEN(symbol, group, ...)                                          \
  {BSAN_CALL_##symbol, group, seen_##symbol},
#include "intercept/bsan_seen.inc"
};

// Other threads call meanwhile: a pointer is stored whole, and only when what
// the new function needs is there.
static void look_at(enum group group) {
  for (int row = 0; row < ROW_COUNT; row++) {
    if (rows[row].group != group)
      continue;
    any_function *real = bsan_bindings[rows[row].call].real;
    any_function before = __atomic_load_n(real, __ATOMIC_RELAXED);
    __atomic_store_n(&next[row], before, __ATOMIC_RELEASE);
    __atomic_store_n(real, rows[row].function, __ATOMIC_RELEASE);
  }
}

void bsan_seen_watch_locks(void) {
  static bool is_done;
  if (!__atomic_load_n(&is_done, __ATOMIC_RELAXED) &&
      !__atomic_exchange_n(&is_done, true, __ATOMIC_ACQ_REL))
    look_at(LOCK);
}

void bsan_seen_init(void) {
  if (bsan_flags.fd_origins)
    look_at(FD);
  if (bsan_flags.lock_owners < 2)
    return;
  bsan_owner_watch_all();
  bsan_seen_watch_locks();
}
