//===-- bsan_format_table.c - A table for people --------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The columns of the statistics that the runtime prints. On a terminal lines
// are cut at its edge, because a table with folded lines is none.
//
//===----------------------------------------------------------------------===//

#include "bsan_format.h"
#include "bsan_place.h"
#include "bsan_strings.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

// "1.90 s", "41.2 ms", "812 us"; "-" for nothing, as of calls that were not
// made.
static char *time_text(uint64_t us) {
  if (us >= 1000000)
    return bsan_format("%.2f s", (double)us / 1e6);
  if (us >= 1000)
    return bsan_format("%.1f ms", (double)us / 1e3);
  return us ? bsan_format("%d us", (int)us) : bsan_format("-");
}

// "1,204"
static char *count_text(uint64_t count) {
  char *text = bsan_format("%llu", (unsigned long long)count);
  char *out = bsan_format("%*s", (int)(strlen(text) * 4 / 3 + 1), "");
  size_t length = strlen(text), at = 0;
  for (size_t i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0)
      out[at++] = ',';
    out[at++] = text[i];
  }
  out[at] = '\0';
  free(text);
  return out;
}

static const char *plural(uint64_t count) { return count == 1 ? "" : "s"; }

// The bytes of the first columns of a text: continuation bytes of UTF-8 take no
// place of their own.
static size_t bytes_of(const char *text, size_t columns) {
  size_t bytes = 0;
  for (; text[bytes]; bytes++)
    if (((unsigned char)text[bytes] & 0xc0) != 0x80 && columns-- == 0)
      break;
  return bytes;
}

static void print_line(const struct bsan_output *output, char *line) {
  static const char dots[] = "...";
  size_t width = output->width > 0 ? (size_t)output->width : SIZE_MAX;
  bsan_place_printable(line);
  if (width == SIZE_MAX || bytes_of(line, width) == strlen(line))
    fprintf(output->file, "%s\n", line);
  else if (width > sizeof(dots))
    fprintf(output->file, "%.*s%s\n",
            (int)bytes_of(line, width - (sizeof(dots) - 1)), line, dots);
  else
    fprintf(output->file, "%.*s\n", (int)bytes_of(line, width), line);
  free(line);
}

static void print_finding(const struct bsan_output *output,
                          const struct bsan_finding *finding) {
  struct json_object *stack = bsan_parse_stack(finding->stack);
  struct bsan_place place = bsan_place_choose(stack, output->root);
  char *name = bsan_place_name(&place), *where = bsan_place_where(&place);
  char *calls = count_text(finding->total.calls);
  char *slept = count_text(finding->total.slept);
  char *total = time_text(finding->total.us);
  char *max = time_text(finding->total.max_us);
  print_line(output,
             bsan_format("%10s  %9s  %9s  %8s   %s   %s   %s", calls, total,
                         max, slept, finding->call, name, where));
  free(name);
  free(where);
  free(calls);
  free(slept);
  free(total);
  free(max);
  free(place.path);
  json_object_put(stack);
}

static void print_head(const struct bsan_output *output,
                       const struct bsan_total *total, size_t sites) {
  char *calls = count_text(total->calls), *time = time_text(total->us);
  print_line(output,
             bsan_format("%zu blocking site%s, %s call%s, %s blocked, in %llu "
                         "process%s",
                         sites, plural(sites), calls, plural(total->calls),
                         total->us ? time : "0 us",
                         (unsigned long long)total->processes,
                         total->processes == 1 ? "" : "es"));
  free(calls);
  free(time);
}

static void print_rest(const struct bsan_output *output,
                       const struct bsan_findings *findings) {
  struct bsan_total hidden = bsan_findings_hidden(findings);
  if (hidden.calls) {
    char *calls = count_text(hidden.calls), *time = time_text(hidden.us);
    print_line(output,
               bsan_format("Suppressed: %s call%s, %s", calls,
                           plural(hidden.calls), hidden.us ? time : "0 us"));
    free(calls);
    free(time);
  }
  if (findings->stalls) {
    char *time = time_text(findings->longest_stall_us);
    print_line(output, bsan_format("%llu stall%s, the longest %s",
                                   (unsigned long long)findings->stalls,
                                   plural(findings->stalls), time));
    free(time);
  }
}

static void print_loop(const struct bsan_output *output,
                       const struct bsan_loop_total *loop) {
  uint64_t whole = loop->callbacks_us + loop->waits_us;
  char *iterations = count_text(loop->iterations);
  char *callbacks = time_text(loop->callbacks_us);
  char *longest = time_text(loop->longest_us);
  print_line(
      output,
      bsan_format("Loop \"%s\" (%s) on %llu thread%s: %s iteration%s, "
                  "%s in callbacks (%.1f%% of its time), longest %s",
                  loop->name, loop->adapter, (unsigned long long)loop->threads,
                  plural(loop->threads), iterations, plural(loop->iterations),
                  callbacks,
                  whole ? 100.0 * (double)loop->callbacks_us / (double)whole
                        : 0.0,
                  longest));
  free(iterations);
  free(callbacks);
  free(longest);
}

static void end_table(const struct bsan_output *output,
                      const struct bsan_findings *findings) {
  size_t sites, loops;
  struct bsan_finding **sorted = bsan_findings_sorted(findings, &sites);
  struct bsan_loop_total **sorted_loops = bsan_findings_loops(findings, &loops);
  struct bsan_total total = bsan_findings_total(findings);
  print_head(output, &total, sites);
  if (sites)
    print_line(output, bsan_format("%10s  %9s  %9s  %8s   %s", "calls", "total",
                                   "max", "slept", "where"));
  for (size_t i = 0; i < sites; i++)
    print_finding(output, sorted[i]);
  print_rest(output, findings);
  for (size_t i = 0; i < loops; i++)
    print_loop(output, sorted_loops[i]);
  free(sorted);
  free(sorted_loops);
}

const struct bsan_format bsan_format_table = {NULL, NULL, end_table};
