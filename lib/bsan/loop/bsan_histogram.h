//===-- bsan_histogram.h - How long things took, in fixed memory ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Percentiles need all values, a loop has millions.  So values are counted in
// buckets, as HdrHistogram does: each power of two is divided into 32 equal
// parts, so that a bucket is never wider than 1/32 of its values, whether these
// are microseconds or minutes.
//
// One thread adds; any may read meanwhile, and sees some moment of each bucket.
// Zeroed memory is an empty histogram.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_LOOP_BSAN_HISTOGRAM_H
#define BSAN_LOOP_BSAN_HISTOGRAM_H

#include "bsan.h"

enum {
  BSAN_HISTOGRAM_PART_BITS = 5,
  BSAN_HISTOGRAM_PARTS = 1 << BSAN_HISTOGRAM_PART_BITS,
  // Values from 2^42 on (73 minutes in nanoseconds) share the last bucket.
  BSAN_HISTOGRAM_BITS = 42,
  BSAN_HISTOGRAM_BUCKETS =
      (BSAN_HISTOGRAM_BITS - BSAN_HISTOGRAM_PART_BITS + 1) *
      BSAN_HISTOGRAM_PARTS,
};

struct bsan_histogram {
  uint64_t counts[BSAN_HISTOGRAM_BUCKETS];
};

void bsan_histogram_add(struct bsan_histogram *histogram, uint64_t value);

// The value that PER_MILLE thousandths (1 to 1000) of all values do not exceed:
// the largest value of the bucket that holds it, so at most 1/32 too large.  0
// when there are none.
uint64_t bsan_histogram_percentile(const struct bsan_histogram *histogram,
                                   unsigned per_mille);

#endif // BSAN_LOOP_BSAN_HISTOGRAM_H
