//===-- bsan_classify_lock.c - Locks and joins ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lock that is free is no blocking call.  So each is tried: a try that
// succeeds has taken the lock as the real call would have (EOWNERDEAD of robust
// mutexes included) and is the answer; a try that says "busy" makes it a
// finding and lets the real call wait; anything else goes to the real call,
// which knows the right error.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>

#include "bsan_flags.h"
#include "classify/bsan_classify.h"
#include "classify/bsan_owner.h"
#include "platform/bsan_platform.h"

// RESULT of a try that says BUSY when it failed for the lock being taken.
static bsan_verdict after_try(struct bsan_event *ev, int result, int busy,
                              clockid_t clock, const struct timespec *time) {
  if (result == 0 || result == EOWNERDEAD) {
    ev->result = result;
    return BSAN_DONE;
  }
  return result == busy ? bsan_until(ev, clock, time) : BSAN_WONT_BLOCK;
}

// After a try of LOCK, which has an owner: who that is.
static void find_owner(struct bsan_event *ev, int result, unsigned kind,
                       const void *lock) {
  bool is_taken = result == 0 || result == EOWNERDEAD;
  if (is_taken && bsan_owner_is_watched(lock)) {
    ev->owner.kind = (uint8_t)kind; // For bsan_check_done().
    ev->owner.lock = (uintptr_t)lock;
  } else if (!is_taken && bsan_flags.lock_owners) {
    bsan_owner_find(&ev->owner, kind, lock);
    bsan_owner_watch(lock);
  }
}

// Error-checking mutexes answer their owner EDEADLK instead of waiting.  The
// kind is kept in the low two bits of __kind (glibc, nptl/pthreadP.h).
static bool is_refused_to_owner(const pthread_mutex_t *mutex) {
#ifdef __GLIBC__
  return (mutex->__data.__kind & 3) == PTHREAD_MUTEX_ERRORCHECK_NP &&
         mutex->__data.__owner == bsan_platform_tid();
#else
  (void)mutex;
  return false;
#endif
}

// A robust mutex that was unlocked without being mended keeps this owner
// (glibc, nptl/pthreadP.h).  Trying it would leave it taken: glibc's trylock
// answers ENOTRECOVERABLE without giving the word back.
static bool is_lost(const pthread_mutex_t *mutex) {
#ifdef __GLIBC__
  enum { ROBUST = 16, NOT_RECOVERABLE = INT_MAX - 1 };
  return (mutex->__data.__kind & ROBUST) &&
         mutex->__data.__owner == NOT_RECOVERABLE;
#else
  (void)mutex;
  return false;
#endif
}

// What libc may refuse before it looks at the lock: the real call knows.
static bool may_be_refused(clockid_t clock, const struct timespec *time) {
  struct timespec copy;
  bool is_clock = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
  return time && (!is_clock || !bsan_platform_copy(time, &copy, sizeof(copy)) ||
                  copy.tv_nsec < 0 || copy.tv_nsec >= 1000000000);
}

bsan_verdict bsan_mutex(struct bsan_event *ev, pthread_mutex_t *mutex,
                        clockid_t clock, const struct timespec *time) {
  if (may_be_refused(clock, time) || is_lost(mutex))
    return BSAN_WONT_BLOCK;
  int result = pthread_mutex_trylock(mutex);
  if (result == EBUSY && is_refused_to_owner(mutex))
    return BSAN_WONT_BLOCK;
  find_owner(ev, result, BSAN_LOCK_MUTEX, mutex);
  return after_try(ev, result, EBUSY, clock, time);
}

bsan_verdict bsan_rwlock(struct bsan_event *ev, pthread_rwlock_t *lock,
                         bool for_writing, clockid_t clock,
                         const struct timespec *time) {
  if (may_be_refused(clock, time))
    return BSAN_WONT_BLOCK;
  int result = for_writing ? pthread_rwlock_trywrlock(lock)
                           : pthread_rwlock_tryrdlock(lock);
#ifdef __GLIBC__
  // The writer itself gets EDEADLK.
  if (result == EBUSY && lock->__data.__cur_writer == bsan_platform_tid())
    return BSAN_WONT_BLOCK;
#endif
  if (for_writing || result != 0)
    find_owner(ev, result, BSAN_LOCK_RWLOCK, lock);
  return after_try(ev, result, EBUSY, clock, time);
}

