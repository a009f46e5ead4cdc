//===-- bsan_format_sarif.c - SARIF 2.1.0 ---------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For GitHub's code scanning and everything else that reads SARIF (OASIS,
// Static Analysis Results Interchange Format 2.1.0). A rule is a class of
// blocking; a result is a finding, at the place that its owner can do something
// about, with its whole stack. Two fingerprints: the site, equal as long as the
// binary is the same, and the names of the functions, which survive another
// build.
//
//===----------------------------------------------------------------------===//

#include "bsan_classes.h"
#include "bsan_format.h"
#include "bsan_path.h"
#include "bsan_place.h"
#include "bsan_strings.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] = "https://json.schemastore.org/sarif-2.1.0.json";
static const char root_id[] = "%SRCROOT%";

//===-- Places ------------------------------------------------------------===//

// RFC 3986: what is not unreserved is escaped, '/' aside.
static char *uri_of(const char *prefix, const char *path) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
                              "wxyz0123456789-._~/";
  size_t length = strlen(prefix);
  char *uri = bsan_format("%s%*s", prefix, (int)(3 * strlen(path)), "");
  for (; *path; path++) {
    if (strchr(plain, *path))
      uri[length++] = *path;
    else
      length += (size_t)sprintf(uri + length, "%%%02X", (unsigned char)*path);
  }
  uri[length] = '\0';
  return uri;
}

// Code scanning wants a file for every result: without debug information the
// module has to do.
static void add_artifact(struct json_object *physical,
                         const struct bsan_place *place) {
  struct json_object *artifact = bsan_add_object(physical, "artifactLocation");
  const char *path = place->path     ? place->path
                     : place->module ? place->module
                                     : "unknown";
  char *uri = uri_of(path[0] == '/' ? "file://" : "", path);
  bsan_add_string(artifact, "uri", uri);
  if (place->is_in_root)
    bsan_add_string(artifact, "uriBaseId", root_id);
  free(uri);
}

static void add_location(struct json_object *location,
                         const struct bsan_place *place) {
  struct json_object *physical = bsan_add_object(location, "physicalLocation");
  add_artifact(physical, place);
  struct json_object *region = bsan_add_object(physical, "region");
  bsan_add_number(region, "startLine", place->line ? (uint64_t)place->line : 1);
  if (place->line && place->column)
    bsan_add_number(region, "startColumn", (uint64_t)place->column);
  char *name = bsan_place_name(place);
  struct json_object *logical =
      bsan_append_object(bsan_add_array(location, "logicalLocations"));
  bsan_add_string(logical, "fullyQualifiedName", name);
  bsan_add_string(logical, "kind", "function");
  free(name);
}

static void add_stack(struct json_object *result, struct json_object *stack,
                      const char *root) {
  size_t count = json_object_array_length(stack);
  if (!count)
    return;
  struct json_object *frames = bsan_add_array(
      bsan_append_object(bsan_add_array(result, "stacks")), "frames");
  for (size_t i = 0; i < count; i++) {
    struct bsan_place place =
        bsan_place_of(json_object_array_get_idx(stack, i), root);
    struct json_object *frame = bsan_append_object(frames);
    add_location(bsan_add_object(frame, "location"), &place);
    bsan_add_string(frame, "module", place.module);
    free(place.path);
  }
}

//===-- Fingerprints ------------------------------------------------------===//

static uint64_t mix(uint64_t hash, const char *text) {
  do
    hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
  while (*text++);
  return hash;
}

// The call, and the names of the frames as far as there are any.
static char *fingerprint(const struct bsan_finding *finding,
                         struct json_object *stack) {
  uint64_t hash = mix(0xcbf29ce484222325U, finding->call);
  size_t count = json_object_array_length(stack);
  for (size_t i = 0; i < count; i++) {
    struct json_object *frame = json_object_array_get_idx(stack, i);
    const char *function = bsan_frame_string(frame, "function");
    const char *file = bsan_frame_string(frame, "file");
    if (function)
      hash = mix(hash, function);
    if (function && file)
      hash = mix(hash, bsan_path_name(file));
  }
  return bsan_format("%016llx", (unsigned long long)hash);
}

//===-- Results -----------------------------------------------------------===//

// "getaddrinfo in on_request: name lookups wait for the network. Found 12
// calls, blocked for 34.500 ms. Use ..."
static char *message_of(const struct bsan_finding *finding,
                        const struct bsan_place *place) {
  const struct bsan_class *cls = bsan_class_find(finding->cls);
  char *name = bsan_place_name(place);
  uint64_t us = finding->total.us;
  char *message = bsan_format(
      "%s in %s blocks the event loop: %s. %llu call%s, %llu.%03llu ms. To do: "
      "%s.",
      finding->call, name, cls->why, (unsigned long long)finding->total.calls,
      finding->total.calls == 1 ? "" : "s", (unsigned long long)us / 1000,
      (unsigned long long)us % 1000,
      finding->hint[0] ? finding->hint : cls->hint);
  free(name);
  return message;
}

