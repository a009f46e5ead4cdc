//===-- bsan_format_folded.c - Folded stacks ------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// "main;serve;on_request;getaddrinfo 34500": what flamegraph.pl, speedscope and
// inferno read. A ';' in a name would be a frame.
//
//===----------------------------------------------------------------------===//

#include "bsan_format.h"
#include "bsan_place.h"

#include <json-c/json.h>
#include <stdlib.h>

static void print_name(FILE *file, char *name) {
  for (char *at = bsan_place_printable(name); *at; at++)
    fputc(*at == ';' ? ':' : *at, file);
}

static void print_finding(const struct bsan_output *output,
                          const struct bsan_finding *finding) {
  struct json_object *stack = bsan_parse_stack(finding->stack);
  for (size_t i = json_object_array_length(stack); i-- > 0;) {
    struct bsan_place place =
        bsan_place_of(json_object_array_get_idx(stack, i), output->root);
    char *name = bsan_place_name(&place);
    print_name(output->file, name);
    fputc(';', output->file);
    free(name);
    free(place.path);
  }
  print_name(output->file, finding->call);
  fprintf(output->file, " %llu\n", (unsigned long long)finding->total.us);
  json_object_put(stack);
}

static void end_folded(const struct bsan_output *output,
                       const struct bsan_findings *findings) {
  size_t count;
  struct bsan_finding **sorted = bsan_findings_sorted(findings, &count);
  for (size_t i = 0; i < count; i++)
    if (sorted[i]->total.us)
      print_finding(output, sorted[i]);
  free(sorted);
}

const struct bsan_format bsan_format_folded = {NULL, NULL, end_folded};
