//===-- bsan_owner_test.c - Unit tests of bsan_owner.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is kept of a lock must be of its present owner, or nothing.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "classify/bsan_owner.h"
#include "platform/bsan_platform.h"

enum { STACK = 77, TAKEN_NS = 5000000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spinlock;

static struct bsan_owner find(unsigned kind, const void *lock) {
  struct bsan_owner owner;
  bsan_owner_find(&owner, kind, lock);
  return owner;
}

TEST a_mutex_knows_its_owner(void) {
  pthread_mutex_lock(&mutex);
  struct bsan_owner owner = find(BSAN_LOCK_MUTEX, &mutex);
  ASSERT_EQ(gettid(), owner.tid);
  ASSERT_EQ(BSAN_LOCK_MUTEX, owner.kind);
  ASSERT_EQ((uintptr_t)&mutex, owner.lock);
  ASSERT_EQ(0, owner.stack_id);
  ASSERT_EQ(0, owner.since_ns);
  pthread_mutex_unlock(&mutex);
  ASSERT_EQ(0, find(BSAN_LOCK_MUTEX, &mutex).tid);
  PASS();
}

TEST a_rwlock_knows_its_writer_only(void) {
  pthread_rwlock_rdlock(&rwlock);
  ASSERT_EQ(0, find(BSAN_LOCK_RWLOCK, &rwlock).tid);
  pthread_rwlock_unlock(&rwlock);
  pthread_rwlock_wrlock(&rwlock);
  ASSERT_EQ(gettid(), find(BSAN_LOCK_RWLOCK, &rwlock).tid);
  PASS();
}

// A robust mutex that is lost has an "owner" that is no thread.
TEST an_impossible_owner_is_none(void) {
  mutex.__data.__owner = INT32_MAX - 1;
  ASSERT_EQ(0, find(BSAN_LOCK_MUTEX, &mutex).tid);
  mutex.__data.__owner = -1;
  ASSERT_EQ(0, find(BSAN_LOCK_MUTEX, &mutex).tid);
  PASS();
}

TEST where_a_watched_lock_was_taken_is_kept(void) {
  ASSERT_FALSE(bsan_owner_is_watched(&mutex));
  bsan_owner_watch(&mutex);
  ASSERT(bsan_owner_is_watched(&mutex));
  bsan_unit_fakes.now_ns = TAKEN_NS;
  pthread_mutex_lock(&mutex);
  bsan_owner_took(BSAN_LOCK_MUTEX, &mutex, STACK);
  struct bsan_owner owner = find(BSAN_LOCK_MUTEX, &mutex);
  ASSERT_EQ(STACK, owner.stack_id);
  ASSERT_EQ(TAKEN_NS, owner.since_ns);
  bsan_owner_watch(&mutex); // Keeps what is known.
  ASSERT_EQ(STACK, find(BSAN_LOCK_MUTEX, &mutex).stack_id);
  PASS();
}

TEST nothing_is_kept_of_a_lock_that_was_given_back(void) {
  bsan_owner_watch(&mutex);
  pthread_mutex_lock(&mutex);
  bsan_owner_took(BSAN_LOCK_MUTEX, &mutex, STACK);
  bsan_owner_released(BSAN_LOCK_MUTEX, &mutex);
  struct bsan_owner owner = find(BSAN_LOCK_MUTEX, &mutex);
  ASSERT_EQ(gettid(), owner.tid);
  ASSERT_EQ(0, owner.stack_id);
  ASSERT(bsan_owner_is_watched(&mutex));
  PASS();
}

TEST what_another_thread_did_is_not_told_of_the_owner(void) {
  bsan_owner_watch(&mutex);
  pthread_mutex_lock(&mutex);
  bsan_owner_took(BSAN_LOCK_MUTEX, &mutex, STACK);
  mutex.__data.__owner++;
  ASSERT_EQ(gettid() + 1, find(BSAN_LOCK_MUTEX, &mutex).tid);
  ASSERT_EQ(0, find(BSAN_LOCK_MUTEX, &mutex).stack_id);
  PASS();
}

TEST the_first_lock_of_a_recursive_mutex_counts(void) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&mutex, &attr);
  bsan_owner_watch(&mutex);
  pthread_mutex_lock(&mutex);
  bsan_owner_took(BSAN_LOCK_MUTEX, &mutex, STACK);
  pthread_mutex_lock(&mutex);
  bsan_owner_took(BSAN_LOCK_MUTEX, &mutex, STACK + 1);
  ASSERT_EQ(STACK, find(BSAN_LOCK_MUTEX, &mutex).stack_id);
  bsan_owner_released(BSAN_LOCK_MUTEX, &mutex);
  pthread_mutex_unlock(&mutex);
  ASSERT_EQ(STACK, find(BSAN_LOCK_MUTEX, &mutex).stack_id);
  bsan_owner_released(BSAN_LOCK_MUTEX, &mutex);
  ASSERT_EQ(0, find(BSAN_LOCK_MUTEX, &mutex).stack_id);
  PASS();
}

