//===-- bsan_sites_test.c - Unit tests of bsan_sites.c --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table has no lock, so what counts is that no thread's count gets lost.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <pthread.h>
#include <string.h>

#include "bsan_unit_fakes.h"
#include "intercept/bsan_calls.h"
#include "loop/bsan_loop.h"
#include "report/bsan_report.h"

enum { TABLE_SIZE = 1 << 14 };

TEST a_site_is_a_call_with_a_stack(void) {
  struct bsan_site *site = bsan_report_site(BSAN_CALL_read, 7);
  ASSERT(site);
  ASSERT_EQ(BSAN_CALL_read, site->call);
  ASSERT_EQ(7, site->stack_id);
  ASSERT_EQ(site, bsan_report_site(BSAN_CALL_read, 7));
  ASSERT(site != bsan_report_site(BSAN_CALL_write, 7));
  ASSERT(site != bsan_report_site(BSAN_CALL_read, 8));
  PASS();
}

TEST call_0_and_stack_0_are_a_site_too(void) {
  struct bsan_site *site = bsan_report_site(BSAN_CALL_USER, 0);
  ASSERT(site);
  ASSERT_EQ(site, bsan_report_site(BSAN_CALL_USER, 0));
  PASS();
}

TEST a_site_is_new_until_it_is_settled(void) {
  struct bsan_site *site = bsan_report_site(BSAN_CALL_read, 7);
  struct bsan_rule *rule = (struct bsan_rule *)site;
  ASSERT(bsan_report_is_new(site));
  bsan_report_set_suppression(site, rule);
  ASSERT_FALSE(bsan_report_is_new(site));
  ASSERT_EQ(rule, site->rule);
  bsan_report_set_suppression(bsan_report_site(BSAN_CALL_read, 8), NULL);
  ASSERT_FALSE(bsan_report_is_new(bsan_report_site(BSAN_CALL_read, 8)));
  PASS();
}

TEST a_site_is_labelled_as_the_programmer_knows_it(void) {
  struct bsan_site *site = bsan_report_site(BSAN_CALL_USER, 7);
  ASSERT_STR_EQ("read",
                bsan_report_label(bsan_report_site(BSAN_CALL___read_chk, 7)));
  bsan_report_set_label(site, "db_query");
  ASSERT_STR_EQ("db_query", bsan_report_label(site));
  bsan_report_set_label(site, "a\nb");
  ASSERT_STR_EQ("a?b", bsan_report_label(site));
  bsan_report_set_label(site, NULL);
  ASSERT_STR_EQ("NULL", bsan_report_label(site));
  PASS();
}

TEST long_labels_are_cut(void) {
  char name[200];
  struct bsan_site *site = bsan_report_site(BSAN_CALL_USER, 7);
  memset(name, 'x', sizeof(name) - 1);
  name[sizeof(name) - 1] = 0;
  bsan_report_set_label(site, name);
  ASSERT_EQ(BSAN_LABEL_SIZE - 1, strlen(bsan_report_label(site)));
  PASS();
}

TEST time_is_added_up(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  struct bsan_site *site = event.site = bsan_report_site(BSAN_CALL_read, 7);
  event.elapsed_ns = 500;
  event.switches = 2;
  bsan_sites_add_time(&event);
  event.elapsed_ns = 200;
  event.switches = 0;
  bsan_sites_add_time(&event);
  ASSERT_EQ(700, site->total_ns);
  ASSERT_EQ(500, site->max_ns);
  ASSERT_EQ(1, site->slept);
  ASSERT_EQ(0, site->count);
  PASS();
}

static void count_site(const struct bsan_site *site, void *arg) {
  *(uint64_t *)arg += site->count;
}

TEST sites_without_calls_are_not_visited(void) {
  uint64_t calls = 0;
  bsan_report_site(BSAN_CALL_read, 7)->count = 3;
  bsan_report_site(BSAN_CALL_read, 8)->total_ns = 1;
  bsan_report_site(BSAN_CALL_write, 8)->count = 2;
  bsan_report_visit(count_site, &calls);
  ASSERT_EQ(5, calls);
  PASS();
}

TEST clearing_keeps_what_was_settled(void) {
  uint64_t calls = 0;
  struct bsan_site *site = bsan_report_site(BSAN_CALL_read, 7);
  bsan_report_set_suppression(site, (struct bsan_rule *)site);
  site->count = site->slept = site->total_ns = site->max_ns = 5;
  bsan_report_clear();
  bsan_report_visit(count_site, &calls);
  ASSERT_EQ(0, calls);
  ASSERT_EQ(0, site->total_ns + site->max_ns + site->slept);
  ASSERT_EQ(site, bsan_report_site(BSAN_CALL_read, 7));
  ASSERT_FALSE(bsan_report_is_new(site));
  PASS();
}

static void fill_table(void *unused) {
  (void)unused;
  bool is_filled = true;
  for (uint32_t stack_id = 1; stack_id <= TABLE_SIZE; stack_id++)
    is_filled &= bsan_report_site(BSAN_CALL_read, stack_id) != NULL;
  bool is_refused = !bsan_report_site(BSAN_CALL_read, TABLE_SIZE + 1) &&
                    !bsan_report_site(BSAN_CALL_write, 1);
  bool is_found =
      bsan_report_site(BSAN_CALL_read, TABLE_SIZE)->stack_id == TABLE_SIZE;
  if (!is_filled || !is_refused || !is_found)
    fprintf(stderr, "filled %d refused %d found %d\n", is_filled, is_refused,
            is_found);
}

