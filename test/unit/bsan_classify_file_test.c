//===-- bsan_classify_file_test.c - Unit tests of bsan_classify_file.c ----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names that are memory file systems' and names that only look like them; and
// pointers to no name at all.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "classify/bsan_classify.h"
#include "intercept/bsan_calls.h"

static bsan_verdict judge(const char *path) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_stat);
  return bsan_path(&event, path);
}

TEST any_path_may_have_to_come_from_a_disk(void) {
  static const char *const paths[] = {
      "/etc/hosts", "relative",  ".",           "/",
      "/tmp/x",     "/procfs",   "/dev/nullx",  "/dev/sda1",
      "/system/x",  "proc/self", "/dev/null/x", "/dev/urandom.bak"};
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
    ASSERT_EQm(paths[i], BSAN_MAY_BLOCK, judge(paths[i]));
  PASS();
}

TEST memory_file_systems_wont_block_unless_asked_for(void) {
  static const char *const paths[] = {
      "/proc/self/maps",
      "/sys/kernel",
      "/dev/null",
      "/dev/zero",
      "/dev/full",
      "/dev/urandom",
      "/dev/random",
      "/proc/self/a/path/longer/than/the/part/that/is/looked/at"};
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
    ASSERT_EQm(paths[i], BSAN_WONT_BLOCK, judge(paths[i]));
  bsan_flags.memory_files = true;
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
    ASSERT_EQm(paths[i], BSAN_MAY_BLOCK, judge(paths[i]));
  PASS();
}

TEST no_path_at_all_wont_block(void) {
  errno = 4711;
  ASSERT_EQ(BSAN_WONT_BLOCK, judge(NULL));
  ASSERT_EQ(BSAN_WONT_BLOCK, judge((const char *)8));
  ASSERT_EQ(BSAN_WONT_BLOCK, judge((const char *)UINTPTR_MAX));
  ASSERT_EQ(BSAN_WONT_BLOCK, judge(""));
  ASSERT_EQ(4711, errno);
  PASS();
}

// An unmapped page follows the path.
TEST a_path_may_end_with_its_page(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT(pages != MAP_FAILED);
  ASSERT_EQ(0, munmap(pages + page, page));
  static const char proc[] = "/proc/x", disk[] = "/x";
  char *path = memcpy(pages + page - sizeof(proc), proc, sizeof(proc));
  ASSERT_EQ(BSAN_WONT_BLOCK, judge(path));
  path = memcpy(pages + page - sizeof(disk), disk, sizeof(disk));
  ASSERT_EQ(BSAN_MAY_BLOCK, judge(path));
  ASSERT_EQ(BSAN_WONT_BLOCK, judge(pages + page));
  PASS();
}

TEST relative_paths_are_where_their_directory_is(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_openat);
  int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
  int disk = open("/", O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_at(&event, proc, "stat"));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_at(&event, proc, "/etc/hosts"));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_at(&event, disk, "stat"));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_at(&event, AT_FDCWD, "stat"));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_at(&event, disk, "/proc/x"));
  PASS();
}

TEST an_empty_path_may_mean_the_directory_itself(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_fstatat);
  int disk = open("/", O_RDONLY | O_DIRECTORY);
  int proc = open("/proc", O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_stat(&event, disk, "", AT_EMPTY_PATH));
  ASSERT_EQ(disk, event.fd);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_stat(&event, proc, "", AT_EMPTY_PATH));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_stat(&event, disk, "", 0));
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_path_stat(&event, proc, "/etc", AT_EMPTY_PATH));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_stat(&event, -1, "", AT_EMPTY_PATH));
  PASS();
}

TEST opening_a_mere_path_wont_block(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_open);
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_path_open(&event, AT_FDCWD, "/etc/hosts", O_PATH));
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_path_open(&event, AT_FDCWD, "/etc/hosts", O_RDONLY));
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_path_open(&event, AT_FDCWD, "/etc/hosts", O_NONBLOCK));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_path_open(&event, AT_FDCWD, "/dev/null", O_RDONLY));
  PASS();
}

// libc says by the names of the zone whether it has read it.
TEST the_zone_is_read_once_unless_it_has_no_name(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_localtime);
  unsetenv("TZ");
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_zone(&event, false));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_zone(&event, false));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_zone(&event, true));
  setenv("TZ", "LMT-1", 1);
  tzset();
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_zone(&event, true));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_zone(&event, false));
  PASS();
}

TEST a_zone_that_the_program_has_read_wont_block(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_localtime);
  setenv("TZ", "LMT-1", 1);
  tzset();
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_zone(&event, false));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_zone(&event, true));
  PASS();
}

TEST only_formats_with_the_zone_need_it(void) {
  static const char *const with[] = {"%Z", "a%10Zb", "%%%Z", "%-Es", "%d%s"};
  static const char *const without[] = {"", "Z", "%%Z", "%z", "%H:%M Zs", "%"};
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_strftime);
  unsetenv("TZ");
  for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
    ASSERT_EQm(with[i], BSAN_MAY_BLOCK, bsan_path_zone_in(&event, with[i]));
  for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
    ASSERT_EQm(without[i], BSAN_WONT_BLOCK,
               bsan_path_zone_in(&event, without[i]));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_path_zone_in_wide(&event, L"\x15a%Z"));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_path_zone_in_wide(&event, L"%\x15aZ"));
  PASS();
}

BSAN_UNIT_SUITE(ClassifyFile, BSAN_UNIT(any_path_may_have_to_come_from_a_disk),
                BSAN_UNIT(memory_file_systems_wont_block_unless_asked_for),
                BSAN_UNIT(no_path_at_all_wont_block),
                BSAN_UNIT(a_path_may_end_with_its_page),
                BSAN_UNIT(relative_paths_are_where_their_directory_is),
                BSAN_UNIT(an_empty_path_may_mean_the_directory_itself),
                BSAN_UNIT(opening_a_mere_path_wont_block),
                BSAN_UNIT(the_zone_is_read_once_unless_it_has_no_name),
                BSAN_UNIT(a_zone_that_the_program_has_read_wont_block),
                BSAN_UNIT(only_formats_with_the_zone_need_it));
