//===-- bsan_findings.c - What logs say, summed up ------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A process says how often a site blocked in two ways: line by line, which may
// be the first call only, and in its totals at the end, which may be missing
// when it was killed. So both are kept while it lives, and the totals win. A
// process is over with its final summary, or with its file.
//
//===----------------------------------------------------------------------===//

#include "bsan_findings.h"
#include "bsan_memory.h"
#include "bsan_strings.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

// What one process says of one finding.
struct share {
  struct share *next; // of the process
  struct bsan_finding *finding;
  bool is_suppressed, has_totals;
  struct bsan_total lines, totals;
};

struct loop_share {
  struct loop_share *next;
  struct bsan_loop_total *total;
  uint64_t tid, iterations, callbacks_us, waits_us, longest_us;
};

struct process {
  uint64_t pid;
  struct bsan_map by_hash; // of struct share
  struct share *shares;
  struct loop_share *loops;
};

static void add(struct bsan_total *sum, const struct bsan_total *part) {
  sum->calls += part->calls;
  sum->slept += part->slept;
  sum->us += part->us;
  if (part->max_us > sum->max_us)
    sum->max_us = part->max_us;
  sum->processes += part->processes;
}

//===-- Lines -------------------------------------------------------------===//

static struct process *find_process(struct bsan_findings *findings,
                                    uint64_t pid) {
  struct bsan_key key = {&pid, sizeof(pid)};
  struct process **place =
      (struct process **)bsan_map_at(&findings->processes, key);
  if (!*place) {
    *place = bsan_allocate(sizeof(**place));
    (*place)->pid = pid;
    findings->process_count++;
  }
  return *place;
}

static char *copy(const char *text) {
  return text ? bsan_copy(text, strlen(text)) : bsan_copy("", 0);
}