TEST a_full_table_is_told_once(void) {
  struct bsan_child_result result = bsan_unit_run_child(fill_table, NULL);
  ASSERT_STR_EQ("BlockSanitizer: WARNING: more than 16384 different call "
                "sites; further ones are not reported\n",
                result.stderr_text);
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

//===-- Threads -----------------------------------------------------------===//

enum { THREADS = 4, ROUNDS = 100000, SHARED = 2 };

static pthread_barrier_t barrier;

// Every thread counts SHARED sites, and as many of its own.
static void *count_calls(void *arg) {
  uint32_t number = (uint32_t)(uintptr_t)arg;
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  pthread_barrier_wait(&barrier);
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t own = i & 1 ? 1000 * number : 0;
    event.site = bsan_report_site(BSAN_CALL_read, 1 + own + i / 2 % SHARED);
    event.elapsed_ns = i + number;
    event.switches = 1;
    bsan_sites_add_time(&event);
    __atomic_fetch_add(&event.site->count, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

struct sums {
  uint64_t sites, calls, slept, ns, max_ns;
};

static void add_site(const struct bsan_site *site, void *arg) {
  struct sums *sums = arg;
  sums->sites++;
  sums->calls += site->count;
  sums->slept += site->slept;
  sums->ns += site->total_ns;
  if (site->max_ns > sums->max_ns)
    sums->max_ns = site->max_ns;
}

TEST threads_lose_no_counts(void) {
  pthread_t threads[THREADS];
  struct sums sums = {0, 0, 0, 0, 0};
  uint64_t ns = 0;
  ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, THREADS));
  for (uintptr_t i = 0; i < THREADS; i++)
    ASSERT_EQ(0,
              pthread_create(&threads[i], NULL, count_calls, (void *)(i + 1)));
  for (int i = 0; i < THREADS; i++)
    ASSERT_EQ(0, pthread_join(threads[i], NULL));
  bsan_report_visit(add_site, &sums);
  for (uint64_t number = 1; number <= THREADS; number++)
    ns += (uint64_t)ROUNDS * (ROUNDS - 1) / 2 + number * ROUNDS;
  ASSERT_EQ_FMT((size_t)SHARED * (THREADS + 1), (size_t)sums.sites, "%zu");
  ASSERT_EQ_FMT((size_t)THREADS * ROUNDS, (size_t)sums.calls, "%zu");
  ASSERT_EQ_FMT((size_t)THREADS * ROUNDS, (size_t)sums.slept, "%zu");
  ASSERT_EQ_FMT((size_t)ns, (size_t)sums.ns, "%zu");
  ASSERT_EQ_FMT((size_t)(ROUNDS - 1 + THREADS), (size_t)sums.max_ns, "%zu");
  PASS();
}

static void *take_new_sites(void *arg) {
  struct bsan_site **sites = arg;
  for (uint32_t i = 0; i < 2000; i++) {
    if (i % 100 == 0)
      pthread_barrier_wait(&barrier);
    sites[i] = bsan_report_site(BSAN_CALL_read, 1 + i);
  }
  return NULL;
}

TEST threads_agree_on_new_sites(void) {
  static struct bsan_site *sites[THREADS][2000];
  pthread_t threads[THREADS];
  ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, THREADS));
  for (int i = 0; i < THREADS; i++)
    ASSERT_EQ(0, pthread_create(&threads[i], NULL, take_new_sites, sites[i]));
  for (int i = 0; i < THREADS; i++)
    ASSERT_EQ(0, pthread_join(threads[i], NULL));
  for (int i = 1; i < THREADS; i++)
    ASSERT_MEM_EQ(sites[0], sites[i], sizeof(sites[0]));
  PASS();
}

static struct bsan_site *note_call(struct bsan_thread *thread,
                                   uint32_t stack_id, uint64_t elapsed_ns) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  event.thread = thread;
  event.elapsed_ns = elapsed_ns;
  event.site = bsan_report_site(BSAN_CALL_read, stack_id);
  bsan_sites_note_longest(&event);
  return event.site;
}

TEST late_events_waited_for_the_longest_call(void) {
  static struct bsan_thread thread;
  struct bsan_site *shorter = note_call(&thread, 7, 500);
  struct bsan_site *longest = note_call(&thread, 8, 900);
  note_call(&thread, 7, 800);
  bsan_sites_add_late(&thread, 3);
  ASSERT_EQ(0, shorter->late_events);
  ASSERT_EQ(3, longest->late_events);
  ASSERT_EQ(NULL, thread.late_site);
  note_call(&thread, 7, 100); // Behind the next wait.
  bsan_sites_add_late(&thread, 4);
  ASSERT_EQ(4, shorter->late_events);
  ASSERT_EQ(7, thread.times.late_events);
  PASS();
}

BSAN_UNIT_SUITE(Sites, BSAN_UNIT(a_site_is_a_call_with_a_stack),
                BSAN_UNIT(call_0_and_stack_0_are_a_site_too),
                BSAN_UNIT(a_site_is_new_until_it_is_settled),
                BSAN_UNIT(a_site_is_labelled_as_the_programmer_knows_it),
                BSAN_UNIT(long_labels_are_cut), BSAN_UNIT(time_is_added_up),
                BSAN_UNIT(late_events_waited_for_the_longest_call),
                BSAN_UNIT(sites_without_calls_are_not_visited),
                BSAN_UNIT(clearing_keeps_what_was_settled),
                BSAN_UNIT(a_full_table_is_told_once),
                BSAN_UNIT(threads_lose_no_counts),
                BSAN_UNIT(threads_agree_on_new_sites));
