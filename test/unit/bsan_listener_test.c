//===-- bsan_listener_test.c - Unit tests of bsan_listener.c --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who is told, and that turns exclude each other.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/bsan_listener.h"

static char told[64];

static void keep(const char *report, void *arg) {
  strcat(told, arg);
  strcat(told, report);
}

static void replace(const char *report, void *arg) {
  keep(report, arg);
  bsan_listener_set(keep, "second:");
}

static void tell(const char *text) {
  bsan_listener_begin();
  bsan_listener_tell(text);
  bsan_listener_end();
}

TEST who_listens_is_told_with_its_argument(void) {
  ASSERT_FALSE(bsan_listener_is_set());
  tell("nobody ");
  bsan_listener_set(keep, "first:");
  ASSERT(bsan_listener_is_set());
  tell("a ");
  bsan_listener_set(NULL, NULL);
  ASSERT_FALSE(bsan_listener_is_set());
  tell("b ");
  ASSERT_STR_EQ("first:a ", told);
  PASS();
}

TEST a_listener_may_set_another(void) {
  bsan_listener_set(replace, "first:");
  tell("a ");
  tell("b ");
  ASSERT_STR_EQ("first:a second:b ", told);
  PASS();
}

//===-- Turns -------------------------------------------------------------===//

enum { THREADS = 4, ROUNDS = 20000 };

static int inside, overlaps;

static void count_inside(const char *report, void *arg) {
  (void)report;
  ++*(int *)arg;
  overlaps += __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST) != 0;
  __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
}

static void *tell_often(void *unused) {
  for (int i = 0; i < ROUNDS; i++)
    tell("");
  return unused;
}

TEST one_is_told_at_a_time(void) {
  pthread_t threads[THREADS];
  int count = 0;
  bsan_listener_set(count_inside, &count);
  for (int i = 0; i < THREADS; i++)
    ASSERT_EQ(0, pthread_create(&threads[i], NULL, tell_often, NULL));
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  ASSERT_EQ(THREADS * ROUNDS, count);
  ASSERT_EQ(0, overlaps);
  PASS();
}

static void *take_turn(void *unused) {
  bsan_listener_begin();
  return unused;
}

// Ends with the number of reports that a child was told.
static int tell_in_child(void) {
  pid_t child = fork();
  int status = 0;
  if (child == 0) {
    int count = 0;
    bsan_listener_after_fork();
    bsan_listener_set(count_inside, &count);
    tell("");
    _exit(count);
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST a_child_does_not_wait_for_a_turn_of_its_parent(void) {
  pthread_t thread;
  ASSERT_EQ(0, pthread_create(&thread, NULL, take_turn, NULL));
  pthread_join(thread, NULL);
  ASSERT_EQ(1, tell_in_child());
  PASS();
}

static void fork_inside(const char *report, void *arg) {
  (void)report;
  pid_t child = fork();
  if (child == 0) {
    bsan_listener_after_fork();
    return;
  }
  int status = 0;
  waitpid(child, &status, 0);
  *(int *)arg = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST a_listener_may_fork(void) {
  int status = -1;
  pid_t parent = getpid();
  bsan_listener_set(fork_inside, &status);
  tell("");
  if (getpid() != parent) {
    bsan_listener_begin(); // Its turn had been given back.
    _exit(5);
  }
  ASSERT_EQ(5, status);
  PASS();
}

BSAN_UNIT_SUITE(Listener, BSAN_UNIT(who_listens_is_told_with_its_argument),
                BSAN_UNIT(a_listener_may_set_another),
                BSAN_UNIT(one_is_told_at_a_time),
                BSAN_UNIT(a_child_does_not_wait_for_a_turn_of_its_parent),
                BSAN_UNIT(a_listener_may_fork));
