//===-- bsan_map.h - A map from bytes to pointers -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chained, and it grows. The entries are in no order.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_MAP_H
#define BSAN_MAP_H

#include <stddef.h>

// Starts as {0}.
struct bsan_map {
  struct bsan_map_entry **slots;
  size_t slot_count;
  size_t count;
};

struct bsan_key {
  const void *bytes;
  size_t size;
};

struct bsan_key bsan_key_of(const char *text);

// The place of the key's pointer, which is NULL when it is new. Valid until the
// key is removed. The bytes are copied. Ends the process when there is no
// memory.
void **bsan_map_at(struct bsan_map *map, struct bsan_key key);

// The key's pointer, or NULL.
void *bsan_map_find(const struct bsan_map *map, struct bsan_key key);

// Forgets the key; what it pointed to is the caller's.
void bsan_map_remove(struct bsan_map *map, struct bsan_key key);

// All pointers, in memory of malloc; count of them.
void **bsan_map_values(const struct bsan_map *map);

#endif // BSAN_MAP_H
