//===-- bsan_format_json.c - All sums in one object -----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names are those of the log, so that who reads one can read the other.
//
//===----------------------------------------------------------------------===//

#include "bsan_format.h"

#include <json-c/json.h>
#include <stdlib.h>

static void add_total(struct json_object *object,
                      const struct bsan_total *total) {
  bsan_add_number(object, "count", total->calls);
  bsan_add_number(object, "slept", total->slept);
  bsan_add_number(object, "total_us", total->us);
  bsan_add_number(object, "max_us", total->max_us);
  bsan_add_number(object, "processes", total->processes);
}

static void add_site(struct json_object *sites,
                     const struct bsan_finding *finding) {
  struct json_object *site = bsan_append_object(sites);
  bsan_add_string(site, "hash", finding->hash);
  bsan_add_string(site, "call", finding->call);
  bsan_add_string(site, "class", finding->cls);
  add_total(site, &finding->total);
  bsan_add_string(site, "hint", finding->hint[0] ? finding->hint : NULL);
  json_object_object_add(site, "stack", bsan_parse_stack(finding->stack));
}

static void add_loop(struct json_object *loops,
                     const struct bsan_loop_total *total) {
  struct json_object *loop = bsan_append_object(loops);
  bsan_add_string(loop, "loop", total->name);
  bsan_add_string(loop, "adapter", total->adapter);
  bsan_add_number(loop, "threads", total->threads);
  bsan_add_number(loop, "iterations", total->iterations);
  bsan_add_number(loop, "callbacks_us", total->callbacks_us);
  bsan_add_number(loop, "waits_us", total->waits_us);
  bsan_add_number(loop, "longest_us", total->longest_us);
}

static void end_json(const struct bsan_output *output,
                     const struct bsan_findings *findings) {
  size_t site_count, loop_count;
  struct bsan_finding **sorted = bsan_findings_sorted(findings, &site_count);
  struct bsan_loop_total **loops = bsan_findings_loops(findings, &loop_count);
  struct bsan_total total = bsan_findings_total(findings);
  struct bsan_total hidden = bsan_findings_hidden(findings);
  struct json_object *report = json_object_new_object();
  bsan_add_number(report, "v", 1);
  bsan_add_string(report, "type", "report");
  add_total(report, &total);
  struct json_object *sites = bsan_add_array(report, "sites");
  for (size_t i = 0; i < site_count; i++)
    add_site(sites, sorted[i]);
  add_total(bsan_add_object(report, "suppressed"), &hidden);
  struct json_object *loop_array = bsan_add_array(report, "loops");
  for (size_t i = 0; i < loop_count; i++)
    add_loop(loop_array, loops[i]);
  bsan_write_json(output->file, report, JSON_C_TO_STRING_PRETTY);
  fputc('\n', output->file);
  free(sorted);
  free(loops);
}

const struct bsan_format bsan_format_json = {NULL, NULL, end_json};
