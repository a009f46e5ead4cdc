//===-- bsan_record.c - A line of a log -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// json-c parses one line at a time, so that memory does not grow with the log.
// What a line must have is asked for here once, by name, so that nothing behind
// it has to look again.
//
//===----------------------------------------------------------------------===//

#include "bsan_record.h"
#include "bsan_commands.h"
#include "bsan_message.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static char problem[160];

static const char *expected(const char *what, const char *key) {
  snprintf(problem, sizeof(problem), "expected %s \"%s\"", what, key);
  return problem;
}

//===-- Members -----------------------------------------------------------===//

static struct json_object *find(struct json_object *object, const char *key,
                                enum json_type type) {
  struct json_object *value = NULL;
  if (!json_object_object_get_ex(object, key, &value) ||
      !json_object_is_type(value, type))
    return NULL;
  return value;
}

static const char *get_string(struct json_object *object, const char *key) {
  struct json_object *value = find(object, key, json_type_string);
  return value ? json_object_get_string(value) : NULL;
}

static uint64_t get_number(struct json_object *object, const char *key) {
  struct json_object *value = find(object, key, json_type_int);
  return value ? json_object_get_uint64(value) : 0;
}

static bool get_bool(struct json_object *object, const char *key) {
  struct json_object *value = find(object, key, json_type_boolean);
  return value && json_object_get_boolean(value);
}

const char *bsan_frame_string(struct json_object *frame, const char *key) {
  return get_string(frame, key);
}

int bsan_frame_number(struct json_object *frame, const char *key) {
  uint64_t number = get_number(frame, key);
  return number <= INT32_MAX ? (int)number : 0;
}

//===-- What a line must have ---------------------------------------------===//

static const struct type {
  const char *word;
  enum bsan_record_type type;
  const char *strings[4], *numbers[5]; // required
} types[] = {
    {"blocking-call",
     BSAN_RECORD_CALL,
     {"call", "class", "hash"},
     {"pid", "tid", "time_us", "count"}},
    {"site",
     BSAN_RECORD_SITE,
     {"call", "class", "hash"},
     {"pid", "count", "total_us", "max_us"}},
    {"stall", BSAN_RECORD_STALL, {NULL}, {"pid", "tid", "time_us"}},
    {"callbacks", BSAN_RECORD_CALLBACKS, {NULL}, {"pid", "tid", "time_us"}},
    {"loop",
     BSAN_RECORD_LOOP,
     {NULL},
     {"pid", "tid", "iterations", "callbacks_us"}},
    {"summary", BSAN_RECORD_SUMMARY, {NULL}, {"pid"}},
};

// NULL for a type that is not known: later versions may have more.
static const struct type *find_type(const char *word) {
  for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
    if (strcmp(types[i].word, word) == 0)
      return &types[i];
  return NULL;
}

static const char *check_members(struct json_object *object,
                                 const struct type *type) {
  for (const char *const *key = type->strings; *key; key++)
    if (!find(object, *key, json_type_string))
      return expected("the string", *key);
  for (const char *const *key = type->numbers; *key; key++)
    if (!find(object, *key, json_type_int))
      return expected("the number", *key);
  return NULL;
}

static const char *check_stack(struct json_object *stack) {
  size_t count = stack ? json_object_array_length(stack) : 0;
  for (size_t i = 0; i < count; i++)
    if (!json_object_is_type(json_object_array_get_idx(stack, i),
                             json_type_object))
      return expected("objects in", "stack");
  return NULL;
}

//===-- Parsing -----------------------------------------------------------===//

static struct json_object *parse_text(const char *text, size_t length) {
  static struct json_tokener *tokener;
  if (!tokener) {
    tokener = json_tokener_new();
    if (!tokener)
      bsan_fatal(BSAN_EXIT_FAILED, "out of memory");
    json_tokener_set_flags(tokener,
                           JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  }
  json_tokener_reset(tokener);
  struct json_object *object =
      json_tokener_parse_ex(tokener, text, (int)length);
  enum json_tokener_error error = json_tokener_get_error(tokener);
  if (error == json_tokener_success &&
      json_object_is_type(object, json_type_object))
    return object;
  const char *why = error == json_tokener_continue ? "the line is cut"
                    : error == json_tokener_success
                        ? "it is something else"
                        : json_tokener_error_desc(error);
  snprintf(problem, sizeof(problem),
           "expected one JSON object: %s (column %zu)", why,
           json_tokener_get_parse_end(tokener) + 1);
  json_object_put(object);
  return NULL;
}

static void fill(struct bsan_record *record, struct json_object *object) {
  record->time_us = get_number(object, "time_us");
  record->pid = get_number(object, "pid");
  record->tid = get_number(object, "tid");
  record->thread = get_string(object, "thread");
  record->loop = get_string(object, "loop");
  record->adapter = get_string(object, "adapter");
  record->call = get_string(object, "call");
  record->cls = get_string(object, "class");
  record->hash = get_string(object, "hash");
  record->hint = get_string(object, "hint");
  record->object = get_string(object, "object");
  record->has_duration = find(object, "duration_us", json_type_int) != NULL;
  record->duration_us = get_number(object, "duration_us");
  record->count = get_number(object, "count");
  record->slept = get_bool(object, "slept");
  record->suppressed = get_bool(object, "suppressed");
  record->is_final = get_bool(object, "final");
  record->is_repeated =
      get_bool(object, "ended") || get_number(object, "number") > 1;
  record->slept_count = get_number(object, "slept");
  record->total_us = get_number(object, "total_us");
  record->max_us = get_number(object, "max_us");
  record->iterations = get_number(object, "iterations");
  record->callbacks_us = get_number(object, "callbacks_us");
  record->waits_us = get_number(object, "waits_us");
  record->longest_us = get_number(object, "longest_us");
}

static const char *take(struct bsan_record *record,
                        struct json_object *object) {
  const char *word = get_string(object, "type");
  if (get_number(object, "v") != 1)
    return "expected \"v\":1, a log of this version's format";
  if (!word)
    return expected("the string", "type");
  const struct type *type = find_type(word);
  const char *wrong = type ? check_members(object, type) : NULL;
  if (wrong)
    return wrong;
  *record = (struct bsan_record){.json = object};
  record->type = type ? type->type : BSAN_RECORD_OTHER;
  record->stack = find(object, "stack", json_type_array);
  fill(record, object);
  return check_stack(record->stack);
}

const char *bsan_record_parse(struct bsan_record *record, const char *line,
                              size_t length) {
  struct json_object *object = parse_text(line, length);
  if (!object)
    return problem;
  const char *wrong = take(record, object);
  if (wrong)
    json_object_put(object);
  return wrong;
}

void bsan_record_clear(struct bsan_record *record) {
  json_object_put(record->json);
}
