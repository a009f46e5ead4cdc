//===-- bsan_format_trace.c - Chrome trace events -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The JSON array format of Chrome's trace viewer, which Perfetto reads:
// complete events ("X") with a start and a duration in microseconds, on a track
// per loop. A call that was not made, because the report ended the program, is
// an instant. Events are written as they are read; only the tracks are kept.
//
//===----------------------------------------------------------------------===//

#include "bsan_format.h"
#include "bsan_memory.h"
#include "bsan_place.h"
#include "bsan_strings.h"

#include <json-c/json.h>
#include <stdlib.h>

// Numbers of threads are below 2^22 (PID_MAX_LIMIT): those above are free for a
// second loop of a thread.
enum { LOOP_STEP = 1 << 22 };

static struct bsan_map tracks;      // by pid, tid and loop; of uint64_t
static struct bsan_map loop_counts; // by pid and tid; of uint64_t
static bool has_events;

static void write_event(const struct bsan_output *output,
                        struct json_object *event) {
  fputs(has_events ? ",\n" : "\n", output->file);
  has_events = true;
  bsan_write_json(output->file, event, JSON_C_TO_STRING_PLAIN);
}

static struct json_object *make_event(const char *phase, uint64_t pid,
                                      uint64_t tid) {
  struct json_object *event = json_object_new_object();
  bsan_add_string(event, "ph", phase);
  bsan_add_number(event, "pid", pid);
  bsan_add_number(event, "tid", tid);
  return event;
}

static void name_track(const struct bsan_output *output,
                       const struct bsan_record *record, uint64_t track) {
  struct json_object *event = make_event("M", record->pid, track);
  const char *thread = record->thread ? record->thread : "?";
  char *name = record->loop ? bsan_format("%s: loop %s", thread, record->loop)
                            : bsan_format("%s", thread);
  bsan_add_string(event, "name", "thread_name");
  bsan_add_string(bsan_add_object(event, "args"), "name", name);
  free(name);
  write_event(output, event);
}

static uint64_t *number_at(struct bsan_map *map, char *key) {
  uint64_t **place = (uint64_t **)bsan_map_at(map, bsan_key_of(key));
  free(key);
  if (!*place)
    *place = bsan_allocate(sizeof(**place));
  return *place;
}

// The track of the record's loop, which is named when it is new.
static uint64_t find_track(const struct bsan_output *output,
                           const struct bsan_record *record) {
  unsigned long long pid = record->pid, tid = record->tid;
  uint64_t *track =
      number_at(&tracks, bsan_format("%llu %llu %s", pid, tid,
                                     record->loop ? record->loop : ""));
  if (*track)
    return *track;
  uint64_t *count = number_at(&loop_counts, bsan_format("%llu %llu", pid, tid));
  *track = record->tid + (*count)++ * LOOP_STEP;
  name_track(output, record, *track);
  return *track;
}

static void add_args(const struct bsan_output *output,
                     struct json_object *event,
                     const struct bsan_record *record) {
  struct json_object *args = bsan_add_object(event, "args");
  bsan_add_string(args, "object", record->object);
  bsan_add_string(args, "hash", record->hash);
  bsan_add_string(args, "hint", record->hint);
  if (!record->stack)
    return;
  struct bsan_place place = bsan_place_choose(record->stack, output->root);
  char *name = bsan_place_name(&place), *where = bsan_place_where(&place);
  bsan_add_string(args, "function", name);
  bsan_add_string(args, "where", *where ? where : NULL);
  free(name);
  free(where);
  free(place.path);
}

static void take(const struct bsan_output *output,
                 const struct bsan_record *record) {
  bool is_call = record->type == BSAN_RECORD_CALL;
  bool is_stall = record->type == BSAN_RECORD_STALL;
  if (!is_call && !is_stall && record->type != BSAN_RECORD_CALLBACKS)
    return;
  uint64_t track = find_track(output, record);
  struct json_object *event =
      make_event(record->has_duration ? "X" : "i", record->pid, track);
  bsan_add_string(event, "name",
                  is_call    ? record->call
                  : is_stall ? "stall"
                             : "callbacks");
  bsan_add_string(event, "cat",
                  is_call    ? record->cls
                  : is_stall ? "stall"
                             : "callbacks");
  bsan_add_number(event, "ts", record->time_us);
  if (record->has_duration)
    bsan_add_number(event, "dur", record->duration_us);
  else
    bsan_add_string(event, "s", "t");
  add_args(output, event, record);
  write_event(output, event);
}

static void begin_trace(const struct bsan_output *output) {
  fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", output->file);
}

static void end_trace(const struct bsan_output *output,
                      const struct bsan_findings *findings) {
  (void)findings;
  fputs("\n]}\n", output->file);
}

const struct bsan_format bsan_format_trace = {begin_trace, take, end_trace};