static void set_stack(struct bsan_finding *finding, struct json_object *stack) {
  if (!stack || (finding->stack && strcmp(finding->stack, "[]") != 0))
    return;
  free(finding->stack);
  finding->stack = copy(json_object_to_json_string_ext(
      stack, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static struct bsan_finding *find_finding(struct bsan_findings *findings,
                                         const struct bsan_record *record) {
  struct bsan_finding **place = (struct bsan_finding **)bsan_map_at(
      &findings->by_hash, bsan_key_of(record->hash));
  if (!*place) {
    *place = bsan_allocate(sizeof(**place));
    (*place)->hash = copy(record->hash);
    (*place)->call = copy(record->call);
    (*place)->cls = copy(record->cls);
    (*place)->hint = copy(record->hint);
    (*place)->stack = copy("[]");
  }
  if (record->hint && !(*place)->hint[0])
    (*place)->hint = copy(record->hint);
  set_stack(*place, record->stack);
  return *place;
}

static struct share *find_share(struct bsan_findings *findings,
                                const struct bsan_record *record) {
  struct process *process = find_process(findings, record->pid);
  struct share **place = (struct share **)bsan_map_at(
      &process->by_hash, bsan_key_of(record->hash));
  if (!*place) {
    *place = bsan_allocate(sizeof(**place));
    (*place)->finding = find_finding(findings, record);
    (*place)->next = process->shares;
    process->shares = *place;
  } else if (record->stack) {
    set_stack((*place)->finding, record->stack);
  }
  (*place)->is_suppressed = record->suppressed;
  return *place;
}

// `count` is the number of calls so far, of which not all may have a line.
static void take_call(struct bsan_findings *findings,
                      const struct bsan_record *record) {
  struct bsan_total *lines = &find_share(findings, record)->lines;
  lines->calls++;
  if (record->count > lines->calls)
    lines->calls = record->count;
  lines->slept += record->slept;
  lines->us += record->duration_us;
  if (record->duration_us > lines->max_us)
    lines->max_us = record->duration_us;
}

static void take_site(struct bsan_findings *findings,
                      const struct bsan_record *record) {
  struct share *share = find_share(findings, record);
  share->has_totals = true;
  share->totals = (struct bsan_total){.calls = record->count,
                                      .slept = record->slept_count,
                                      .us = record->total_us,
                                      .max_us = record->max_us};
}

static struct bsan_loop_total *find_loop(struct bsan_findings *findings,
                                         const struct bsan_record *record) {
  const char *name = record->loop ? record->loop : "?";
  const char *adapter = record->adapter ? record->adapter : "?";
  char *key = bsan_format("%s\n%s", name, adapter);
  struct bsan_loop_total **place = (struct bsan_loop_total **)bsan_map_at(
      &findings->by_loop, bsan_key_of(key));
  free(key);
  if (!*place) {
    *place = bsan_allocate(sizeof(**place));
    (*place)->name = copy(name);
    (*place)->adapter = copy(adapter);
  }
  return *place;
}

// Totals that the program asked for come again, with more in them.
static void take_loop(struct bsan_findings *findings,
                      const struct bsan_record *record) {
  struct process *process = find_process(findings, record->pid);
  struct bsan_loop_total *total = find_loop(findings, record);
  struct loop_share *share = process->loops;
  while (share && (share->tid != record->tid || share->total != total))
    share = share->next;
  if (!share) {
    share = bsan_allocate(sizeof(*share));
    share->next = process->loops;
    share->total = total;
    share->tid = record->tid;
    process->loops = share;
  }
  share->iterations = record->iterations;
  share->callbacks_us = record->callbacks_us;
  share->waits_us = record->waits_us;
  share->longest_us = record->longest_us;
}

//===-- Processes that are over -------------------------------------------===//

static void end_share(struct share *share) {
  struct bsan_total *sum =
      share->is_suppressed ? &share->finding->hidden : &share->finding->total;
  struct bsan_total part = share->has_totals ? share->totals : share->lines;
  part.processes = 1;
  add(sum, &part);
  free(share);
}

static void end_loop(struct loop_share *share) {
  struct bsan_loop_total *total = share->total;
  total->threads++;
  total->iterations += share->iterations;
  total->callbacks_us += share->callbacks_us;
  total->waits_us += share->waits_us;
  if (share->longest_us > total->longest_us)
    total->longest_us = share->longest_us;
  free(share);
}

static void end_process(struct bsan_findings *findings,
                        struct process *process) {
  struct share *share = process->shares;
  while (share) {
    struct share *next = share->next;
    bsan_map_remove(&process->by_hash, bsan_key_of(share->finding->hash));
    end_share(share);
    share = next;
  }
  struct loop_share *loop = process->loops;
  while (loop) {
    struct loop_share *next = loop->next;
    end_loop(loop);
    loop = next;
  }
  free(process->by_hash.slots);
  struct bsan_key key = {&process->pid, sizeof(process->pid)};
  bsan_map_remove(&findings->processes, key);
  free(process);
}

static void end_pid(struct bsan_findings *findings, uint64_t pid) {
  struct bsan_key key = {&pid, sizeof(pid)};
  end_process(findings, bsan_map_find(&findings->processes, key));
}

void bsan_findings_end_file(struct bsan_findings *findings) {
  void **processes = bsan_map_values(&findings->processes);
  for (void **process = processes; *process; process++)
    end_process(findings, *process);
  free(processes);
}

void bsan_findings_take(struct bsan_findings *findings,
                        const struct bsan_record *record) {
  switch (record->type) {
  case BSAN_RECORD_CALL:
    take_call(findings, record);
    break;
  case BSAN_RECORD_SITE:
    take_site(findings, record);
    break;
  case BSAN_RECORD_LOOP:
    take_loop(findings, record);
    break;
  case BSAN_RECORD_STALL:
    findings->stalls += !record->is_repeated;
    if (record->duration_us > findings->longest_stall_us)
      findings->longest_stall_us = record->duration_us;
    break;
  case BSAN_RECORD_SUMMARY:
    find_process(findings, record->pid);
    if (record->is_final)
      end_pid(findings, record->pid);
    break;
  case BSAN_RECORD_CALLBACKS:
  case BSAN_RECORD_OTHER:
    break;
  }
}

//===-- Answers -----------------------------------------------------------===//

static int compare_numbers(uint64_t a, uint64_t b) {
  return a < b ? 1 : a > b ? -1 : 0;
}

// Never equal, so that equal logs give equal reports.
static int compare_findings(const void *left, const void *right) {
  const struct bsan_finding *a = *(const struct bsan_finding *const *)left;
  const struct bsan_finding *b = *(const struct bsan_finding *const *)right;
  int order = compare_numbers(a->total.us, b->total.us);
  if (!order)
    order = compare_numbers(a->total.calls, b->total.calls);
  return order ? order : strcmp(a->hash, b->hash);
}

static int compare_loops(const void *left, const void *right) {
  const struct bsan_loop_total *a = *(struct bsan_loop_total *const *)left;
  const struct bsan_loop_total *b = *(struct bsan_loop_total *const *)right;
  int order = compare_numbers(a->callbacks_us, b->callbacks_us);
  return order ? order : strcmp(a->name, b->name);
}

struct bsan_finding **bsan_findings_sorted(const struct bsan_findings *findings,
                                           size_t *count) {
  struct bsan_finding **all =
      (struct bsan_finding **)bsan_map_values(&findings->by_hash);
  size_t kept = 0;
  for (size_t i = 0; i < findings->by_hash.count; i++)
    if (all[i]->total.calls)
      all[kept++] = all[i];
  all[kept] = NULL;
  qsort(all, kept, sizeof(void *), compare_findings);
  *count = kept;
  return all;
}

struct bsan_loop_total **
bsan_findings_loops(const struct bsan_findings *findings, size_t *count) {
  struct bsan_loop_total **all =
      (struct bsan_loop_total **)bsan_map_values(&findings->by_loop);
  *count = findings->by_loop.count;
  qsort(all, *count, sizeof(void *), compare_loops);
  return all;
}

static struct bsan_total sum_up(const struct bsan_findings *findings,
                                bool hidden) {
  struct bsan_total sum = {0};
  void **all = bsan_map_values(&findings->by_hash);
  for (void **at = all; *at; at++) {
    const struct bsan_finding *finding = *at;
    add(&sum, hidden ? &finding->hidden : &finding->total);
  }
  free(all);
  sum.processes = findings->process_count;
  return sum;
}

struct bsan_total bsan_findings_total(const struct bsan_findings *findings) {
  return sum_up(findings, false);
}

struct bsan_total bsan_findings_hidden(const struct bsan_findings *findings) {
  return sum_up(findings, true);
}
