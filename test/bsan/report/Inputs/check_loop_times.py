#===-- check_loop_times.py - The figures of loop_times.c --*- python -*----===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Usage: check_loop_times.py LOG
#
# Compares the statistics with what the program is known to have done.
#
#===------------------------------------------------------------------------===#

import re
import sys

UNITS = {"us": 1, "ms": 1000, "s": 1000000}


def in_us(text):
    number, unit = text.split()
    return float(number) * UNITS[unit]


with open(sys.argv[1], encoding="utf-8") as file:
    log = file.read()
TIME = r"([0-9.]+ (?:us|ms|s))"
first = re.search(rf'^BlockSanitizer: 1 blocking site, 2 calls, {TIME} blocked '
                  r"on loop \"ui\" \(([0-9.]+)% of its callbacks' time\)$",
                  log, re.M)
loop = re.search(rf'^Loop "ui" .*: 200 iterations, {TIME} in callbacks '
                 rf"\(([0-9.]+)% of its time\), longest {TIME}\n"
                 rf"   callbacks between two waits: p50 {TIME}, p99 {TIME}, "
                 rf"p99.9 {TIME}; {TIME} blocked \(([0-9.]+)%\)$", log, re.M)
if not first or not loop:
    sys.exit(f"the lines are not as expected:\n{log}")
blocked, callbacks = in_us(first[1]), in_us(loop[1])
longest, median, most, nearly_all = map(in_us, loop.group(3, 4, 5, 6))

# The machine may be slow, so there are only lower bounds and relations.
facts = {
    "two calls slept for 50 ms each": blocked >= 100_000,
    "all callbacks took 298 ms": callbacks >= 297_000,
    "the median computed": 1_000 <= median <= callbacks / 100,
    "the longest slept": longest >= 50_000,
    "p50 <= p99 <= p99.9 <= longest": median <= most <= nearly_all <= longest,
    "p99.9 is the longest": nearly_all >= 50_000,
    "the loop's blocked time is the sites'": loop[7] == first[1],
    "and so is its share": loop[8] == first[2],
    "the share is the times'":
        abs(float(first[2]) - 100 * blocked / callbacks) < 0.5,
}
wrong = [fact for fact, holds in facts.items() if not holds]
if wrong:
    sys.exit("not so: " + "; ".join(wrong) + f"\n{log}")
