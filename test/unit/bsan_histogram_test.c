//===-- bsan_histogram_test.c - Unit tests of bsan_histogram.c ------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference is what the histogram stands for: all values, sorted. A
// percentile may be larger by the width of its bucket, and never smaller.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit.h"

#include <stdlib.h>

#include "loop/bsan_histogram.h"

static struct bsan_histogram histogram;

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

enum { MAX_VALUES = 20000 };
static uint64_t values[MAX_VALUES];

// The value of the nearest rank.
static uint64_t find_reference(size_t count, unsigned per_mille) {
  return values[(count * per_mille + 999) / 1000 - 1];
}

// The first percentile that is wrong, or 0.
static unsigned find_wrong_percentile(size_t count) {
  for (size_t i = 0; i < count; i++)
    bsan_histogram_add(&histogram, values[i]);
  qsort(values, count, sizeof(*values), compare);
  for (unsigned per_mille = 1; per_mille <= 1000; per_mille++) {
    uint64_t reference = find_reference(count, per_mille);
    uint64_t answer = bsan_histogram_percentile(&histogram, per_mille);
    if (answer < reference || answer - reference > reference / 32)
      return per_mille;
  }
  return 0;
}

// xorshift64: the same values in every run.
static uint64_t next_random(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

TEST without_values_percentiles_are_0(void) {
  ASSERT_EQ(0, bsan_histogram_percentile(&histogram, 1));
  ASSERT_EQ(0, bsan_histogram_percentile(&histogram, 1000));
  PASS();
}

TEST one_value_is_every_percentile(void) {
  bsan_histogram_add(&histogram, 41);
  ASSERT_EQ(41, bsan_histogram_percentile(&histogram, 1));
  ASSERT_EQ(41, bsan_histogram_percentile(&histogram, 500));
  ASSERT_EQ(41, bsan_histogram_percentile(&histogram, 1000));
  PASS();
}

TEST small_values_are_exact(void) {
  for (uint64_t value = 0; value < 64; value++)
    bsan_histogram_add(&histogram, value);
  ASSERT_EQ(0, bsan_histogram_percentile(&histogram, 1));
  ASSERT_EQ(31, bsan_histogram_percentile(&histogram, 500));
  ASSERT_EQ(63, bsan_histogram_percentile(&histogram, 1000));
  PASS();
}

TEST ranks_are_rounded_up(void) {
  for (int i = 0; i < 999; i++)
    bsan_histogram_add(&histogram, 1);
  bsan_histogram_add(&histogram, 50);
  ASSERT_EQ(1, bsan_histogram_percentile(&histogram, 999));
  bsan_histogram_add(&histogram, 50);
  ASSERT_EQ(50, bsan_histogram_percentile(&histogram, 999));
  PASS();
}

TEST equals_a_sorted_reference_for_even_values(void) {
  for (size_t i = 0; i < MAX_VALUES; i++)
    values[i] = next_random() % 1000000;
  ASSERT_EQ_FMT(0u, find_wrong_percentile(MAX_VALUES), "%u");
  PASS();
}

// As durations are: most short, a few a million times longer.
TEST equals_a_sorted_reference_over_all_magnitudes(void) {
  for (size_t i = 0; i < MAX_VALUES; i++)
    values[i] = next_random() >> (64 - BSAN_HISTOGRAM_BITS) >>
                next_random() % BSAN_HISTOGRAM_BITS;
  ASSERT_EQ_FMT(0u, find_wrong_percentile(MAX_VALUES), "%u");
  PASS();
}

TEST equals_a_sorted_reference_for_odd_counts(void) {
  for (size_t count = 1; count < 1100; count += 97) {
    histogram = (struct bsan_histogram){{0}};
    for (size_t i = 0; i < count; i++)
      values[i] = next_random() % 100000;
    ASSERT_EQ_FMT(0u, find_wrong_percentile(count), "%u");
  }
  PASS();
}

// Each bucket begins right behind the one before.
TEST every_border_is_a_border(void) {
  for (int bit = 1; bit < BSAN_HISTOGRAM_BITS; bit++) {
    uint64_t power = (uint64_t)1 << bit;
    histogram = (struct bsan_histogram){{0}};
    bsan_histogram_add(&histogram, power - 1);
    bsan_histogram_add(&histogram, power);
    ASSERT_EQ(power - 1, bsan_histogram_percentile(&histogram, 500));
    ASSERT(bsan_histogram_percentile(&histogram, 1000) >= power);
  }
  PASS();
}

TEST what_is_too_large_is_the_largest(void) {
  uint64_t largest = ((uint64_t)1 << BSAN_HISTOGRAM_BITS) - 1;
  bsan_histogram_add(&histogram, largest);
  bsan_histogram_add(&histogram, largest + 1);
  bsan_histogram_add(&histogram, UINT64_MAX);
  ASSERT_EQ(3, histogram.counts[BSAN_HISTOGRAM_BUCKETS - 1]);
  ASSERT_EQ(largest, bsan_histogram_percentile(&histogram, 1000));
  PASS();
}

TEST counts_beyond_32_bits_do_not_overflow(void) {
  histogram.counts[1] = UINT64_MAX / 4;
  histogram.counts[2] = UINT64_MAX / 4;
  ASSERT_EQ(1, bsan_histogram_percentile(&histogram, 500));
  ASSERT_EQ(2, bsan_histogram_percentile(&histogram, 501));
  PASS();
}

BSAN_UNIT_SUITE(Histogram, BSAN_UNIT(without_values_percentiles_are_0),
                BSAN_UNIT(one_value_is_every_percentile),
                BSAN_UNIT(small_values_are_exact),
                BSAN_UNIT(ranks_are_rounded_up),
                BSAN_UNIT(equals_a_sorted_reference_for_even_values),
                BSAN_UNIT(equals_a_sorted_reference_over_all_magnitudes),
                BSAN_UNIT(equals_a_sorted_reference_for_odd_counts),
                BSAN_UNIT(every_border_is_a_border),
                BSAN_UNIT(what_is_too_large_is_the_largest),
                BSAN_UNIT(counts_beyond_32_bits_do_not_overflow));
