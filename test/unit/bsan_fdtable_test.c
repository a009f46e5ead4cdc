//===-- bsan_fdtable_test.c - Unit tests of bsan_fdtable.c ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What changes a descriptor here is the program's own fcntl, ioctl, dup and
// close, which this executable has wrapped. Stale "nonblocking" is the mistake
// to look for: it would hide a finding.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "classify/bsan_fdtable.h"
#include "platform/bsan_syscall.h"

static int open_socket(int flags) {
  return socket(AF_UNIX, SOCK_STREAM | flags, 0);
}

static int open_file(void) { return memfd_create("file", MFD_CLOEXEC); }

static bool is_nonblocking(int fd) { return bsan_fdtable_get(fd).nonblocking; }

TEST an_entry_is_filled_by_its_first_use(void) {
  int fd = open_socket(SOCK_NONBLOCK);
  ASSERT_EQ(0, bsan_fdtable[fd]);
  struct bsan_fd_facts facts = bsan_fdtable_get(fd);
  ASSERT_EQ(BSAN_FD_SOCKET, facts.kind);
  ASSERT(facts.nonblocking);
  ASSERT(bsan_fdtable[fd]);
  facts = bsan_fdtable_get(fd);
  ASSERT_EQ(BSAN_FD_SOCKET, facts.kind);
  ASSERT(facts.nonblocking);
  PASS();
}

// Nothing asks the kernel: a raw system call that the table cannot see shows
// it.
TEST a_known_entry_costs_no_system_call(void) {
  int fd = open_socket(SOCK_NONBLOCK);
  ASSERT(is_nonblocking(fd));
  bsan_syscall3(SYS_fcntl, fd, F_SETFL, 0);
  ASSERT(is_nonblocking(fd));
  ASSERT_FALSE(bsan_fdtable_verify_nonblocking(fd));
  ASSERT_FALSE(is_nonblocking(fd));
  PASS();
}

TEST verifying_corrects_a_stale_blocking(void) {
  int fd = open_socket(0);
  ASSERT_FALSE(is_nonblocking(fd));
  bsan_syscall3(SYS_fcntl, fd, F_SETFL, O_NONBLOCK);
  ASSERT(bsan_fdtable_verify_nonblocking(fd));
  ASSERT(is_nonblocking(fd));
  ASSERT_EQ(BSAN_FD_SOCKET, bsan_fdtable_get(fd).kind);
  PASS();
}

TEST impossible_descriptors_are_unknown(void) {
  static const int fds[] = {-1, INT32_MIN, BSAN_FDTABLE_SIZE, INT32_MAX, 9999};
  for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
    ASSERT_EQ(BSAN_FD_UNKNOWN, bsan_fdtable_get(fds[i]).kind);
    ASSERT_FALSE(bsan_fdtable_verify_nonblocking(fds[i]));
    bsan_fdtable_forget(fds[i]);
    bsan_fdtable_distrust(fds[i]);
    bsan_fdtable_note_fcntl(fds[i], F_SETFL, O_NONBLOCK);
    bsan_fdtable_note_dup(fds[i], fds[i]);
  }
  // A descriptor that is not open is asked for again when it is.
  ASSERT_EQ(BSAN_FD_UNKNOWN, bsan_fdtable_get(9998).kind);
  ASSERT_EQ(0, bsan_fdtable[9998]);
  PASS();
}

TEST descriptors_beyond_the_table_are_asked_for_each_time(void) {
  struct rlimit limit = {BSAN_FDTABLE_SIZE + 10, BSAN_FDTABLE_SIZE + 10};
  int fd = BSAN_FDTABLE_SIZE + 5;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    SKIPm("the limit of open files cannot be raised");
  ASSERT_EQ(fd, dup2(open_socket(0), fd));
  ASSERT_FALSE(is_nonblocking(fd));
  bsan_syscall3(SYS_fcntl, fd, F_SETFL, O_NONBLOCK);
  ASSERT(is_nonblocking(fd));
  ASSERT(bsan_fdtable_verify_nonblocking(fd));
  PASS();
}

//===-- Closing -----------------------------------------------------------===//

// Closes FD, which was a socket, and opens a file under its number.
static greatest_test_res check_forgotten(int fd, const char *how) {
  int other = open_file();
  ASSERT_EQm(how, fd, other);
  ASSERT_EQm(how, BSAN_FD_FILE, bsan_fdtable_get(fd).kind);
  close(fd);
  PASS();
}

static int open_known_socket(void) {
  int fd = open_socket(SOCK_NONBLOCK);
  bsan_fdtable_get(fd);
  return fd;
}