static void add_numbers(struct json_object *result,
                        const struct bsan_total *total) {
  struct json_object *properties = bsan_add_object(result, "properties");
  bsan_add_number(properties, "calls", total->calls);
  bsan_add_number(properties, "slept", total->slept);
  bsan_add_number(properties, "totalMicroseconds", total->us);
  bsan_add_number(properties, "maxMicroseconds", total->max_us);
  bsan_add_number(properties, "processes", total->processes);
}

static void add_result(struct json_object *results, const char *root,
                       const struct bsan_finding *finding, size_t rule) {
  struct json_object *stack = bsan_parse_stack(finding->stack);
  struct bsan_place place = bsan_place_choose(stack, root);
  struct json_object *result = bsan_append_object(results);
  char *message = message_of(finding, &place);
  char *names = fingerprint(finding, stack);
  bsan_add_string(result, "ruleId", finding->cls);
  bsan_add_number(result, "ruleIndex", rule);
  bsan_add_string(result, "level", "warning");
  bsan_add_string(bsan_add_object(result, "message"), "text", message);
  add_location(bsan_append_object(bsan_add_array(result, "locations")), &place);
  struct json_object *prints = bsan_add_object(result, "partialFingerprints");
  bsan_add_string(prints, "blockSanitizerFunctions/v1", names);
  bsan_add_string(prints, "blockSanitizerSite/v1", finding->hash);
  bsan_add_number(result, "occurrenceCount",
                  finding->total.calls < INT32_MAX ? finding->total.calls
                                                   : INT32_MAX);
  add_stack(result, stack, root);
  add_numbers(result, &finding->total);
  free(message);
  free(names);
  free(place.path);
  json_object_put(stack);
}

//===-- Rules -------------------------------------------------------------===//

static void add_text(struct json_object *rule, const char *key, char *text) {
  bsan_add_string(bsan_add_object(rule, key), "text", text);
  free(text);
}

static void add_rule(struct json_object *rules, const char *word) {
  const struct bsan_class *cls = bsan_class_find(word);
  struct json_object *rule = bsan_append_object(rules);
  bsan_add_string(rule, "id", word);
  char *name = bsan_format("BlockingCall/%s", word);
  bsan_add_string(rule, "name", name);
  free(name);
  add_text(rule, "shortDescription",
           bsan_format("Blocking call on an event loop (%s)", word));
  add_text(rule, "fullDescription",
           bsan_format("A callback of an event loop makes a call that blocks: "
                       "%s. Every other callback has to wait as long.",
                       cls->why));
  struct json_object *help = bsan_add_object(rule, "help");
  char *text =
      bsan_format("To do instead: %s. A call that is accepted goes into "
                  "a file of suppressions (bsan suppress).",
                  cls->hint);
  bsan_add_string(help, "text", text);
  bsan_add_string(help, "markdown", text);
  free(text);
  bsan_add_string(bsan_add_object(rule, "defaultConfiguration"), "level",
                  "warning");
  struct json_object *properties = bsan_add_object(rule, "properties");
  struct json_object *tags = bsan_add_array(properties, "tags");
  json_object_array_add(tags, json_object_new_string("performance"));
  json_object_array_add(tags, json_object_new_string("event-loop"));
  bsan_add_string(properties, "precision", "very-high");
  bsan_add_string(properties, "problem.severity", "warning");
}

// The index of the rule of a class, added when it is new.
static size_t find_rule(struct json_object *rules, const char *word) {
  size_t count = json_object_array_length(rules);
  for (size_t i = 0; i < count; i++)
    if (strcmp(bsan_frame_string(json_object_array_get_idx(rules, i), "id"),
               word) == 0)
      return i;
  add_rule(rules, word);
  return count;
}

//===-- The document ------------------------------------------------------===//

static struct json_object *add_driver(struct json_object *run) {
  struct json_object *driver =
      bsan_add_object(bsan_add_object(run, "tool"), "driver");
  bsan_add_string(driver, "name", "BlockSanitizer");
  bsan_add_string(driver, "semanticVersion", BSAN_VERSION);
  return bsan_add_array(driver, "rules");
}

static void add_root(struct json_object *run, const char *root) {
  char *uri = uri_of("file://", root);
  char *folder = bsan_ends_with(uri, "/") ? uri : bsan_format("%s/", uri);
  bsan_add_string(
      bsan_add_object(bsan_add_object(run, "originalUriBaseIds"), root_id),
      "uri", folder);
}

static void end_sarif(const struct bsan_output *output,
                      const struct bsan_findings *findings) {
  size_t count;
  struct bsan_finding **sorted = bsan_findings_sorted(findings, &count);
  struct json_object *document = json_object_new_object();
  bsan_add_string(document, "$schema", schema);
  bsan_add_string(document, "version", "2.1.0");
  struct json_object *run =
      bsan_append_object(bsan_add_array(document, "runs"));
  struct json_object *rules = add_driver(run);
  add_root(run, output->root);
  struct json_object *results = bsan_add_array(run, "results");
  for (size_t i = 0; i < count; i++)
    add_result(results, output->root, sorted[i],
               find_rule(rules, sorted[i]->cls));
  bsan_write_json(output->file, document, JSON_C_TO_STRING_PRETTY);
  fputc('\n', output->file);
  free(sorted);
}

const struct bsan_format bsan_format_sarif = {NULL, NULL, end_sarif};
