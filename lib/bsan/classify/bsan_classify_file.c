//===-- bsan_classify_file.c - Calls on paths -----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any name may have to be looked up on a disk or a server; only the file
// systems that live in memory are known not to.  The path is copied through the
// kernel before it is looked at, because the program may pass a bad pointer and
// expect EFAULT.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <time.h>

#include "bsan_flags.h"
#include "bsan_text.h"
#include "classify/bsan_classify.h"
#include "platform/bsan_platform.h"

// Long enough to tell every memory file system's prefix.
enum { PREFIX_SIZE = 32 };

bsan_verdict bsan_path_at(struct bsan_event *ev, int directory,
                          const char *path) {
  char prefix[PREFIX_SIZE];
  (void)ev;
  if (!bsan_platform_copy_string(path, prefix, sizeof(prefix)))
    return BSAN_WONT_BLOCK; // EFAULT.
  if (!prefix[0])
    return BSAN_WONT_BLOCK; // ENOENT.
  if (!bsan_flags.memory_files &&
      bsan_platform_path_is_memory(directory, prefix))
    return BSAN_WONT_BLOCK;
  return BSAN_MAY_BLOCK;
}

bsan_verdict bsan_path(struct bsan_event *ev, const char *path) {
  return bsan_path_at(ev, AT_FDCWD, path);
}

bsan_verdict bsan_path_stat(struct bsan_event *ev, int directory,
                            const char *path, int flags) {
  char first[2];
  bool is_empty =
      bsan_platform_copy_string(path, first, sizeof(first)) && !first[0];
  if ((flags & AT_EMPTY_PATH) && is_empty && directory != AT_FDCWD)
    return bsan_fd_disk(ev, directory);
  return bsan_path_at(ev, directory, path);
}

bsan_verdict bsan_path_open(struct bsan_event *ev, int directory,
                            const char *path, int flags) {
  return flags & O_PATH ? BSAN_WONT_BLOCK : bsan_path_at(ev, directory, path);
}

// glibc's tzset_internal() compares TZ with its last value and returns; without
// TZ there is nothing to compare, and it looks at /etc/localtime again.  Before
// the first time `tzname` has the name that libc was compiled with.
bsan_verdict bsan_path_zone(struct bsan_event *ev, bool looks_each_time) {
  static bool was_judged; // Where the zone's name is that one in fact.
  bool was_read = __atomic_exchange_n(&was_judged, true, __ATOMIC_RELAXED) ||
                  !bsan_text_equal(tzname[0], "GMT");
  if (was_read && (!looks_each_time || getenv("TZ")))
    return BSAN_WONT_BLOCK;
  ev->why = was_read ? "without TZ each call looks at /etc/localtime"
                     : "the first call reads the file of the time zone";
  return BSAN_MAY_BLOCK;
}

// %Z has the zone's name, and %s is mktime(); flags, a width and a modifier may
// stand between.  What a locale makes of %c is not looked into.
static bool has_zone(const void *format, size_t unit) {
  bool is_conversion = false;
  for (size_t i = 0;; i++) {
    wchar_t c = unit == 1 ? ((const unsigned char *)format)[i]
                          : ((const wchar_t *)format)[i];
    if (!c)
      return false;
    if (is_conversion && (c == 'Z' || c == 's'))
      return true;
    if (!is_conversion)
      is_conversion = c == '%';
    else
      is_conversion = c < 128 && strchr("_-+^#0123456789EO", (int)c);
  }
}

bsan_verdict bsan_path_zone_in(struct bsan_event *ev, const char *format) {
  return has_zone(format, 1) ? bsan_path_zone(ev, true) : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_path_zone_in_wide(struct bsan_event *ev,
                                    const wchar_t *format) {
  return has_zone(format, sizeof(*format)) ? bsan_path_zone(ev, true)
                                           : BSAN_WONT_BLOCK;
}