TEST closing_forgets(void) {
  int fd = open_known_socket();
  close(fd);
  CHECK_CALL(check_forgotten(fd, "close"));
  fd = open_known_socket();
  close_range((unsigned)fd, (unsigned)fd, 0);
  CHECK_CALL(check_forgotten(fd, "close_range"));
  fd = open_known_socket();
  fclose(fdopen(fd, "r"));
  CHECK_CALL(check_forgotten(fd, "fclose"));
  fd = open_known_socket();
  closefrom(fd);
  CHECK_CALL(check_forgotten(fd, "closefrom"));
  PASS();
}

TEST closing_a_directory_forgets(void) {
  DIR *stream = opendir("/proc");
  int fd = dirfd(stream);
  ASSERT_EQ(BSAN_FD_MEMORY, bsan_fdtable_get(fd).kind);
  ASSERT_EQ(0, closedir(stream));
  CHECK_CALL(check_forgotten(fd, "closedir"));
  PASS();
}

TEST replacing_forgets(void) {
  int fd = open_known_socket(), file = open_file();
  ASSERT_EQ(BSAN_FD_FILE, bsan_fdtable_get(file).kind);
  ASSERT_EQ(fd, dup2(file, fd));
  ASSERT_EQ(BSAN_FD_FILE, bsan_fdtable_get(fd).kind);
  close(fd);
  fd = open_known_socket();
  ASSERT_EQ(fd, dup3(file, fd, O_CLOEXEC));
  ASSERT_EQ(BSAN_FD_FILE, bsan_fdtable_get(fd).kind);
  PASS();
}

TEST ranges_stop_at_the_table(void) {
  int fd = open_known_socket();
  ASSERT(bsan_fdtable[fd]);
  bsan_fdtable_forget_range((unsigned)fd + 1, ~0u);
  ASSERT(bsan_fdtable[fd]);
  bsan_fdtable_forget_range((unsigned)fd, (unsigned)fd);
  ASSERT_EQ(0, bsan_fdtable[fd]);
  bsan_fdtable_forget_range(~0u, ~0u);
  bsan_fdtable_forget_range(10, 5);
  PASS();
}

//===-- Changing the mode -------------------------------------------------===//

TEST fcntl_is_seen(void) {
  int fd = open_socket(0);
  for (int i = 0; i < 3; i++) {
    ASSERT_FALSE(is_nonblocking(fd));
    ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
    ASSERT(is_nonblocking(fd));
    ASSERT_EQ(0, fcntl(fd, F_SETFL, O_APPEND));
  }
  PASS();
}

TEST ioctl_is_seen(void) {
  int fd = open_socket(0), on = 1, off = 0;
  for (int i = 0; i < 3; i++) {
    ASSERT_FALSE(is_nonblocking(fd));
    ASSERT_EQ(0, ioctl(fd, FIONBIO, &on));
    ASSERT(is_nonblocking(fd));
    ASSERT_EQ(0, ioctl(fd, FIONBIO, &off));
  }
  ASSERT_EQ(-1, ioctl(fd, FIONBIO, NULL));
  PASS();
}

// What the call answers with EFAULT must not be read here.
TEST an_ioctl_that_cannot_be_read_fails_as_in_libc(void) {
  int fd = open_socket(0);
  ASSERT_EQ(-1, ioctl(fd, FIONBIO, (int *)16));
  PASS();
}

TEST other_requests_change_nothing(void) {
  int fd = open_known_socket(), value = 0;
  uint8_t entry = bsan_fdtable[fd];
  ASSERT(entry);
  ioctl(fd, FIONREAD, &value);
  fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  ASSERT_EQ(entry, bsan_fdtable[fd]);
  PASS();
}

static int duplicate_with_fcntl(int fd) { return fcntl(fd, F_DUPFD, 0); }

static int duplicate_cloexec(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 0); }

static int duplicate_with_dup2(int fd) { return dup2(fd, 500); }

static int (*const duplicators[])(int) = {
    dup, duplicate_with_fcntl, duplicate_cloexec, duplicate_with_dup2};

TEST the_original_of_a_duplicate_is_asked_for_each_time(void) {
  for (int i = 0; i < 4; i++) {
    int fd = open_socket(SOCK_NONBLOCK);
    ASSERT(is_nonblocking(fd));
    int copy = duplicators[i](fd);
    ASSERT(copy >= 0);
    ASSERT(is_nonblocking(fd));
    ASSERT_EQ(0, fcntl(copy, F_SETFL, 0));
    ASSERT_FALSE(is_nonblocking(fd));
    ASSERT_EQ(0, fcntl(copy, F_SETFL, O_NONBLOCK));
    ASSERT(is_nonblocking(fd));
  }
  PASS();
}

