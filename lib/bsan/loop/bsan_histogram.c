//===-- bsan_histogram.c - How long things took, in fixed memory ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value's bucket is its highest six bits: where the first of them stands
// selects the power of two, the other five the part of it.  Values below 64 fit
// into six bits and have a bucket each.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "loop/bsan_histogram.h"

static unsigned bucket_of(uint64_t value) {
  const uint64_t largest = ((uint64_t)1 << BSAN_HISTOGRAM_BITS) - 1;
  if (value < BSAN_HISTOGRAM_PARTS)
    return (unsigned)value;
  if (value > largest)
    value = largest;
  unsigned highest_bit = 63u - (unsigned)__builtin_clzll(value);
  unsigned shift = highest_bit - BSAN_HISTOGRAM_PART_BITS;
  return shift * BSAN_HISTOGRAM_PARTS + (unsigned)(value >> shift);
}

static uint64_t largest_in(unsigned bucket) {
  if (bucket < 2 * BSAN_HISTOGRAM_PARTS)
    return bucket;
  unsigned shift = bucket / BSAN_HISTOGRAM_PARTS - 1;
  uint64_t part = bucket % BSAN_HISTOGRAM_PARTS + BSAN_HISTOGRAM_PARTS;
  return ((part + 1) << shift) - 1;
}

void bsan_histogram_add(struct bsan_histogram *histogram, uint64_t value) {
  uint64_t *count = &histogram->counts[bucket_of(value)];
  __atomic_store_n(count, *count + 1, __ATOMIC_RELAXED);
}

static uint64_t count_in(const struct bsan_histogram *histogram,
                         unsigned bucket) {
  return __atomic_load_n(&histogram->counts[bucket], __ATOMIC_RELAXED);
}

uint64_t bsan_histogram_percentile(const struct bsan_histogram *histogram,
                                   unsigned per_mille) {
  uint64_t total = 0, seen = 0;
  unsigned bucket = 0;
  for (unsigned i = 0; i < BSAN_HISTOGRAM_BUCKETS; i++)
    total += count_in(histogram, i);
  if (!total)
    return 0;
  // Rounded up, and without an overflow.
  uint64_t rank =
      total / 1000 * per_mille + (total % 1000 * per_mille + 999) / 1000;
  // More may be added meanwhile, none taken away.
  while ((seen += count_in(histogram, bucket)) < rank)
    bucket++;
  return largest_in(bucket);
}
