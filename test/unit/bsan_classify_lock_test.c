//===-- bsan_classify_lock_test.c - Unit tests of bsan_classify_lock.c ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A checked program must not be able to tell. Each lock is made twice in the
// same state; one is locked as libc does it, with a short time limit in place
// of "for ever", the other as the wrapper does it; results and what becomes of
// the lock are compared.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "classify/bsan_classify.h"
#include "intercept/bsan_calls.h"

enum { WAITS = -1 }; // In place of a result: the call would wait.

static struct bsan_event event;

static struct timespec from_now_ms(clockid_t clock, int ms) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_nsec += ms * 1000000L;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

// Runs FN(ARG) in a thread that has ended by the return.
static void run_thread(void *(*fn)(void *), void *arg) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, fn, arg) == 0)
    pthread_join(thread, NULL);
}

//===-- Mutexes -----------------------------------------------------------===//

enum state { FREE, MINE, OTHERS, DEAD, LOST, STATE_COUNT };

struct variant {
  int type, robust, protocol, shared;
  enum state state;
};

struct outcome {
  int result;       // Of the call.
  int while_locked; // What another thread gets of a trylock then.
  int unlocked;     // Of the unlock.
  int afterwards;   // What another thread gets then.
};

static void *lock_mutex(void *mutex) {
  pthread_mutex_lock(mutex);
  return NULL;
}

static pthread_barrier_t is_held;

static void *lock_mutex_and_stay(void *mutex) {
  pthread_mutex_lock(mutex);
  pthread_barrier_wait(&is_held);
  for (;;)
    pause();
  return NULL;
}

static void make_mutex(pthread_mutex_t *mutex, const struct variant *variant) {
  pthread_mutexattr_t attr;
  pthread_t holder;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, variant->type);
  pthread_mutexattr_setrobust(&attr, variant->robust);
  pthread_mutexattr_setprotocol(&attr, variant->protocol);
  pthread_mutexattr_setpshared(&attr, variant->shared);
  pthread_mutex_init(mutex, &attr);
  switch (variant->state) {
  case FREE:
  case STATE_COUNT:
    break;
  case MINE:
    pthread_mutex_lock(mutex);
    break;
  case OTHERS:
    pthread_barrier_init(&is_held, NULL, 2);
    pthread_create(&holder, NULL, lock_mutex_and_stay, mutex);
    pthread_barrier_wait(&is_held);
    break;
  case DEAD:
    run_thread(lock_mutex, mutex);
    break;
  case LOST: // Unlocked by who found its owner dead and did not mend it.
    run_thread(lock_mutex, mutex);
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    break;
  }
}

static int lock_as_libc(pthread_mutex_t *mutex) {
  struct timespec soon = from_now_ms(CLOCK_REALTIME, 5);
  int result = pthread_mutex_timedlock(mutex, &soon);
  return result == ETIMEDOUT ? WAITS : result;
}

static int lock_as_wrapper(pthread_mutex_t *mutex) {
  switch (bsan_mutex(&event, mutex, CLOCK_REALTIME, NULL)) {
  case BSAN_DONE:
    return (int)event.result;
  case BSAN_WONT_BLOCK:
    return lock_as_libc(mutex);
  default:
    return WAITS;
  }
}

struct other_try {
  pthread_mutex_t *mutex;
  int result;
};

static void *try_mutex(void *arg) {
  struct other_try *other = arg;
  other->result = pthread_mutex_trylock(other->mutex);
  if (other->result == 0)
    pthread_mutex_unlock(other->mutex);
  return NULL;
}

static int try_from_other_thread(pthread_mutex_t *mutex) {
  struct other_try other = {mutex, 0};
  run_thread(try_mutex, &other);
  return other.result;
}