// The mode belongs to what both share.
TEST a_duplicate_follows_its_original(void) {
  for (int i = 0; i < 4; i++) {
    int fd = open_socket(SOCK_NONBLOCK);
    int copy = duplicators[i](fd);
    ASSERT(is_nonblocking(copy));
    ASSERT_EQ(0, fcntl(fd, F_SETFL, 0));
    ASSERT_FALSE(is_nonblocking(copy));
  }
  PASS();
}

//===-- Races -------------------------------------------------------------===//

enum { RACES = 20000 };

static int raced_fd;
static bool race_is_over;

static void *look_all_the_time(void *arg) {
  while (!__atomic_load_n(&race_is_over, __ATOMIC_RELAXED))
    bsan_fdtable_get(raced_fd);
  return arg;
}

static void set_with_fcntl(int fd) { fcntl(fd, F_SETFL, 0); }

static void set_with_ioctl(int fd) {
  int off = 0;
  ioctl(fd, FIONBIO, &off);
}

// Another thread fills the entry while the mode changes.
static greatest_test_res race_with_looks(void (*set_blocking)(int)) {
  pthread_t thread;
  int stale = 0;
  raced_fd = open_socket(0);
  ASSERT_EQ(0, pthread_create(&thread, NULL, look_all_the_time, NULL));
  for (int i = 0; i < RACES; i++) {
    // As if it were opened anew.
    bsan_syscall3(SYS_fcntl, raced_fd, F_SETFL, O_NONBLOCK);
    bsan_fdtable_forget(raced_fd);
    set_blocking(raced_fd);
    stale += is_nonblocking(raced_fd);
  }
  __atomic_store_n(&race_is_over, true, __ATOMIC_RELAXED);
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT_EQ_FMT(0, stale, "%d");
  PASS();
}

TEST fcntl_races_with_a_thread_that_looks(void) {
  CHECK_CALL(race_with_looks(set_with_fcntl));
  PASS();
}

TEST ioctl_races_with_a_thread_that_looks(void) {
  CHECK_CALL(race_with_looks(set_with_ioctl));
  PASS();
}

TEST dup2_races_with_a_thread_that_looks(void) {
  pthread_t thread;
  int socket = open_socket(SOCK_NONBLOCK), file = open_file(), stale = 0;
  raced_fd = dup2(file, 500);
  ASSERT_EQ(0, pthread_create(&thread, NULL, look_all_the_time, NULL));
  for (int i = 0; i < RACES / 2; i++) {
    bsan_fdtable_forget(raced_fd);
    dup2(socket, raced_fd);
    stale += bsan_fdtable_get(raced_fd).kind != BSAN_FD_SOCKET;
    bsan_fdtable_forget(raced_fd);
    dup2(file, raced_fd);
    stale += bsan_fdtable_get(raced_fd).kind != BSAN_FD_FILE;
  }
  __atomic_store_n(&race_is_over, true, __ATOMIC_RELAXED);
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT_EQ_FMT(0, stale, "%d");
  PASS();
}

// Threads that open, use and close descriptors, whose numbers they exchange.
static void *open_and_close(void *failures) {
  for (int i = 0; i < RACES / 4; i++) {
    bool nonblocking = i & 1;
    int fd = i % 3 ? open_socket(nonblocking ? SOCK_NONBLOCK : 0)
                   : eventfd(0, nonblocking ? EFD_NONBLOCK : 0);
    struct bsan_fd_facts facts = bsan_fdtable_get(fd);
    enum bsan_fd_kind kind = i % 3 ? BSAN_FD_SOCKET : BSAN_FD_EVENT;
    if (facts.kind != kind || facts.nonblocking != nonblocking)
      __atomic_fetch_add((int *)failures, 1, __ATOMIC_RELAXED);
    close(fd);
  }
  return NULL;
}

TEST threads_exchange_descriptors(void) {
  pthread_t threads[4];
  int failures = 0;
  for (int i = 0; i < 4; i++)
    ASSERT_EQ(0, pthread_create(&threads[i], NULL, open_and_close, &failures));
  for (int i = 0; i < 4; i++)
    ASSERT_EQ(0, pthread_join(threads[i], NULL));
  ASSERT_EQ_FMT(0, failures, "%d");
  PASS();
}

