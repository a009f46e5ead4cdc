//===-- bsan_ring_test.c - Unit tests of bsan_ring.c ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a test leaves in the ring would be printed when its process ends.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_ring.h"

static bool put(long number) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_usleep);
  event.thread = bsan_loop_thread();
  event.args[0] = (struct bsan_arg){'d', {.number = number}};
  return bsan_ring_put(&event, (uint64_t)number);
}

// The number of the next entry, -1 when there is none.
static long take(void) {
  const struct bsan_ring_entry *entry = bsan_ring_take();
  if (!entry)
    return -1;
  long number = entry->event.args[0].value.number;
  bsan_ring_give_back();
  return number;
}

TEST entries_come_out_in_their_order(void) {
  ASSERT_FALSE(bsan_ring_is_used());
  ASSERT_FALSE(bsan_ring_is_ready());
  ASSERT_EQ(-1, take());
  ASSERT(put(1) && put(2));
  ASSERT(bsan_ring_is_used());
  ASSERT(bsan_ring_is_ready());
  ASSERT_EQ(2, bsan_ring_count());
  ASSERT_EQ(1, take());
  ASSERT_EQ(2, take());
  ASSERT_EQ(-1, take());
  ASSERT_EQ(0, bsan_ring_count());
  PASS();
}

TEST a_full_ring_takes_no_more_until_one_is_given_back(void) {
  for (int round = 0; round < 3; round++) {
    for (long i = 0; i < BSAN_RING_SIZE; i++)
      ASSERT(put(i));
    ASSERT_FALSE(put(-1));
    ASSERT_EQ(BSAN_RING_SIZE, bsan_ring_count());
    ASSERT_EQ(0, take());
    ASSERT(put(BSAN_RING_SIZE));
    ASSERT_FALSE(put(-1));
    for (long i = 1; i <= BSAN_RING_SIZE; i++)
      ASSERT_EQ(i, take());
  }
  ASSERT_EQ(-1, take());
  PASS();
}

TEST an_entry_that_is_looked_at_is_not_overwritten(void) {
  for (long i = 0; i < BSAN_RING_SIZE; i++)
    ASSERT(put(i));
  const struct bsan_ring_entry *entry = bsan_ring_take();
  ASSERT_FALSE(put(-1));
  ASSERT_EQ(0, entry->event.args[0].value.number);
  ASSERT_EQ(entry, bsan_ring_take());
  bsan_ring_clear();
  PASS();
}

TEST clearing_makes_a_new_ring(void) {
  for (long i = 0; i < BSAN_RING_SIZE + 5; i++) {
    ASSERT(put(i));
    if (i < 10)
      take();
  }
  bsan_ring_clear();
  ASSERT_FALSE(bsan_ring_is_used());
  ASSERT_EQ(-1, take());
  ASSERT(put(7));
  ASSERT_EQ(7, take());
  PASS();
}

TEST the_thread_is_as_it_was(void) {
  struct bsan_thread *thread = bsan_loop_thread();
  char loop_name[] = "ui";
  strcpy(thread->name, "then");
  thread->loop_name = loop_name;
  thread->index = 3;
  ASSERT(put(1));
  strcpy(thread->name, "now");
  loop_name[0] = '!';
  thread->loop_name = NULL;
  thread->index = 4;
  const struct bsan_thread_facts *facts = &bsan_ring_take()->thread;
  ASSERT_STR_EQ("then", facts->name);
  ASSERT(facts->has_loop_name);
  ASSERT_STR_EQ("ui", facts->loop_name);
  ASSERT_EQ(3, facts->index);
  bsan_ring_clear();
  PASS();
}

//===-- Threads -----------------------------------------------------------===//

enum { PUTTERS = 4, PUTS = 20000 };

// Every number of its own, whatever it takes.
static void *put_all(void *arg) {
  long first = *(long *)arg * PUTS;
  for (long i = 0; i < PUTS; i++)
    while (!put(first + i))
      sched_yield();
  return NULL;
}

TEST each_entry_is_taken_once_and_in_its_threads_order(void) {
  pthread_t threads[PUTTERS];
  long ids[PUTTERS], next[PUTTERS] = {0};
  for (long i = 0; i < PUTTERS; i++) {
    ids[i] = i;
    ASSERT_EQ(0, pthread_create(&threads[i], NULL, put_all, &ids[i]));
  }
  for (long taken = 0; taken < PUTTERS * PUTS;) {
    long number = take();
    if (number < 0) {
      sched_yield();
      continue;
    }
    ASSERT_EQ(next[number / PUTS]++, number % PUTS);
    taken++;
  }
  ASSERT_EQ(-1, take());
  for (int i = 0; i < PUTTERS; i++)
    pthread_join(threads[i], NULL);
  PASS();
}

BSAN_UNIT_SUITE(Ring, BSAN_UNIT(entries_come_out_in_their_order),
                BSAN_UNIT(a_full_ring_takes_no_more_until_one_is_given_back),
                BSAN_UNIT(an_entry_that_is_looked_at_is_not_overwritten),
                BSAN_UNIT(clearing_makes_a_new_ring),
                BSAN_UNIT(the_thread_is_as_it_was),
                BSAN_UNIT(each_entry_is_taken_once_and_in_its_threads_order));