TEST a_spin_lock_has_the_owner_that_was_seen(void) {
  const void *lock = (const void *)&spinlock;
  ASSERT_EQ(0, find(BSAN_LOCK_SPIN, lock).tid);
  bsan_owner_watch(lock);
  ASSERT_EQ(0, find(BSAN_LOCK_SPIN, lock).tid);
  bsan_owner_took(BSAN_LOCK_SPIN, lock, STACK);
  ASSERT_EQ(gettid(), find(BSAN_LOCK_SPIN, lock).tid);
  ASSERT_EQ(STACK, find(BSAN_LOCK_SPIN, lock).stack_id);
  PASS();
}

TEST all_locks_can_be_watched(void) {
  bsan_owner_watch_all();
  ASSERT(bsan_owner_is_watched(&mutex));
  pthread_mutex_lock(&mutex);
  bsan_owner_took(BSAN_LOCK_MUTEX, &mutex, STACK);
  ASSERT_EQ(STACK, find(BSAN_LOCK_MUTEX, &mutex).stack_id);
  PASS();
}

// One lock takes another's place in the table: its owner's stack is lost, never
// mistaken.
TEST the_later_of_two_locks_has_the_place(void) {
  enum { MANY = 8 * BSAN_OWNER_LOCKS };
  static pthread_mutex_t many[MANY];
  bsan_owner_watch_all();
  size_t found = 0;
  for (uint32_t i = 0; i < MANY; i++) {
    pthread_mutex_lock(&many[i]);
    bsan_owner_took(BSAN_LOCK_MUTEX, &many[i], i + 1);
  }
  for (uint32_t i = 0; i < MANY; i++) {
    struct bsan_owner owner = find(BSAN_LOCK_MUTEX, &many[i]);
    ASSERT(owner.stack_id == 0 || owner.stack_id == i + 1);
    found += owner.stack_id != 0;
  }
  ASSERT(found > BSAN_OWNER_LOCKS / 2 && found <= BSAN_OWNER_LOCKS);
  PASS();
}

BSAN_UNIT_SUITE(Owner, BSAN_UNIT(a_mutex_knows_its_owner),
                BSAN_UNIT(a_rwlock_knows_its_writer_only),
                BSAN_UNIT(an_impossible_owner_is_none),
                BSAN_UNIT(where_a_watched_lock_was_taken_is_kept),
                BSAN_UNIT(nothing_is_kept_of_a_lock_that_was_given_back),
                BSAN_UNIT(what_another_thread_did_is_not_told_of_the_owner),
                BSAN_UNIT(the_first_lock_of_a_recursive_mutex_counts),
                BSAN_UNIT(a_spin_lock_has_the_owner_that_was_seen),
                BSAN_UNIT(all_locks_can_be_watched),
                BSAN_UNIT(the_later_of_two_locks_has_the_place));
