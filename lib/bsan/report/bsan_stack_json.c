//===-- bsan_stack_json.c - Stacks as JSON --------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With suppress_equal_stacks=0 there is a line per call, and asking the
// symbolizer for thirty frames takes longer than most calls block.  So what was
// written of a stack once is kept as text, in mapped memory, up to a limit.
//
// Context: report.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_stack_json.h"

#include <string.h>

#include "bridge/bsan_bridge.h"
#include "bsan_symbolize.h"
#include "report/bsan_stack_text.h"

//--- What was written before -----------------------------------------------//

enum { KEPT_COUNT = 1 << 13, KEPT_TRIES = 8, MAX_CHUNKS = 32 };
enum { CHUNK_SIZE = 1 << 20 };

// What of a stack a text is.
enum kind { STACK, NAME, HASH };

struct kept {
  uint64_t key; // 0: free.
  struct bsan_span text;
};

static struct kept kept[KEPT_COUNT];
static char *chunk;
static size_t chunk_used = CHUNK_SIZE;
static int chunk_count;

static uint64_t make_key(enum kind kind, uint32_t stack_id, unsigned what) {
  return (uint64_t)stack_id << 32 | (uint64_t)(kind + 1) << 28 | what;
}

// The place of KEY, or a free one; NULL when there is neither.
static struct kept *find_kept(uint64_t key) {
  size_t slot = (size_t)(key * 0x9e3779b97f4a7c15u >> 51);
  for (size_t i = 0; i < KEPT_TRIES; i++) {
    struct kept *place = &kept[(slot + i) % KEPT_COUNT];
    if (!place->key || place->key == key)
      return place;
  }
  return NULL;
}

// Whether there is a text of KEY, which is added then.
static bool add_kept(struct bsan_json *json, const char *name, uint64_t key) {
  const struct kept *place = find_kept(key);
  if (!place || !place->key)
    return false;
  bsan_json_add_raw(json, name, place->text);
  return true;
}

// Keeps the value that was added to JSON as NAME behind START.
static void keep(const struct bsan_json *json, const char *name, size_t start,
                 uint64_t key) {
  struct kept *place = find_kept(key);
  if (json->is_full || !place || place->key)
    return;
  start += json->data[start] == ',';
  start += strlen(name) + 3; // "NAME":
  size_t length = json->length - start;
  if (length > CHUNK_SIZE - chunk_used) {
    if (length > CHUNK_SIZE || chunk_count == MAX_CHUNKS)
      return;
    chunk = bsan_bridge_map(CHUNK_SIZE, "bsan stacks as text");
    chunk_used = 0;
    chunk_count++;
  }
  memcpy(chunk + chunk_used, json->data + start, length);
  *place = (struct kept){key, {chunk + chunk_used, length}};
  chunk_used += length;
}

//--- Frames ----------------------------------------------------------------//

static void add_build_id(struct bsan_json *json,
                         const struct bsan_symbol *symbol) {
  static const char digits[] = "0123456789abcdef";
  enum { MAX_BYTES = 32 };
  char hex[2 * MAX_BYTES];
  size_t size = symbol->build_id_size;
  if (!size || size > MAX_BYTES)
    return;
  for (size_t i = 0; i < size; i++) {
    hex[2 * i] = digits[symbol->build_id[i] >> 4];
    hex[2 * i + 1] = digits[symbol->build_id[i] & 15];
  }
  bsan_json_add_span(json, "build_id", (struct bsan_span){hex, 2 * size});
}

static bool add_frame(const struct bsan_symbol *symbol, void *arg) {
  struct bsan_json *json = arg;
  bsan_json_open(json, NULL, '{');
  bsan_json_add_address(json, "pc", symbol->pc);
  if (symbol->module) {
    bsan_json_add_string(json, "module", symbol->module);
    bsan_json_add_address(json, "offset", symbol->offset);
    add_build_id(json, symbol);
  }
  bsan_json_add_string(json, "function", symbol->function);
  if (symbol->file) {
    bsan_json_add_string(json, "file", symbol->file);
    if (symbol->line)
      bsan_json_add_number(json, "line", (uint64_t)symbol->line);
    if (symbol->column)
      bsan_json_add_number(json, "column", (uint64_t)symbol->column);
  }
  bsan_json_close(json, '}');
  return !json->is_full;
}