bsan_verdict bsan_spinlock(struct bsan_event *ev, pthread_spinlock_t *lock) {
  int result = pthread_spin_trylock(lock);
  find_owner(ev, result, BSAN_LOCK_SPIN, (const void *)lock);
  return after_try(ev, result, EBUSY, CLOCK_REALTIME, NULL);
}

bsan_verdict bsan_semaphore(struct bsan_event *ev, sem_t *semaphore,
                            clockid_t clock, const struct timespec *time) {
  if (may_be_refused(clock, time))
    return BSAN_WONT_BLOCK;
  int saved_errno = errno;
  int result = sem_trywait(semaphore) == 0 ? 0 : errno;
  errno = saved_errno;
  return after_try(ev, result, EAGAIN, clock, time);
}

// The clock of a condition variable is bit 1 of __wrefs (glibc,
// pthread_cond_common.c).
bsan_verdict bsan_condition(struct bsan_event *ev,
                            const pthread_cond_t *condition,
                            const struct timespec *time) {
  clockid_t clock = CLOCK_REALTIME;
#ifdef __GLIBC__
  if (condition->__data.__wrefs & 2)
    clock = CLOCK_MONOTONIC;
#endif
  return bsan_until(ev, clock, time);
}

bsan_verdict bsan_join(struct bsan_event *ev, pthread_t thread, void **result,
                       clockid_t clock, const struct timespec *time) {
  if (!thread || pthread_equal(thread, pthread_self()) ||
      may_be_refused(clock, time))
    return BSAN_WONT_BLOCK; // ESRCH, EDEADLK, EINVAL.
  int joined = pthread_tryjoin_np(thread, result);
  return after_try(ev, joined, EBUSY, clock, time);
}

bsan_verdict bsan_mtx(struct bsan_event *ev, mtx_t *mutex,
                      const struct timespec *time) {
  int result = mtx_trylock(mutex);
  // It is a mutex (glibc, nptl/thrd_priv.h).
  find_owner(ev, result == thrd_busy ? EBUSY : result, BSAN_LOCK_MUTEX, mutex);
  if (result == thrd_success) {
    ev->result = thrd_success;
    return BSAN_DONE;
  }
  if (result != thrd_busy)
    return BSAN_WONT_BLOCK;
  return bsan_until(ev, CLOCK_REALTIME, time);
}

// The timeout of FUTEX_WAIT is relative, the others' absolute: zero is the
// same.
bsan_verdict bsan_futex(struct bsan_event *ev, const uint32_t *word,
                        int operation, uint32_t expected,
                        const struct timespec *timeout) {
  uint32_t now;
  int kind = operation & FUTEX_CMD_MASK;
  bool waits_for_change = kind == FUTEX_WAIT || kind == FUTEX_WAIT_BITSET ||
                          kind == FUTEX_WAIT_REQUEUE_PI;
  bool locks = kind == FUTEX_LOCK_PI || kind == FUTEX_LOCK_PI2;
  (void)ev;
  if ((!waits_for_change && !locks) || bsan_is_zero_timespec(timeout))
    return BSAN_WONT_BLOCK;
  if (!bsan_platform_copy(word, &now, sizeof(now)))
    return BSAN_WONT_BLOCK; // EFAULT.
  bool is_free = locks ? (now & FUTEX_TID_MASK) == 0 : now != expected;
  return is_free ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}

// C11's result is an int in the place of POSIX's pointer (glibc, thrd_join.c).
bsan_verdict bsan_thrd_join(struct bsan_event *ev, thrd_t thread, int *result) {
  void *value = NULL;
  if (!thread || thrd_equal(thread, thrd_current()))
    return BSAN_WONT_BLOCK;
  int joined = pthread_tryjoin_np((pthread_t)thread, &value);
  if (joined == 0 && result)
    *result = (int)(intptr_t)value;
  _Static_assert(thrd_success == 0, "after_try gives 0 for success");
  return after_try(ev, joined, EBUSY, CLOCK_REALTIME, NULL);
}
