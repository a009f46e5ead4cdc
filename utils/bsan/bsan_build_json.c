//===-- bsan_build_json.c - Building JSON ---------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// json-c with shorter names, for objects that have twenty members.
//
//===----------------------------------------------------------------------===//

#include "bsan_commands.h"
#include "bsan_format.h"
#include "bsan_message.h"

#include <json-c/json.h>

static struct json_object *require(struct json_object *value) {
  if (!value)
    bsan_fatal(BSAN_EXIT_FAILED, "out of memory");
  return value;
}

void bsan_add_string(struct json_object *object, const char *key,
                     const char *text) {
  if (text)
    json_object_object_add(object, key, require(json_object_new_string(text)));
}

void bsan_add_number(struct json_object *object, const char *key,
                     uint64_t number) {
  json_object_object_add(object, key, require(json_object_new_uint64(number)));
}

void bsan_add_bool(struct json_object *object, const char *key, bool value) {
  json_object_object_add(object, key, require(json_object_new_boolean(value)));
}

struct json_object *bsan_add_object(struct json_object *object,
                                    const char *key) {
  struct json_object *member = require(json_object_new_object());
  json_object_object_add(object, key, member);
  return member;
}

struct json_object *bsan_add_array(struct json_object *object,
                                   const char *key) {
  struct json_object *member = require(json_object_new_array());
  json_object_object_add(object, key, member);
  return member;
}

struct json_object *bsan_append_object(struct json_object *array) {
  struct json_object *element = require(json_object_new_object());
  json_object_array_add(array, element);
  return element;
}

void bsan_write_json(FILE *file, struct json_object *object, int flags) {
  const char *text = json_object_to_json_string_ext(
      object, flags | JSON_C_TO_STRING_NOSLASHESCAPE);
  if (!text)
    bsan_fatal(BSAN_EXIT_FAILED, "out of memory");
  fputs(text, file);
  json_object_put(object);
}

struct json_object *bsan_parse_stack(const char *stack) {
  return require(json_tokener_parse(stack));
}