void bsan_stack_json_add(struct bsan_json *json, const char *key,
                         uint32_t stack_id, unsigned first, unsigned call) {
  uint64_t id = make_key(STACK, stack_id, first << 16 | call);
  size_t start = json->length;
  if (add_kept(json, key, id))
    return;
  bsan_json_open(json, key, '[');
  bsan_stack_visit(stack_id, first, call, add_frame, json);
  bsan_json_close(json, ']');
  keep(json, key, start, id);
}

void bsan_stack_json_add_name(struct bsan_json *json, const char *key,
                              uint32_t stack_id, unsigned index) {
  char name[128], place[1];
  struct bsan_text function, nowhere;
  uint64_t id = make_key(NAME, stack_id, index);
  size_t start = json->length;
  if (add_kept(json, key, id))
    return;
  bsan_text_init(&function, name, sizeof(name));
  bsan_text_init(&nowhere, place, sizeof(place));
  bsan_stack_name(stack_id, index, 0, &function, &nowhere);
  if (!name[0])
    return;
  bsan_json_add_string(json, key, name);
  keep(json, key, start, id);
}

//--- Hash ------------------------------------------------------------------//

// FNV-1a.
static uint64_t mix(uint64_t hash, const void *data, size_t size) {
  const unsigned char *bytes = data;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

// The C library under the program may be another one on the next machine.
static bool is_c_library(const char *name) {
  static const char *const prefixes[] = {"libc.so", "libc-2", "ld-linux",
                                         "ld-2.", "libpthread"};
  for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
    if (bsan_text_starts_with(name, prefixes[i]))
      return true;
  return false;
}

static bool mix_script(const struct bsan_symbol *symbol, void *arg) {
  uint64_t *hash = arg;
  if (symbol->is_script)
    *hash = mix(*hash, symbol->function, strlen(symbol->function) + 1);
  if (symbol->is_script && symbol->file) {
    const char *name = bsan_span_base_name(bsan_span_of(symbol->file)).start;
    *hash = mix(*hash, name, strlen(name) + 1);
    *hash = mix(*hash, &symbol->line, sizeof(symbol->line));
  }
  return true;
}

// Code of no module (a JIT's) is somewhere else each time: what counts is its
// name, if it has one.
static uint64_t mix_frame(uint64_t hash, uintptr_t pc) {
  struct bsan_symbol module = {.pc = pc};
  if (!bsan_bridge_find_module(pc, &module)) {
    bsan_symbolize(pc, mix_script, &hash);
    return hash;
  }
  const char *name = bsan_span_base_name(bsan_span_of(module.module)).start;
  if (is_c_library(name))
    return hash;
  if (module.build_id_size)
    hash = mix(hash, module.build_id, module.build_id_size);
  else
    hash = mix(hash, name, strlen(name) + 1);
  return mix(hash, &module.offset, sizeof(module.offset));
}

void bsan_stack_json_add_hash(struct bsan_json *json, const char *key,
                              uint32_t stack_id, const char *label) {
  static const char digits[] = "0123456789abcdef";
  uint64_t hash = mix(0xcbf29ce484222325u, label, strlen(label) + 1);
  // Several calls may have one stack: two functions named in one expression.
  uint64_t id = make_key(HASH, stack_id, (unsigned)(hash & 0xfffffff));
  size_t start = json->length;
  if (add_kept(json, key, id))
    return;
  const uintptr_t *pcs;
  size_t count = bsan_bridge_depot_get(stack_id, &pcs);
  for (size_t i = 0; i < count; i++)
    hash = mix_frame(hash, pcs[i] - 1);
  char hex[16];
  for (int i = 0; i < 16; i++)
    hex[i] = digits[hash >> (60 - 4 * i) & 15];
  bsan_json_add_span(json, key, (struct bsan_span){hex, sizeof(hex)});
  keep(json, key, start, id);
}
