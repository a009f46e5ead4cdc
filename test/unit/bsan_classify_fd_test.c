//===-- bsan_classify_fd_test.c - Unit tests of bsan_classify_fd.c --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every kind of descriptor, in both modes, against every classifier of the
// file.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bsan_flags.h"
#include "bsan_unit_fakes.h"
#include "classify/bsan_classify.h"
#include "classify/bsan_fdtable.h"
#include "intercept/bsan_calls.h"

static int open_file(void) { return memfd_create("file", MFD_CLOEXEC); }

static int open_directory(void) { return open("/tmp", O_RDONLY | O_CLOEXEC); }

static int open_proc(void) { return open("/proc/self/stat", O_RDONLY); }

static int open_null(void) { return open("/dev/null", O_RDWR); }

static int open_path(void) { return open("/tmp", O_PATH); }

static int open_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }

static int open_event(void) { return eventfd(0, 0); }

static int open_timer(void) { return timerfd_create(CLOCK_MONOTONIC, 0); }

static int open_pipe(void) {
  int ends[2];
  return pipe(ends) == 0 ? ends[0] : -1;
}

static int open_terminal(void) { return posix_openpt(O_RDWR | O_NOCTTY); }

static int open_closed(void) {
  int fd = open_null();
  close(fd);
  return fd;
}

// What a read says of each kind, and of which class it is then.
static const struct kind {
  const char *name;
  int (*open)(void);
  bsan_verdict blocking, nonblocking;
  enum bsan_class cls;
} kinds[] = {
    {"file", open_file, BSAN_MAY_BLOCK, BSAN_MAY_BLOCK, BSAN_CLASS_FILE},
    {"directory", open_directory, BSAN_MAY_BLOCK, BSAN_MAY_BLOCK,
     BSAN_CLASS_FILE},
    {"proc", open_proc, BSAN_WONT_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_FILE},
    {"null", open_null, BSAN_WONT_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_FILE},
    {"path", open_path, BSAN_WONT_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_FILE},
    {"socket", open_socket, BSAN_MAY_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_SOCKET},
    {"pipe", open_pipe, BSAN_MAY_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_PIPE},
    {"terminal", open_terminal, BSAN_MAY_BLOCK, BSAN_WONT_BLOCK,
     BSAN_CLASS_PIPE},
    {"eventfd", open_event, BSAN_MAY_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_PIPE},
    {"timerfd", open_timer, BSAN_MAY_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_PIPE},
    {"closed", open_closed, BSAN_WONT_BLOCK, BSAN_WONT_BLOCK, BSAN_CLASS_FILE}};
enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

static int open_kind(const struct kind *kind, bool nonblocking) {
  int fd = kind->open();
  if (nonblocking)
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

static greatest_test_res check_read(const struct kind *kind, bool nonblocking) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  int fd = open_kind(kind, nonblocking);
  bsan_verdict expected = nonblocking ? kind->nonblocking : kind->blocking;
  ASSERT_EQm(kind->name, expected, bsan_fd_read(&event, fd));
  ASSERT_EQm(kind->name, fd, event.fd);
  if (expected == BSAN_MAY_BLOCK)
    ASSERT_EQm(kind->name, kind->cls, event.cls);
  // The same from the table.
  ASSERT_EQm(kind->name, expected, bsan_fd_read(&event, fd));
  close(fd);
  PASS();
}

TEST reads_depend_on_kind_and_mode(void) {
  for (int i = 0; i < KIND_COUNT; i++) {
    CHECK_CALL(check_read(&kinds[i], false));
    if (kinds[i].open != open_closed)
      CHECK_CALL(check_read(&kinds[i], true));
  }
  PASS();
}

TEST nonblocking_files_are_explained(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  int fd = open_kind(&kinds[0], true);
  bsan_fd_read(&event, fd);
  ASSERT(event.fd_nonblocking);
  ASSERT(strstr(event.why, "O_NONBLOCK has no effect on files"));
  event = bsan_unit_make_event(BSAN_CALL_read);
  fd = open_kind(&kinds[0], false);
  bsan_fd_read(&event, fd);
  ASSERT_FALSE(event.fd_nonblocking);
  ASSERT_EQ(NULL, event.why);
  PASS();
}

TEST impossible_descriptors_wont_block(void) {
  static const int fds[] = {-1, INT_MIN, INT_MAX, BSAN_FDTABLE_SIZE};
  for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
    struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_read(&event, fds[i]));
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_write(&event, fds[i]));
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_socket(&event, fds[i], 0));
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_disk(&event, fds[i]));
    ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_move(&event, fds[i], fds[i]));
  }
  PASS();
}

TEST memory_files_block_only_when_asked_for(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  int fd = open_proc();
  bsan_flags.memory_files = true;
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_read(&event, fd));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_disk(&event, fd));
  bsan_flags.memory_files = false;
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_disk(&event, fd));
  PASS();
}

//===-- Writes ------------------------------------------------------------===//

TEST writing_to_the_standard_streams_is_accepted(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_write);
  int ends[2];
  ASSERT_EQ(0, pipe(ends));
  ASSERT_EQ(STDOUT_FILENO, dup2(ends[1], STDOUT_FILENO));
  ASSERT_EQ(STDERR_FILENO, dup2(ends[1], STDERR_FILENO));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_write(&event, STDOUT_FILENO));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_write(&event, STDERR_FILENO));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_write(&event, ends[1]));
  bsan_flags.std_streams = true;
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_write(&event, STDOUT_FILENO));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_write(&event, STDERR_FILENO));
  PASS();
}

TEST writing_to_a_terminal_is_accepted_and_reading_is_not(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_write);
  int fd = open_terminal();
  ASSERT(fd >= 0);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_write(&event, fd));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_read(&event, fd));
  bsan_flags.std_streams = true;
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_write(&event, fd));
  PASS();
}

