//===-- bsan_cmd_report.c - bsan report: sum up logs ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Logs of one or many processes and machines go in, line by line; what blocked
// comes out, the worst first, in the form that the next program wants.
//
//===----------------------------------------------------------------------===//

#include "bsan_commands.h"
#include "bsan_log.h"
#include "bsan_message.h"
#include "bsan_output.h"
#include "bsan_strings.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: bsan report [OPTIONS] FILE...\n"
    "\n"
    "Sums up logs (log_format=json) of any number of processes: equal call "
    "sites\n"
    "are one, and the longest blocking ones come first. '-' is the standard "
    "input.\n"
    "\n"
    "      --format FORMAT      one of those below\n"
    "  -o, --output FILE        write to FILE\n"
    "      --source-root DIR    show files below DIR relative to it (default: "
    "the\n"
    "                           working directory)\n"
    "  -q, --quiet              say nothing of lines that were not understood\n"
    "  -h, --help               this text\n"
    "\n"
    "Formats:\n";

static const char exit_statuses[] =
    "\n"
    "Exit status: 0; 2 when a line was not understood (it is left out, and "
    "named\n"
    "on stderr), a file could not be read or the usage is wrong; 1 when the "
    "report\n"
    "could not be written.\n";

static const struct format {
  const char *word;
  const struct bsan_format *format;
  const char *summary;
} formats[] = {
#define BSAN_FORMAT(id, word, summary) {word, &bsan_format_##id, summary},
#include "bsan_formats.inc"
};

enum { FORMAT_COUNT = sizeof(formats) / sizeof(*formats) };

static _Noreturn void print_usage(void) {
  struct bsan_strings text = {0};
  bsan_strings_add(&text, usage);
  for (int i = 0; i < FORMAT_COUNT; i++)
    bsan_strings_add(&text, bsan_format("  %-13s %s\n", formats[i].word,
                                        formats[i].summary));
  bsan_strings_add(&text, exit_statuses);
  bsan_exit_with_usage(bsan_strings_join(&text, ""));
}

struct request {
  const struct bsan_format *format;
  const char *output_path, *source_root;
  bool is_quiet;
};

static const struct bsan_format *find_format(const char *word) {
  struct bsan_strings known = {0};
  for (int i = 0; i < FORMAT_COUNT; i++) {
    bsan_strings_add(&known, formats[i].word);
    if (strcmp(formats[i].word, word) == 0)
      return formats[i].format;
  }
  bsan_fatal(BSAN_EXIT_USAGE, "unknown format '%s'; expected one of %s", word,
             bsan_strings_join(&known, ", "));
}

enum long_option { FORMAT = 256, SOURCE_ROOT };

static struct request read_request(int argc, char **argv) {
  static const struct option long_options[] = {
      {"format", required_argument, NULL, FORMAT},
      {"output", required_argument, NULL, 'o'},
      {"source-root", required_argument, NULL, SOURCE_ROOT},
      {"quiet", no_argument, NULL, 'q'},
      {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0},
  };
  struct request request = {.format = formats[0].format};
  for (int option;
       (option = getopt_long(argc, argv, "o:qh", long_options, NULL)) != -1;) {
    if (option == FORMAT) {
      request.format = find_format(optarg);
    } else if (option == 'o') {
      request.output_path = optarg;
    } else if (option == SOURCE_ROOT) {
      request.source_root = optarg;
    } else if (option == 'q') {
      request.is_quiet = true;
    } else if (option == 'h') {
      print_usage();
    } else {
      fputs("see 'bsan report --help'\n", stderr);
      exit(BSAN_EXIT_USAGE);
    }
  }
  if (optind == argc)
    bsan_fatal(BSAN_EXIT_USAGE, "expected a log, or '-' for the standard "
                                "input; see 'bsan report --help'");
  return request;
}

struct report {
  const struct bsan_format *format;
  struct bsan_output output;
  struct bsan_findings findings;
};

static void take(const struct bsan_record *record, void *arg) {
  struct report *report = arg;
  if (report->format->take)
    report->format->take(&report->output, record);
  else
    bsan_findings_take(&report->findings, record);
}

static void end_file(void *arg) {
  struct report *report = arg;
  bsan_findings_end_file(&report->findings);
}

int bsan_cmd_report(int argc, char **argv) {
  struct request request = read_request(argc, argv);
  struct report report = {.format = request.format};
  struct bsan_log_reader reader = {take, end_file, &report, request.is_quiet};
  report.output = bsan_output_open(request.output_path, request.source_root);
  if (report.format->begin)
    report.format->begin(&report.output);
  bool is_well = bsan_log_read(&reader, argv + optind, argc - optind);
  report.format->end(&report.output, &report.findings);
  bsan_output_close(&report.output, request.output_path);
  return is_well ? BSAN_EXIT_OK : BSAN_EXIT_USAGE;
}
