//===-- bsan_cmd_suppress.c - bsan suppress: accept what is there ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A baseline: with it only what is new fails. Each line is as narrow as a
// suppression can be, one call in one function of one file. It names the
// function that its owner can do something about and not the innermost one:
// accepting read() in BIO_read() would accept it for everybody who comes later.
//
//===----------------------------------------------------------------------===//

#include "bsan_commands.h"
#include "bsan_log.h"
#include "bsan_memory.h"
#include "bsan_message.h"
#include "bsan_output.h"
#include "bsan_path.h"
#include "bsan_place.h"
#include "bsan_strings.h"

#include <getopt.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: bsan suppress [OPTIONS] FILE...\n"
    "\n"
    "Writes a suppression for everything that logs (log_format=json) found: a\n"
    "baseline, with which only what is new is reported. '-' is the standard "
    "input.\n"
    "\n"
    "  -o, --output FILE        write to FILE\n"
    "      --source-root DIR    name files below DIR relative to it (default: "
    "the\n"
    "                           working directory)\n"
    "  -q, --quiet              say nothing of lines that were not understood\n"
    "  -h, --help               this text\n"
    "\n"
    "What was suppressed already is not written again: append to the file that "
    "was\n"
    "used. Exit status: as of 'bsan report'.\n";

struct request {
  const char *output_path, *source_root;
  bool is_quiet;
};

enum long_option { SOURCE_ROOT = 256 };

static struct request read_request(int argc, char **argv) {
  static const struct option long_options[] = {
      {"output", required_argument, NULL, 'o'},
      {"source-root", required_argument, NULL, SOURCE_ROOT},
      {"quiet", no_argument, NULL, 'q'},
      {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0},
  };
  struct request request = {NULL, NULL, false};
  for (int option;
       (option = getopt_long(argc, argv, "o:qh", long_options, NULL)) != -1;) {
    if (option == 'o') {
      request.output_path = optarg;
    } else if (option == SOURCE_ROOT) {
      request.source_root = optarg;
    } else if (option == 'q') {
      request.is_quiet = true;
    } else if (option == 'h') {
      bsan_exit_with_usage(usage);
    } else {
      fputs("see 'bsan suppress --help'\n", stderr);
      exit(BSAN_EXIT_USAGE);
    }
  }
  if (optind == argc)
    bsan_fatal(BSAN_EXIT_USAGE, "expected a log, or '-' for the standard "
                                "input; see 'bsan suppress --help'");
  return request;
}

//===-- Lines -------------------------------------------------------------===//

// What has a meaning in a line of suppressions, or would end it, is matched by
// '*'; so is the end of a name that no line has room for.
static char *pattern_of(const char *text, const char *special) {
  enum { LONGEST = 1000 };
  char *pattern = bsan_copy(text, strlen(text));
  if (strlen(pattern) > LONGEST) {
    pattern[LONGEST - 1] = '*';
    pattern[LONGEST] = '\0';
  }
  for (unsigned char *at = (unsigned char *)pattern; *at; at++)
    if (*at < 0x20 || *at >= 0x7f || strchr(special, *at))
      *at = '*';
  return pattern;
}

// A path below the source root is one in every checkout; of others only the
// name will be the same elsewhere.
static const char *file_of(const struct bsan_place *place) {
  if (place->is_in_root)
    return place->path;
  if (place->path)
    return bsan_path_name(place->path);
  return place->module ? bsan_path_name(place->module) : "*";
}

static char *make_line(const struct bsan_finding *finding,
                       const struct bsan_place *place) {
  // What the program itself declared has no name among the calls.
  bool is_user = strcmp(finding->cls, "user") == 0;
  char *file = pattern_of(file_of(place), ":");
  char *function = pattern_of(place->function ? place->function : "*", "");
  char *line =
      bsan_format("%s:%s:%s", is_user ? "user" : finding->call, file, function);
  free(file);
  free(function);
  return line;
}

// Findings with one line, which differ in who called the function.
struct entry {
  char *line, *where;
  struct bsan_total total;
  bool is_wide; // It names no function.
};

static void add_finding(struct bsan_map *entries, struct bsan_strings *order,
                        const struct bsan_finding *finding, const char *root) {
  struct json_object *stack = json_tokener_parse(finding->stack);
  struct bsan_place place = bsan_place_choose(stack, root);
  char *line = make_line(finding, &place);
  struct entry **entry =
      (struct entry **)bsan_map_at(entries, bsan_key_of(line));
  if (!*entry) {
    *entry = bsan_allocate(sizeof(**entry));
    (*entry)->line = line;
    (*entry)->where = bsan_place_printable(bsan_place_where(&place));
    (*entry)->is_wide = !place.function;
    bsan_strings_add(order, line);
  }
  (*entry)->total.calls += finding->total.calls;
  (*entry)->total.us += finding->total.us;
  free(place.path);
  json_object_put(stack);
}

static void write_entry(FILE *file, const struct entry *entry) {
  fprintf(file, "\n# %llu call%s, %.1f ms%s%s%s\n%s\n",
          (unsigned long long)entry->total.calls,
          entry->total.calls == 1 ? "" : "s", (double)entry->total.us / 1000,
          entry->where[0] ? ", " : "", entry->where,
          entry->is_wide ? "; no function is known: this accepts the call in "
                           "the whole module"
                         : "",
          entry->line);
}

static void write_lines(const struct bsan_output *output,
                        const struct bsan_findings *findings) {
  struct bsan_map entries = {0};
  struct bsan_strings order = {0};
  size_t count;
  struct bsan_finding **sorted = bsan_findings_sorted(findings, &count);
  for (size_t i = 0; i < count; i++)
    add_finding(&entries, &order, sorted[i], output->root);
  fprintf(output->file,
          "# Written by bsan suppress: %zu known blocking call%s. Say why each "
          "is accepted,\n# or delete the line and repair it.\n",
          order.count, order.count == 1 ? "" : "s");
  for (size_t i = 0; i < order.count; i++)
    write_entry(output->file,
                bsan_map_find(&entries, bsan_key_of(order.items[i])));
  free(sorted);
}

//===-- All of it ---------------------------------------------------------===//

static void take(const struct bsan_record *record, void *arg) {
  bsan_findings_take(arg, record);
}

static void end_file(void *arg) { bsan_findings_end_file(arg); }

int bsan_cmd_suppress(int argc, char **argv) {
  struct request request = read_request(argc, argv);
  struct bsan_findings findings = {0};
  struct bsan_log_reader reader = {take, end_file, &findings, request.is_quiet};
  struct bsan_output output =
      bsan_output_open(request.output_path, request.source_root);
  bool is_well = bsan_log_read(&reader, argv + optind, argc - optind);
  write_lines(&output, &findings);
  bsan_output_close(&output, request.output_path);
  return is_well ? BSAN_EXIT_OK : BSAN_EXIT_USAGE;
}
