//===-- bsan_unit_clock.c - The runner's clocks ---------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Apart from the rest so that nobody mixes the two: durations come from the
// monotonic clock, the time stamps of the reports from the wall clock.
//
//===----------------------------------------------------------------------===//

#include "bsan_unit_runner.h"

#include <time.h>

static int64_t read_clock_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t bsan_unit_wall_us(void) { return read_clock_us(CLOCK_REALTIME); }

int64_t bsan_unit_now_ms(void) { return read_clock_us(CLOCK_MONOTONIC) / 1000; }