//--- Origins ---------------------------------------------------------------//

static uint32_t created(int fd) {
  uint32_t created_id, mode_set_id;
  bsan_fdtable_get_origin(fd, false, &created_id, &mode_set_id);
  return created_id;
}

static uint32_t mode_set(int fd, bool nonblocking) {
  uint32_t created_id, mode_set_id;
  bsan_fdtable_get_origin(fd, nonblocking, &created_id, &mode_set_id);
  return mode_set_id;
}

TEST who_creates_is_kept_until_the_end(void) {
  int fd = open_socket(0);
  ASSERT(created(fd));
  ASSERT_EQ(0, mode_set(fd, false));
  ASSERT(is_nonblocking(fd) == false && created(fd));
  close(fd);
  ASSERT_EQ(0, created(fd));
  ASSERT_EQ(fd, (int)bsan_syscall3(SYS_eventfd2, 0, 0, 0));
  ASSERT_EQ(0, created(fd));
  PASS();
}

TEST who_sets_the_mode_is_kept_with_the_mode(void) {
  int fd = open_socket(0), on = 1;
  uint32_t origin = created(fd);
  ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
  uint32_t first = mode_set(fd, true);
  ASSERT(first);
  ASSERT_EQ(0, mode_set(fd, false));
  ASSERT_EQ(0, ioctl(fd, FIONBIO, &on));
  ASSERT(mode_set(fd, true) && mode_set(fd, true) != first);
  ASSERT_EQ(0, fcntl(fd, F_SETFL, 0));
  ASSERT(mode_set(fd, false));
  ASSERT_EQ(0, mode_set(fd, true));
  ASSERT_EQ(origin, created(fd));
  ASSERT_EQ(-1, fcntl(fd, F_GETFL + 1000));
  PASS();
}

TEST a_duplicate_has_its_own_origin_and_the_mode_of_both(void) {
  int fd = open_socket(0);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  int copies[] = {dup(fd), fcntl(fd, F_DUPFD, 0), dup2(fd, open_file())};
  for (int i = 0; i < 3; i++) {
    ASSERT(created(copies[i]) && created(copies[i]) != created(fd));
    ASSERT_EQ(mode_set(fd, true), mode_set(copies[i], true));
  }
  uint32_t before = created(fd);
  ASSERT_EQ(fd, dup2(fd, fd));
  ASSERT_EQ(before, created(fd));
  PASS();
}

TEST impossible_descriptors_have_no_origin(void) {
  static const int fds[] = {-1, INT32_MIN, BSAN_FDTABLE_SIZE, INT32_MAX};
  for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
    bsan_fdtable_set_created(fds[i], 1);
    bsan_fdtable_set_mode(fds[i], true, 1);
    bsan_fdtable_share_mode(fds[i], 0);
    ASSERT_EQ(0, created(fds[i]));
  }
  PASS();
}

BSAN_UNIT_SUITE(FdTable, BSAN_UNIT(an_entry_is_filled_by_its_first_use),
                BSAN_UNIT(a_known_entry_costs_no_system_call),
                BSAN_UNIT(verifying_corrects_a_stale_blocking),
                BSAN_UNIT(impossible_descriptors_are_unknown),
                BSAN_UNIT(descriptors_beyond_the_table_are_asked_for_each_time),
                BSAN_UNIT(closing_forgets),
                BSAN_UNIT(closing_a_directory_forgets),
                BSAN_UNIT(replacing_forgets),
                BSAN_UNIT(ranges_stop_at_the_table), BSAN_UNIT(fcntl_is_seen),
                BSAN_UNIT(ioctl_is_seen),
                BSAN_UNIT(an_ioctl_that_cannot_be_read_fails_as_in_libc),
                BSAN_UNIT(other_requests_change_nothing),
                BSAN_UNIT(the_original_of_a_duplicate_is_asked_for_each_time),
                BSAN_UNIT(a_duplicate_follows_its_original),
                BSAN_UNIT(fcntl_races_with_a_thread_that_looks),
                BSAN_UNIT(ioctl_races_with_a_thread_that_looks),
                BSAN_UNIT(dup2_races_with_a_thread_that_looks),
                BSAN_UNIT(threads_exchange_descriptors),
                BSAN_UNIT(who_creates_is_kept_until_the_end),
                BSAN_UNIT(who_sets_the_mode_is_kept_with_the_mode),
                BSAN_UNIT(a_duplicate_has_its_own_origin_and_the_mode_of_both),
                BSAN_UNIT(impossible_descriptors_have_no_origin));
