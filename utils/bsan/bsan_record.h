//===-- bsan_record.h - A line of a log -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What docs/bsan-log.schema.json calls a line, as far as the commands use it.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_RECORD_H
#define BSAN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum bsan_record_type {
  BSAN_RECORD_OTHER, // of a later version, or a message
  BSAN_RECORD_CALL,
  BSAN_RECORD_STALL,
  BSAN_RECORD_CALLBACKS,
  BSAN_RECORD_SITE,
  BSAN_RECORD_LOOP,
  BSAN_RECORD_SUMMARY,
};

// Strings that are not in the line are NULL, numbers 0. Everything lives until
// the record is cleared.
struct bsan_record {
  enum bsan_record_type type;
  struct json_object *json;
  uint64_t time_us, pid, tid;
  const char *thread, *loop, *adapter;
  const char *call, *cls, *hash, *hint, *object;
  bool has_duration, slept, suppressed, is_final;
  bool is_repeated; // a stall that an earlier line has told of
  uint64_t duration_us, count;
  uint64_t slept_count, total_us, max_us;                  // of a site
  uint64_t iterations, callbacks_us, waits_us, longest_us; // of a loop
  struct json_object *stack;                               // array, or NULL
};

// Takes a line apart. NULL on success, else what was expected, in memory that
// is used again; nothing has to be cleared then.
const char *bsan_record_parse(struct bsan_record *record, const char *line,
                              size_t length);

// Gives back what the record refers to.
void bsan_record_clear(struct bsan_record *record);

// A member of a frame, or NULL.
const char *bsan_frame_string(struct json_object *frame, const char *key);
int bsan_frame_number(struct json_object *frame, const char *key);

#endif // BSAN_RECORD_H