TEST a_call_that_does_not_want_to_wait_wont_block(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_preadv2);
  int fd = open_file();
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_read_flags(&event, fd, RWF_NOWAIT));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_fd_write_flags(&event, fd, RWF_NOWAIT | RWF_APPEND));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_read_flags(&event, fd, 0));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_write_flags(&event, fd, RWF_APPEND));
  PASS();
}

//===-- From one descriptor to another ------------------------------------===//

TEST the_end_that_blocks_is_named(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_sendfile);
  int file = open_file(), null = open_null();
  int blocking = open_socket(), nonblocking = open_kind(&kinds[5], true);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_move(&event, file, nonblocking));
  ASSERT_EQ(file, event.fd);
  ASSERT_EQ(BSAN_CLASS_FILE, event.cls);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_move(&event, null, blocking));
  ASSERT_EQ(blocking, event.fd);
  ASSERT_EQ(BSAN_CLASS_SOCKET, event.cls);
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_move(&event, null, nonblocking));
  PASS();
}

// splice(2) from a pipe that was made ready into a file.
TEST the_class_is_that_of_the_end_that_blocks(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_splice);
  int file = open_file();
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_fd_move(&event, open_kind(&kinds[6], true), file));
  ASSERT_EQ(file, event.fd);
  ASSERT_STR_EQ("file", bsan_classes[event.cls].word);
  event = bsan_unit_make_event(BSAN_CALL_sendfile);
  ASSERT_EQ(BSAN_MAY_BLOCK,
            bsan_fd_move(&event, open_kind(&kinds[5], true), file));
  ASSERT_STR_EQ("file", bsan_classes[event.cls].word);
  PASS();
}

//===-- Sockets -----------------------------------------------------------===//

TEST sockets_honour_their_mode_and_the_flag(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_recv);
  int fd = open_socket();
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_socket(&event, fd, 0));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_socket(&event, fd, MSG_PEEK));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_fd_socket(&event, fd, MSG_PEEK | MSG_DONTWAIT));
  ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_socket(&event, fd, 0));
  ASSERT_EQ(0, fcntl(fd, F_SETFL, 0));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_socket(&event, fd, 0));
  PASS();
}

TEST socket_calls_on_others_wont_block(void) {
  for (int i = 0; i < KIND_COUNT; i++) {
    struct bsan_event event = bsan_unit_make_event(BSAN_CALL_recv);
    if (kinds[i].open != open_socket)
      ASSERT_EQm(kinds[i].name, BSAN_WONT_BLOCK,
                 bsan_fd_socket(&event, kinds[i].open(), 0));
  }
  PASS();
}

//===-- Disks and locks ---------------------------------------------------===//

TEST only_what_has_a_disk_waits_for_it(void) {
  for (int i = 0; i < KIND_COUNT; i++) {
    struct bsan_event event = bsan_unit_make_event(BSAN_CALL_fstat);
    bool has_disk =
        kinds[i].open == open_file || kinds[i].open == open_directory;
    ASSERT_EQm(kinds[i].name, has_disk ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK,
               bsan_fd_disk(&event, kinds[i].open()));
    ASSERT_EQm(kinds[i].name, BSAN_CLASS_PATH, event.cls);
  }
  PASS();
}

TEST only_operations_that_wait_for_a_lock_block(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_flock);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_flock(&event, 5, LOCK_EX));
  ASSERT_EQ(5, event.fd);
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_flock(&event, 5, LOCK_SH));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_flock(&event, 5, LOCK_EX | LOCK_NB));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_flock(&event, 5, LOCK_UN));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_lockf(&event, 5, F_LOCK));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_lockf(&event, 5, F_TLOCK));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_lockf(&event, 5, F_ULOCK));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_lockf(&event, 5, F_TEST));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_fcntl(&event, 5, F_SETLKW));
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_fcntl(&event, 5, F_OFD_SETLKW));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_fcntl(&event, 5, F_SETLK));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_fcntl(&event, 5, F_SETFL));
  PASS();
}

// Behind the back of every wrapper.
TEST a_file_that_became_a_socket_is_one(void) {
  struct bsan_event event = bsan_unit_make_event(BSAN_CALL_read);
  int file = open_file(), fd = open_socket();
  ASSERT_EQ(BSAN_MAY_BLOCK, bsan_fd_read(&event, file));
  fcntl(fd, F_SETFL, O_NONBLOCK);
  ASSERT_EQ(file, dup2(fd, file));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_read(&event, file));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_fd_disk(&event, file));
  PASS();
}

BSAN_UNIT_SUITE(ClassifyFd, BSAN_UNIT(reads_depend_on_kind_and_mode),
                BSAN_UNIT(nonblocking_files_are_explained),
                BSAN_UNIT(impossible_descriptors_wont_block),
                BSAN_UNIT(memory_files_block_only_when_asked_for),
                BSAN_UNIT(writing_to_the_standard_streams_is_accepted),
                BSAN_UNIT(writing_to_a_terminal_is_accepted_and_reading_is_not),
                BSAN_UNIT(a_call_that_does_not_want_to_wait_wont_block),
                BSAN_UNIT(the_end_that_blocks_is_named),
                BSAN_UNIT(the_class_is_that_of_the_end_that_blocks),
                BSAN_UNIT(sockets_honour_their_mode_and_the_flag),
                BSAN_UNIT(socket_calls_on_others_wont_block),
                BSAN_UNIT(only_what_has_a_disk_waits_for_it),
                BSAN_UNIT(only_operations_that_wait_for_a_lock_block),
                BSAN_UNIT(a_file_that_became_a_socket_is_one));