static struct outcome get_outcome(const struct variant *variant,
                                  int (*lock)(pthread_mutex_t *)) {
  struct outcome outcome = {0, 0, 0, 0};
  // Robust mutexes stay in the list of their thread.
  pthread_mutex_t *mutex =
      mmap(NULL, sizeof(pthread_mutex_t), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  make_mutex(mutex, variant);
  outcome.result = lock(mutex);
  outcome.while_locked = try_from_other_thread(mutex);
  if (outcome.result == 0 || outcome.result == EOWNERDEAD)
    outcome.unlocked = pthread_mutex_unlock(mutex);
  outcome.afterwards = try_from_other_thread(mutex);
  return outcome;
}

static greatest_test_res check_variant(const struct variant *variant) {
  char name[128];
  struct outcome libc = get_outcome(variant, lock_as_libc);
  struct outcome wrapper = get_outcome(variant, lock_as_wrapper);
  snprintf(name, sizeof(name),
           "type %d robust %d protocol %d shared %d state %d: libc %d %d %d "
           "%d, wrapper %d %d %d %d",
           variant->type, variant->robust, variant->protocol, variant->shared,
           variant->state, libc.result, libc.while_locked, libc.unlocked,
           libc.afterwards, wrapper.result, wrapper.while_locked,
           wrapper.unlocked, wrapper.afterwards);
  ASSERTm(name, memcmp(&libc, &wrapper, sizeof(libc)) == 0);
  PASS();
}

static greatest_test_res check_all_variants(int type) {
  for (int bits = 0; bits < 8; bits++)
    for (int state = FREE; state < STATE_COUNT; state++) {
      struct variant variant = {
          .type = type,
          .robust = bits & 1 ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED,
          .protocol = bits & 2 ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE,
          .shared = bits & 4 ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE,
          .state = (enum state)state};
      // What is held by a dead thread is lost unless it is robust.
      if (state < DEAD || bits & 1)
        CHECK_CALL(check_variant(&variant));
    }
  PASS();
}

TEST normal_mutexes_are_as_in_libc(void) {
  CHECK_CALL(check_all_variants(PTHREAD_MUTEX_NORMAL));
  PASS();
}

TEST recursive_mutexes_are_as_in_libc(void) {
  CHECK_CALL(check_all_variants(PTHREAD_MUTEX_RECURSIVE));
  PASS();
}

TEST error_checking_mutexes_are_as_in_libc(void) {
  CHECK_CALL(check_all_variants(PTHREAD_MUTEX_ERRORCHECK));
  PASS();
}

TEST adaptive_mutexes_are_as_in_libc(void) {
  CHECK_CALL(check_all_variants(PTHREAD_MUTEX_ADAPTIVE_NP));
  PASS();
}

TEST a_mutex_of_a_dead_process_can_be_mended(void) {
  struct variant variant = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST,
                            PTHREAD_PRIO_NONE, PTHREAD_PROCESS_SHARED, FREE};
  pthread_mutex_t *mutex =
      mmap(NULL, sizeof(pthread_mutex_t), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  make_mutex(mutex, &variant);
  pid_t child = fork();
  if (child == 0) {
    pthread_mutex_lock(mutex);
    _exit(0);
  }
  ASSERT_EQ(child, waitpid(child, NULL, 0));
  ASSERT_EQ(BSAN_DONE, bsan_mutex(&event, mutex, CLOCK_REALTIME, NULL));
  ASSERT_EQ(EOWNERDEAD, event.result);
  ASSERT_EQ(0, pthread_mutex_consistent(mutex));
  ASSERT_EQ(0, pthread_mutex_unlock(mutex));
  ASSERT_EQ(BSAN_DONE, bsan_mutex(&event, mutex, CLOCK_REALTIME, NULL));
  ASSERT_EQ(0, event.result);
  PASS();
}

TEST a_limit_that_has_passed_wont_block(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  struct timespec past = from_now_ms(CLOCK_REALTIME, -1);
  struct timespec future = from_now_ms(CLOCK_MONOTONIC, 5000);
  ASSERT_EQ(0, pthread_mutex_lock(&mutex));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_mutex(&event, &mutex, CLOCK_REALTIME, &past));
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_mutex(&event, &mutex, CLOCK_MONOTONIC, &future));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_mutex(&event, &mutex, CLOCK_REALTIME, &future));
  PASS();
}

// Both know the clocks of futexes only, and a lock that is free changes that
// not.
TEST a_mutex_with_a_clock_that_is_none_is_refused(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  struct timespec time = from_now_ms(CLOCK_REALTIME, 5);
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  ASSERT_EQ(EINVAL, pthread_mutex_clocklock(&mutex, clock, &time));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_mutex(&event, &mutex, clock, &time));
  ASSERT_EQ(0, pthread_mutex_trylock(&mutex));
  PASS();
}

