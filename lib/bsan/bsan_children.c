//===-- bsan_children.c - A program and its children under bsan run -------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The environment is edited in place, without an allocator: the program's main
// gets the same strings, and hands them on to its children.  A hook of fork
// would not do: posix_spawn and system run none.
//
// Context: init, unless the header says otherwise.
//
//===----------------------------------------------------------------------===//

#include "bsan_children.h"

#include <errno.h>
#include <unistd.h>

#include "bridge/bsan_bridge.h"
#include "bsan_flags.h"
#include "bsan_text.h"
#include "platform/bsan_platform.h"

static char run_pid[24]; // Empty: no bsan run.
static char found_path[BSAN_PATH_SIZE];

static void keep(const char *name, char *copy, size_t size) {
  const char *value = bsan_bridge_getenv(name);
  struct bsan_text text;
  bsan_text_init(&text, copy, size);
  if (value)
    bsan_text_add_span(&text, bsan_span_of(value));
}

//--- Not following ---------------------------------------------------------//

void bsan_children_remove_preload(char *value, const char *file) {
  char *out = value;
  const char *at = value;
  while (*at) {
    struct bsan_span entry = {at, strcspn(at, " :")};
    at += entry.length;
    if (*at)
      at++;
    if (!entry.length || bsan_span_equals(bsan_span_base_name(entry), file))
      continue;
    if (out != value)
      *out++ = ':';
    memmove(out, entry.start, entry.length);
    out += entry.length;
  }
  *out = 0;
}

// The name of the file that this code is in.
static const char *find_own_file(void) {
  uintptr_t offset;
  const char *path = bsan_bridge_module((uintptr_t)&find_own_file, &offset);
  return path ? bsan_span_base_name(bsan_span_of(path)).start : "";
}

static void stop_following(void) {
  static const char name[] = "LD_PRELOAD=";
  const char *file = find_own_file();
  char **out = environ;
  for (char **in = environ; in && *in; in++) {
    if (bsan_text_starts_with(*in, name)) {
      bsan_children_remove_preload(*in + sizeof(name) - 1, file);
      if (!(*in)[sizeof(name) - 1])
        continue;
    }
    *out++ = *in;
  }
  if (out)
    *out = NULL;
}

void bsan_children_init(void) {
  keep("BSAN_RUN_PID", run_pid, sizeof(run_pid));
  keep("BSAN_RUN_FOUND", found_path, sizeof(found_path));
  if (!bsan_flags.follow_children)
    stop_following();
}

//--- What was found --------------------------------------------------------//

bool bsan_children_is_program(void) {
  char own[24];
  struct bsan_text text;
  bsan_text_init(&text, own, sizeof(own));
  bsan_text_add(&text, "%d", bsan_platform_pid());
  return !run_pid[0] || bsan_text_equal(run_pid, own);
}

bool bsan_children_is_failing(void) { return run_pid[0] && found_path[0]; }

void bsan_children_note_found(void) {
  static bool is_noted;
  if (!bsan_children_is_failing() || bsan_children_is_program() ||
      __atomic_exchange_n(&is_noted, true, __ATOMIC_RELAXED))
    return;
  int error = bsan_platform_create_file(found_path);
  if (error < 0 && error != -EEXIST)
    bsan_print("BlockSanitizer: WARNING: cannot make '%s' (error %d): the exit "
               "status of bsan run --fail will not tell what this process "
               "found\n",
               found_path, -error);
}

bool bsan_children_take_found(void) {
  if (!bsan_children_is_failing() || !bsan_platform_file_exists(found_path))
    return false;
  bsan_platform_remove_file(found_path);
  return true;
}
