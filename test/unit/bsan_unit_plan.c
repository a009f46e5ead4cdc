//===-- bsan_unit_plan.c - Which tests run, and in which order ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plan holds every test, also those that do not run, because the reports
// list the disabled ones. Shards take turns over the tests that would run, as
// googletest deals them out, so that a driver's shards cover all of them once.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <stdlib.h>
#include <string.h>

// The state of dealing tests out to shards.
struct dealer {
  const struct bsan_unit_options *options;
  int shard_count; // 1 when there are no shards
  int turn;        // the shard that gets the next runnable test
};

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) {
    fprintf(stderr, "bsan-unit: out of memory\n");
    abort();
  }
  return memory;
}

static bool is_disabled(const char *name) {
  return strncmp(name, "DISABLED_", strlen("DISABLED_")) == 0;
}

static bool filter_selects(const char *filter,
                           const struct bsan_unit_case *unit_case) {
  const char *suite = unit_case->suite->name;
  const char *test = unit_case->test->name;
  size_t size = strlen(suite) + strlen(test) + sizeof(".");
  char *name = allocate(size, 1);
  snprintf(name, size, "%s.%s", suite, test);
  bool matches = bsan_unit_filter_matches(filter, name);
  free(name);
  return matches;
}

static void deal_case(struct dealer *dealer, struct bsan_unit_case *unit_case) {
  const struct bsan_unit_options *options = dealer->options;
  bool matches = filter_selects(options->gtest_filter, unit_case);
  bool runnable = matches && (!unit_case->disabled ||
                              options->gtest_also_run_disabled_tests);
  bool mine =
      dealer->shard_count == 1 || dealer->turn == options->gtest_shard_index;
  unit_case->reportable = matches && mine;
  unit_case->selected = runnable && mine;
  if (runnable)
    dealer->turn = (dealer->turn + 1) % dealer->shard_count;
}

static void make_group(struct bsan_unit_group *group,
                       const struct bsan_unit_suite *suite,
                       struct dealer *dealer) {
  group->suite = suite;
  group->case_count = suite->test_count;
  group->cases = allocate(suite->test_count, sizeof(*group->cases));
  for (size_t i = 0; i < suite->test_count; i++) {
    struct bsan_unit_case *unit_case = &group->cases[i];
    unit_case->suite = suite;
    unit_case->test = &suite->tests[i];
    unit_case->disabled =
        is_disabled(suite->name) || is_disabled(suite->tests[i].name);
    deal_case(dealer, unit_case);
  }
}

// A number below limit. A generator of our own: an order must be the same for
// the same seed on every machine.
static size_t next_random(uint32_t *state, size_t limit) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state % limit;
}

static void shuffle(void *items, size_t count, size_t size, uint32_t *state) {
  char *bytes = items;
  char *held = allocate(1, size);
  for (size_t i = count; i > 1; i--) {
    char *last = bytes + (i - 1) * size;
    char *picked = bytes + next_random(state, i) * size;
    memcpy(held, last, size);
    memmove(last, picked, size);
    memcpy(picked, held, size);
  }
  free(held);
}

static void shuffle_plan(struct bsan_unit_plan *plan) {
  // Spreads small seeds over the word, without which the first few numbers of
  // neighbouring seeds are alike. Odd, and so never the generator's stuck 0.
  uint32_t state = plan->seed * 2654435761u | 1;
  shuffle(plan->groups, plan->group_count, sizeof(*plan->groups), &state);
  for (size_t i = 0; i < plan->group_count; i++) {
    struct bsan_unit_group *group = &plan->groups[i];
    shuffle(group->cases, group->case_count, sizeof(*group->cases), &state);
  }
}

struct bsan_unit_plan
bsan_unit_make_plan(const struct bsan_unit_options *options, unsigned seed) {
  struct bsan_unit_plan plan = {.seed = seed};
  struct dealer dealer = {options, 1, 0};
  if (options->gtest_total_shards > 1 && !options->gtest_list_tests)
    dealer.shard_count = options->gtest_total_shards;
  while (bsan_unit_suites[plan.group_count])
    plan.group_count++;
  plan.groups = allocate(plan.group_count, sizeof(*plan.groups));
  for (size_t i = 0; i < plan.group_count; i++)
    make_group(&plan.groups[i], bsan_unit_suites[i], &dealer);
  if (options->gtest_shuffle && !options->gtest_list_tests)
    shuffle_plan(&plan);
  return plan;
}

void bsan_unit_free_plan(struct bsan_unit_plan *plan) {
  for (size_t i = 0; i < plan->group_count; i++) {
    struct bsan_unit_group *group = &plan->groups[i];
    for (size_t j = 0; j < group->case_count; j++) {
      free((char *)group->cases[j].message);
      free((char *)group->cases[j].file);
    }
    free(group->cases);
  }
  free(plan->groups);
  plan->groups = NULL;
  plan->group_count = 0;
}

static void count_case(struct bsan_unit_tally *tally,
                       const struct bsan_unit_case *unit_case) {
  tally->reportable += unit_case->reportable;
  tally->reportable_disabled += unit_case->reportable && unit_case->disabled;
  tally->selected += unit_case->selected;
  tally->passed += unit_case->outcome == BSAN_UNIT_PASSED;
  tally->failed += unit_case->outcome == BSAN_UNIT_FAILED;
  tally->skipped += unit_case->outcome == BSAN_UNIT_SKIPPED;
}

static void count_group(struct bsan_unit_tally *tally,
                        const struct bsan_unit_group *group) {
  size_t selected_before = tally->selected;
  for (size_t i = 0; i < group->case_count; i++)
    count_case(tally, &group->cases[i]);
  tally->suites += tally->selected > selected_before;
}

struct bsan_unit_tally
bsan_unit_count_group(const struct bsan_unit_group *group) {
  struct bsan_unit_tally tally = {0};
  count_group(&tally, group);
  return tally;
}

struct bsan_unit_tally bsan_unit_count_plan(const struct bsan_unit_plan *plan) {
  struct bsan_unit_tally tally = {0};
  for (size_t i = 0; i < plan->group_count; i++)
    count_group(&tally, &plan->groups[i]);
  return tally;
}

static bool lists_earlier(const struct bsan_unit_suite *suite, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (strcmp(suite->tests[i].name, suite->tests[index].name) == 0)
      return true;
  return false;
}

bool bsan_unit_check_suites(void) {
  for (size_t i = 0; bsan_unit_suites[i]; i++) {
    const struct bsan_unit_suite *suite = bsan_unit_suites[i];
    for (size_t j = 0; j < suite->test_count; j++) {
      if (!lists_earlier(suite, j))
        continue;
      fprintf(stderr, "bsan-unit: the suite %s lists the test %s twice\n",
              suite->name, suite->tests[j].name);
      return false;
    }
  }
  return true;
}
