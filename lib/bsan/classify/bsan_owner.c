//===-- bsan_owner.c - Who holds a lock -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every lock that is given back is seen, so what is kept of a lock is of its
// present owner or nothing: a try that took it, which is not seen, leaves none.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "classify/bsan_owner.h"

#include <pthread.h>

#include "platform/bsan_platform.h"

struct kept {
  uint32_t version; // Odd while it is written.
  uint32_t stack_id;
  uintptr_t lock;
  uint64_t since_ns;
  int tid; // 0: nobody who was seen.
};

static struct kept table[BSAN_OWNER_LOCKS];
static bool watches_all;

static struct kept *place_of(const void *lock) {
  uint64_t mixed = (uintptr_t)lock * UINT64_C(0x9e3779b97f4a7c15);
  return &table[mixed >> 54];
}
_Static_assert(BSAN_OWNER_LOCKS == 1 << 10, "place_of takes 10 bits");

//--- The lock itself -------------------------------------------------------//

// Thread ids end below this (kernel, PID_MAX_LIMIT); a robust mutex that is
// lost has others.
enum { MAX_TID = 1 << 22 };

static int owner_in(unsigned kind, const void *lock) {
  int tid = 0;
#ifdef __GLIBC__
  if (kind == BSAN_LOCK_MUTEX)
    tid = ((const pthread_mutex_t *)lock)->__data.__owner;
  else if (kind == BSAN_LOCK_RWLOCK)
    tid = ((const pthread_rwlock_t *)lock)->__data.__cur_writer;
#else
  (void)kind;
  (void)lock;
#endif
  return tid > 0 && tid <= MAX_TID ? tid : 0;
}

// The second lock of a recursive mutex by its owner.
static bool is_taken_again(unsigned kind, const void *lock) {
#ifdef __GLIBC__
  return kind == BSAN_LOCK_MUTEX &&
         ((const pthread_mutex_t *)lock)->__data.__count > 1;
#else
  (void)kind;
  (void)lock;
  return false;
#endif
}

//--- What is kept ----------------------------------------------------------//

// Writes unless somebody else does: a thread that was interrupted by this
// signal handler, maybe.
static void keep(struct kept *kept, const struct kept *value) {
  uint32_t version = __atomic_load_n(&kept->version, __ATOMIC_RELAXED);
  if ((version & 1) ||
      !__atomic_compare_exchange_n(&kept->version, &version, version + 1, false,
                                   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  __atomic_store_n(&kept->lock, value->lock, __ATOMIC_RELAXED);
  __atomic_store_n(&kept->tid, value->tid, __ATOMIC_RELAXED);
  __atomic_store_n(&kept->stack_id, value->stack_id, __ATOMIC_RELAXED);
  __atomic_store_n(&kept->since_ns, value->since_ns, __ATOMIC_RELAXED);
  __atomic_store_n(&kept->version, version + 2, __ATOMIC_RELEASE);
}

static bool look_up(const struct kept *kept, struct kept *value) {
  uint32_t version = __atomic_load_n(&kept->version, __ATOMIC_ACQUIRE);
  value->lock = __atomic_load_n(&kept->lock, __ATOMIC_RELAXED);
  value->tid = __atomic_load_n(&kept->tid, __ATOMIC_RELAXED);
  value->stack_id = __atomic_load_n(&kept->stack_id, __ATOMIC_RELAXED);
  value->since_ns = __atomic_load_n(&kept->since_ns, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return !(version & 1) &&
         __atomic_load_n(&kept->version, __ATOMIC_RELAXED) == version;
}

static bool has_place(const void *lock) {
  return __atomic_load_n(&place_of(lock)->lock, __ATOMIC_RELAXED) ==
         (uintptr_t)lock;
}

void bsan_owner_watch(const void *lock) {
  struct kept value = {.lock = (uintptr_t)lock};
  if (!has_place(lock))
    keep(place_of(lock), &value);
}

void bsan_owner_watch_all(void) { watches_all = true; }

bool bsan_owner_is_watched(const void *lock) {
  return has_place(lock) || watches_all;
}

void bsan_owner_took(unsigned kind, const void *lock, uint32_t stack_id) {
  if (is_taken_again(kind, lock))
    return;
  struct kept value = {.lock = (uintptr_t)lock,
                       .tid = kind == BSAN_LOCK_SPIN ? bsan_platform_tid()
                                                     : owner_in(kind, lock),
                       .stack_id = stack_id,
                       .since_ns = bsan_platform_now_ns()};
  keep(place_of(lock), &value);
}

void bsan_owner_released(unsigned kind, const void *lock) {
  if (!has_place(lock) || is_taken_again(kind, lock))
    return;
  struct kept value = {.lock = (uintptr_t)lock};
  keep(place_of(lock), &value);
}

//--- The answer ------------------------------------------------------------//

void bsan_owner_find(struct bsan_owner *owner, unsigned kind,
                     const void *lock) {
  struct kept kept;
  *owner = (struct bsan_owner){.kind = (uint8_t)kind,
                               .lock = (uintptr_t)lock,
                               .tid = owner_in(kind, lock)};
  if (!look_up(place_of(lock), &kept) || kept.lock != owner->lock || !kept.tid)
    return;
  // A spin lock does not know who has it.
  if (kind == BSAN_LOCK_SPIN)
    owner->tid = kept.tid;
  if (owner->tid != kept.tid)
    return;
  owner->stack_id = kept.stack_id;
  owner->since_ns = kept.since_ns;
}