//===-- Read-write locks --------------------------------------------------===//

enum rw_state { RW_FREE, RW_READ, RW_WRITTEN, RW_OTHER_READS, RW_OTHER_WRITES };

static void *read_lock(void *lock) {
  pthread_rwlock_rdlock(lock);
  return NULL;
}

static void *write_lock(void *lock) {
  pthread_rwlock_wrlock(lock);
  return NULL;
}

static void make_rwlock(pthread_rwlock_t *lock, int kind, int state) {
  pthread_rwlockattr_t attr;
  pthread_rwlockattr_init(&attr);
  pthread_rwlockattr_setkind_np(&attr, kind);
  pthread_rwlock_init(lock, &attr);
  if (state == RW_READ)
    pthread_rwlock_rdlock(lock);
  if (state == RW_WRITTEN)
    pthread_rwlock_wrlock(lock);
  // They stay locked when their threads have ended.
  if (state == RW_OTHER_READS)
    run_thread(read_lock, lock);
  if (state == RW_OTHER_WRITES)
    run_thread(write_lock, lock);
}

static int rwlock_as_libc(pthread_rwlock_t *lock, bool for_writing,
                          const struct timespec *time) {
  int result = for_writing ? pthread_rwlock_timedwrlock(lock, time)
                           : pthread_rwlock_timedrdlock(lock, time);
  return result == ETIMEDOUT ? WAITS : result;
}

static int rwlock_as_wrapper(pthread_rwlock_t *lock, bool for_writing,
                             const struct timespec *time) {
  switch (bsan_rwlock(&event, lock, for_writing, CLOCK_REALTIME, time)) {
  case BSAN_DONE:
    return (int)event.result;
  case BSAN_WONT_BLOCK:
    return rwlock_as_libc(lock, for_writing, time);
  default:
    return WAITS;
  }
}

static greatest_test_res check_rwlock(int kind, int state, bool for_writing,
                                      const struct timespec *time) {
  static pthread_rwlock_t first, second;
  char name[64];
  make_rwlock(&first, kind, state);
  make_rwlock(&second, kind, state);
  int libc = rwlock_as_libc(&first, for_writing, time);
  int wrapper = rwlock_as_wrapper(&second, for_writing, time);
  snprintf(name, sizeof(name), "kind %d state %d writing %d", kind, state,
           for_writing);
  ASSERT_EQ_FMTm(name, libc, wrapper, "%d");
  // They must also be in the same state.
  int libc_try = pthread_rwlock_trywrlock(&first);
  ASSERT_EQ_FMTm(name, libc_try, pthread_rwlock_trywrlock(&second), "%d");
  PASS();
}

static greatest_test_res check_rwlocks(const struct timespec *time) {
  static const int kinds[] = {PTHREAD_RWLOCK_PREFER_READER_NP,
                              PTHREAD_RWLOCK_PREFER_WRITER_NP,
                              PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP};
  for (int kind = 0; kind < 3; kind++)
    for (int state = RW_FREE; state <= RW_OTHER_WRITES; state++) {
      CHECK_CALL(check_rwlock(kinds[kind], state, false, time));
      CHECK_CALL(check_rwlock(kinds[kind], state, true, time));
    }
  PASS();
}

TEST read_write_locks_are_as_in_libc(void) {
  struct timespec soon = from_now_ms(CLOCK_REALTIME, 200);
  CHECK_CALL(check_rwlocks(&soon));
  PASS();
}

TEST read_write_locks_refuse_times_that_are_none(void) {
  struct timespec none = {INT32_MAX, 1000000000};
  CHECK_CALL(check_rwlocks(&none));
  PASS();
}

//===-- Spinlocks, semaphores, conditions ---------------------------------===//

TEST a_spinlock_is_taken_when_it_is_free(void) {
  pthread_spinlock_t lock;
  ASSERT_EQ(0, pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE));
  ASSERT_EQ(BSAN_DONE, bsan_spinlock(&event, &lock));
  ASSERT_EQ(0, event.result);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_spinlock(&event, &lock));
  ASSERT_EQ(0, pthread_spin_unlock(&lock));
  PASS();
}

