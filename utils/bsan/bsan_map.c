//===-- bsan_map.c - A map from bytes to pointers -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A log of a fleet has millions of lines of a few thousand different sites, so
// finding has to be quick and forgetting has to be possible.
//
//===----------------------------------------------------------------------===//

#include "bsan_map.h"
#include "bsan_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256 };

struct bsan_map_entry {
  struct bsan_map_entry *next;
  void *value;
  uint64_t hash;
  size_t size;
  char bytes[];
};

struct bsan_key bsan_key_of(const char *text) {
  return (struct bsan_key){text, strlen(text)};
}

// FNV-1a.
static uint64_t hash_of(struct bsan_key key) {
  uint64_t hash = 0xcbf29ce484222325U;
  const unsigned char *bytes = key.bytes;
  for (size_t i = 0; i < key.size; i++)
    hash = (hash ^ bytes[i]) * 0x100000001b3U;
  return hash;
}

// The link that leads to the entry of key, or the last one of its chain. There
// is at least one slot.
static struct bsan_map_entry **find_link(const struct bsan_map *map,
                                         struct bsan_key key, uint64_t hash) {
  struct bsan_map_entry **link = &map->slots[hash % map->slot_count];
  while (*link && ((*link)->hash != hash || (*link)->size != key.size ||
                   memcmp((*link)->bytes, key.bytes, key.size) != 0))
    link = &(*link)->next;
  return link;
}

static void grow(struct bsan_map *map) {
  size_t count = map->slot_count ? 2 * map->slot_count : FIRST_SLOTS;
  struct bsan_map_entry **slots = bsan_allocate(count * sizeof(void *));
  for (size_t i = 0; i < map->slot_count; i++) {
    while (map->slots[i]) {
      struct bsan_map_entry *entry = map->slots[i];
      map->slots[i] = entry->next;
      entry->next = slots[entry->hash % count];
      slots[entry->hash % count] = entry;
    }
  }
  free(map->slots);
  map->slots = slots;
  map->slot_count = count;
}

void **bsan_map_at(struct bsan_map *map, struct bsan_key key) {
  uint64_t hash = hash_of(key);
  if (map->count == map->slot_count)
    grow(map);
  struct bsan_map_entry **link = find_link(map, key, hash);
  if (*link)
    return &(*link)->value;
  struct bsan_map_entry *entry = bsan_allocate(sizeof(*entry) + key.size);
  entry->hash = hash;
  entry->size = key.size;
  memcpy(entry->bytes, key.bytes, key.size);
  *link = entry;
  map->count++;
  return &entry->value;
}

void *bsan_map_find(const struct bsan_map *map, struct bsan_key key) {
  if (!map->slot_count)
    return NULL;
  struct bsan_map_entry *entry = *find_link(map, key, hash_of(key));
  return entry ? entry->value : NULL;
}

void bsan_map_remove(struct bsan_map *map, struct bsan_key key) {
  if (!map->slot_count)
    return;
  struct bsan_map_entry **link = find_link(map, key, hash_of(key));
  struct bsan_map_entry *entry = *link;
  if (!entry)
    return;
  *link = entry->next;
  free(entry);
  map->count--;
}

void **bsan_map_values(const struct bsan_map *map) {
  void **values = bsan_allocate((map->count + 1) * sizeof(*values));
  size_t count = 0;
  for (size_t i = 0; i < map->slot_count; i++)
    for (struct bsan_map_entry *entry = map->slots[i]; entry;
         entry = entry->next)
      values[count++] = entry->value;
  return values;
}
