//===-- bsan_findings.h - What logs say, summed up ------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A finding is a site in every process that has it: one call with one stack.
// The memory that is needed grows with the findings, not with the lines.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_FINDINGS_H
#define BSAN_FINDINGS_H

#include "bsan_map.h"
#include "bsan_record.h"

struct bsan_total {
  uint64_t calls, slept, us, max_us;
  uint64_t processes;
};

struct bsan_finding {
  char *hash, *call, *cls;
  char *hint;               // "" when no line had one.
  char *stack;              // JSON, "[]" when no line had one.
  struct bsan_total total;  // of calls that are not suppressed
  struct bsan_total hidden; // of those that are
};

// The loops of one name, of all processes.
struct bsan_loop_total {
  char *name, *adapter;
  uint64_t threads, iterations, callbacks_us, waits_us, longest_us;
};

// Starts as {0}.
struct bsan_findings {
  struct bsan_map by_hash;   // of struct bsan_finding
  struct bsan_map by_loop;   // of struct bsan_loop_total
  struct bsan_map processes; // not over yet; private
  uint64_t process_count;
  uint64_t stalls, longest_stall_us;
};

// Adds a line.
void bsan_findings_take(struct bsan_findings *findings,
                        const struct bsan_record *record);

// Every process is over: another file begins, in which the numbers of processes
// may be the same.
void bsan_findings_end_file(struct bsan_findings *findings);

// The findings with calls that are not suppressed, the longest blocking first;
// then by calls, place in the log being no criterion. *count of them.
struct bsan_finding **bsan_findings_sorted(const struct bsan_findings *findings,
                                           size_t *count);
// The loops, those with the most time in callbacks first.
struct bsan_loop_total **
bsan_findings_loops(const struct bsan_findings *findings, size_t *count);

// The sums over all findings; processes is that of the logs.
struct bsan_total bsan_findings_total(const struct bsan_findings *findings);
struct bsan_total bsan_findings_hidden(const struct bsan_findings *findings);

#endif // BSAN_FINDINGS_H