TEST a_semaphore_is_taken_when_it_is_free(void) {
  sem_t semaphore;
  int value = -1;
  ASSERT_EQ(0, sem_init(&semaphore, 0, 2));
  errno = 4711;
  ASSERT_EQ(BSAN_DONE,
            bsan_semaphore(&event, &semaphore, CLOCK_REALTIME, NULL));
  ASSERT_EQ(0, event.result);
  ASSERT_EQ(0, sem_getvalue(&semaphore, &value));
  ASSERT_EQ(1, value);
  ASSERT_EQ(0, sem_wait(&semaphore));
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_semaphore(&event, &semaphore, CLOCK_REALTIME, NULL));
  ASSERT_EQ(4711, errno);
  struct timespec past = {1, 0};
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_semaphore(&event, &semaphore, CLOCK_REALTIME, &past));
  PASS();
}

TEST a_semaphore_refuses_times_that_are_none(void) {
  sem_t semaphore;
  struct timespec none = {INT32_MAX, -1};
  struct timespec time = from_now_ms(CLOCK_REALTIME, 5);
  ASSERT_EQ(0, sem_init(&semaphore, 0, 1));
  ASSERT_EQ(-1, sem_timedwait(&semaphore, &none));
  ASSERT_EQ(EINVAL, errno);
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_semaphore(&event, &semaphore, CLOCK_REALTIME, &none));
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  ASSERT_EQ(-1, sem_clockwait(&semaphore, clock, &time));
  ASSERT_EQ(EINVAL, errno);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_semaphore(&event, &semaphore, clock, &time));
  ASSERT_EQ(0, sem_trywait(&semaphore));
  PASS();
}

TEST a_condition_waits_on_its_own_clock(void) {
  pthread_cond_t realtime = PTHREAD_COND_INITIALIZER, monotonic;
  pthread_condattr_t attr;
  struct timespec time = from_now_ms(CLOCK_MONOTONIC, 5000), past = {1, 0};
  ASSERT_EQ(0, pthread_condattr_init(&attr));
  ASSERT_EQ(0, pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
  ASSERT_EQ(0, pthread_cond_init(&monotonic, &attr));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_condition(&event, &realtime, &time));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_condition(&event, &monotonic, &time));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_condition(&event, &monotonic, &past));
  time = from_now_ms(CLOCK_REALTIME, 5000);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_condition(&event, &realtime, &time));
  PASS();
}

//===-- Joins -------------------------------------------------------------===//

static void *return_arg(void *arg) { return arg; }

static pthread_barrier_t may_end;

static void *stay_and_return_arg(void *arg) {
  pthread_barrier_wait(&may_end);
  return arg;
}

// A thread that runs until the barrier.
static pthread_t start_running_thread(void *arg) {
  pthread_t thread;
  pthread_barrier_init(&may_end, NULL, 2);
  pthread_create(&thread, NULL, stay_and_return_arg, arg);
  return thread;
}

static bsan_verdict join_until_decided(pthread_t thread, void **result) {
  bsan_verdict verdict;
  do
    verdict = bsan_join(&event, thread, result, CLOCK_REALTIME, NULL);
  while (verdict == BSAN_MAY_BLOCK);
  return verdict;
}

TEST a_running_thread_may_block_and_an_ended_one_is_joined(void) {
  int number = 0;
  void *result = NULL;
  struct timespec past = {1, 0};
  pthread_t thread = start_running_thread(&number);
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_join(&event, thread, &result, CLOCK_REALTIME, NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_join(&event, thread, &result, CLOCK_REALTIME, &past));
  ASSERT_EQ(NULL, result);
  pthread_barrier_wait(&may_end);
  ASSERT_EQ(BSAN_DONE, join_until_decided(thread, &result));
  ASSERT_EQ(0, event.result);
  ASSERT_EQ(&number, result);
  PASS();
}

TEST a_join_may_want_no_result(void) {
  pthread_t thread;
  ASSERT_EQ(0, pthread_create(&thread, NULL, return_arg, NULL));
  ASSERT_EQ(BSAN_DONE, join_until_decided(thread, NULL));
  PASS();
}

