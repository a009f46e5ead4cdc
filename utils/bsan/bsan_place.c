//===-- bsan_place.c - Where in the program -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilers write paths as they were given them: absolute, relative to the
// folder of the build, or mapped to something short. A relative one counts as
// the program's own when there is such a file, because libraries have relative
// paths too (glibc's are all ./csu/...).
//
//===----------------------------------------------------------------------===//

#include "bsan_place.h"
#include "bsan_path.h"
#include "bsan_record.h"
#include "bsan_strings.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *bsan_place_absolute(const char *path, const char *root) {
  char *whole = path[0] == '/' ? bsan_copy(path, strlen(path))
                               : bsan_format("%s/%s", root, path);
  char *out = whole;
  for (const char *part = whole; *part;) {
    part += strspn(part, "/");
    size_t length = strcspn(part, "/");
    if (length == 2 && strncmp(part, "..", 2) == 0) {
      while (out > whole && *--out != '/')
        ;
    } else if (length && !(length == 1 && *part == '.')) {
      *out++ = '/';
      memmove(out, part, length);
      out += length;
    }
    part += length;
  }
  if (out == whole)
    *out++ = '/';
  *out = '\0';
  return whole;
}

// The part of an absolute path below root, or NULL.
static const char *below(const char *path, const char *root) {
  size_t length = strlen(root);
  if (strcmp(root, "/") == 0)
    return path + 1;
  return strncmp(path, root, length) == 0 && path[length] == '/'
             ? path + length + 1
             : NULL;
}

static void set_path(struct bsan_place *place, const char *file,
                     const char *root) {
  char *absolute = bsan_place_absolute(file, root);
  const char *relative = below(absolute, root);
  place->is_in_root =
      relative && (file[0] == '/' || access(absolute, F_OK) == 0);
  place->path = place->is_in_root ? bsan_copy(relative, strlen(relative))
                                  : bsan_copy(file, strlen(file));
  free(absolute);
}

struct bsan_place bsan_place_of(struct json_object *frame, const char *root) {
  struct bsan_place place = {
      .function = bsan_frame_string(frame, "function"),
      .module = bsan_frame_string(frame, "module"),
      .offset = bsan_frame_string(frame, "offset"),
      .line = bsan_frame_number(frame, "line"),
      .column = bsan_frame_number(frame, "column"),
  };
  const char *file = bsan_frame_string(frame, "file");
  if (file && *file)
    set_path(&place, file, root);
  return place;
}

static bool is_in_libc(const struct bsan_place *place) {
  const char *name = place->module ? bsan_path_name(place->module) : "";
  return bsan_starts_with(name, "libc.so") ||
         bsan_starts_with(name, "ld-linux");
}

// How good a place is to name, 0 being the best.
static int rank(const struct bsan_place *place) {
  if (place->is_in_root)
    return 0;
  if (place->path && !is_in_libc(place))
    return 1;
  return place->function ? 2 : 3;
}

struct bsan_place bsan_place_choose(struct json_object *stack,
                                    const char *root) {
  struct bsan_place best = {0};
  size_t count = json_object_array_length(stack);
  for (size_t i = 0; i < count; i++) {
    struct bsan_place place =
        bsan_place_of(json_object_array_get_idx(stack, i), root);
    if (i > 0 && rank(&place) >= rank(&best)) {
      free(place.path);
      continue;
    }
    free(best.path);
    best = place;
  }
  return best;
}

char *bsan_place_name(const struct bsan_place *place) {
  if (place->function)
    return bsan_copy(place->function, strlen(place->function));
  if (!place->module)
    return bsan_copy("?", 1);
  return bsan_format("%s+%s", bsan_path_name(place->module),
                     place->offset ? place->offset : "?");
}

char *bsan_place_where(const struct bsan_place *place) {
  if (place->path && place->line)
    return bsan_format("%s:%d", place->path, place->line);
  if (place->path)
    return bsan_copy(place->path, strlen(place->path));
  const char *name =
      place->module && place->function ? bsan_path_name(place->module) : "";
  return bsan_copy(name, strlen(name));
}

char *bsan_place_printable(char *text) {
  for (unsigned char *at = (unsigned char *)text; *at; at++) {
    bool is_c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
    if (*at < 0x20 || *at == 0x7f || is_c1)
      *at = '?';
    if (is_c1)
      at[1] = '?';
  }
  return text;
}