TEST joining_oneself_wont_block(void) {
  pthread_t self = pthread_self();
  ASSERT_EQ(EDEADLK, pthread_join(self, NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_join(&event, self, NULL, CLOCK_REALTIME, NULL));
  PASS();
}

TEST a_join_with_a_clock_that_is_none_is_refused(void) {
  pthread_t thread;
  struct timespec time = from_now_ms(CLOCK_REALTIME, 5000);
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  ASSERT_EQ(0, pthread_create(&thread, NULL, return_arg, NULL));
  ASSERT_EQ(EINVAL, pthread_clockjoin_np(thread, NULL, clock, &time));
  bsan_verdict verdict;
  do
    verdict = bsan_join(&event, thread, NULL, clock, &time);
  while (verdict == BSAN_MAY_BLOCK);
  ASSERT_EQ(BSAN_WONT_BLOCK, verdict);
  ASSERT_EQ(0, pthread_join(thread, NULL));
  PASS();
}

//===-- C11 ---------------------------------------------------------------===//

TEST c11_mutexes_are_taken_when_they_are_free(void) {
  mtx_t plain, recursive;
  struct timespec past = {1, 0};
  ASSERT_EQ(thrd_success, mtx_init(&plain, mtx_timed));
  ASSERT_EQ(thrd_success, mtx_init(&recursive, mtx_plain | mtx_recursive));
  ASSERT_EQ(BSAN_DONE, bsan_mtx(&event, &plain, NULL));
  ASSERT_EQ(thrd_success, event.result);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_mtx(&event, &plain, NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_mtx(&event, &plain, &past));
  ASSERT_EQ(thrd_success, mtx_unlock(&plain));
  ASSERT_EQ(BSAN_DONE, bsan_mtx(&event, &recursive, NULL));
  ASSERT_EQ(BSAN_DONE, bsan_mtx(&event, &recursive, NULL));
  ASSERT_EQ(thrd_success, mtx_unlock(&recursive));
  ASSERT_EQ(thrd_success, mtx_unlock(&recursive));
  PASS();
}

static int return_minus_5(void *unused) {
  (void)unused;
  return -5;
}

TEST c11_threads_are_joined_with_their_number(void) {
  thrd_t thread;
  int result = 0;
  ASSERT_EQ(thrd_success, thrd_create(&thread, return_minus_5, NULL));
  bsan_verdict verdict;
  do
    verdict = bsan_thrd_join(&event, thread, &result);
  while (verdict == BSAN_MAY_BLOCK);
  ASSERT_EQ(BSAN_DONE, verdict);
  ASSERT_EQ(thrd_success, event.result);
  ASSERT_EQ(-5, result);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_thrd_join(&event, thrd_current(), NULL));
  PASS();
}

BSAN_UNIT_SUITE(
    ClassifyLock, BSAN_UNIT(normal_mutexes_are_as_in_libc),
    BSAN_UNIT(recursive_mutexes_are_as_in_libc),
    BSAN_UNIT(error_checking_mutexes_are_as_in_libc),
    BSAN_UNIT(adaptive_mutexes_are_as_in_libc),
    BSAN_UNIT(a_mutex_of_a_dead_process_can_be_mended),
    BSAN_UNIT(a_limit_that_has_passed_wont_block),
    BSAN_UNIT(a_mutex_with_a_clock_that_is_none_is_refused),
    BSAN_UNIT(read_write_locks_are_as_in_libc),
    BSAN_UNIT(read_write_locks_refuse_times_that_are_none),
    BSAN_UNIT(a_spinlock_is_taken_when_it_is_free),
    BSAN_UNIT(a_semaphore_is_taken_when_it_is_free),
    BSAN_UNIT(a_semaphore_refuses_times_that_are_none),
    BSAN_UNIT(a_condition_waits_on_its_own_clock),
    BSAN_UNIT(a_running_thread_may_block_and_an_ended_one_is_joined),
    BSAN_UNIT(a_join_may_want_no_result), BSAN_UNIT(joining_oneself_wont_block),
    BSAN_UNIT(a_join_with_a_clock_that_is_none_is_refused),
    BSAN_UNIT(c11_mutexes_are_taken_when_they_are_free),
    BSAN_UNIT(c11_threads_are_joined_with_their_number));
