//===-- bsan_classify_fd.c - Calls on descriptors -------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two families: what honours O_NONBLOCK (sockets, pipes, terminals, event
// descriptors) blocks when the flag is not set; what ignores it (files,
// directories, block devices: open(2), "O_NONBLOCK has no effect for regular
// files") may always block, and a program that set it there is told so.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bsan_flags.h"
#include "classify/bsan_classify.h"
#include "classify/bsan_fdtable.h"

static bsan_verdict judge_disk(struct bsan_event *ev,
                               struct bsan_fd_facts facts) {
  ev->cls = BSAN_CLASS_FILE;
  if (facts.nonblocking) {
    ev->fd_nonblocking = true;
    ev->why = "O_NONBLOCK has no effect on files: their data may have to come "
              "from or go to a disk";
  }
  return BSAN_MAY_BLOCK;
}

static bsan_verdict judge_mode(struct bsan_event *ev, enum bsan_class cls,
                               struct bsan_fd_facts facts) {
  ev->cls = (uint8_t)cls;
  if (facts.nonblocking || bsan_fdtable_verify_nonblocking(ev->fd))
    return BSAN_WONT_BLOCK;
  return BSAN_MAY_BLOCK;
}

static bool is_disk(struct bsan_fd_facts facts) {
  return facts.kind == BSAN_FD_FILE || facts.kind == BSAN_FD_DIRECTORY ||
         facts.kind == BSAN_FD_BLOCK;
}

// What is on a disk always may block, so that it is known to be first: the
// descriptor may have been closed, unseen, and be another thing by now.
static struct bsan_fd_facts get_facts(int fd) {
  struct bsan_fd_facts facts = bsan_fdtable_get(fd);
  return is_disk(facts) ? bsan_fdtable_refresh(fd) : facts;
}

static bsan_verdict judge(struct bsan_event *ev, int fd) {
  ev->fd = fd;
  struct bsan_fd_facts facts = get_facts(fd);
  switch (facts.kind) {
  case BSAN_FD_FILE:
  case BSAN_FD_DIRECTORY:
  case BSAN_FD_BLOCK:
    return judge_disk(ev, facts);
  case BSAN_FD_SOCKET:
    return judge_mode(ev, BSAN_CLASS_SOCKET, facts);
  case BSAN_FD_PIPE:
  case BSAN_FD_TERMINAL:
  case BSAN_FD_EVENT:
  case BSAN_FD_DEVICE:
    return judge_mode(ev, BSAN_CLASS_PIPE, facts);
  case BSAN_FD_MEMORY:
    ev->cls = BSAN_CLASS_FILE;
    return bsan_flags.memory_files ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
  case BSAN_FD_PATH:
  case BSAN_FD_UNKNOWN:
    break; // EBADF.
  }
  return BSAN_WONT_BLOCK;
}

bsan_verdict bsan_fd_read(struct bsan_event *ev, int fd) {
  return judge(ev, fd);
}

bsan_verdict bsan_fd_write(struct bsan_event *ev, int fd) {
  if (!bsan_flags.std_streams &&
      (fd == STDOUT_FILENO || fd == STDERR_FILENO ||
       bsan_fdtable_get(fd).kind == BSAN_FD_TERMINAL))
    return BSAN_WONT_BLOCK;
  return judge(ev, fd);
}

bsan_verdict bsan_fd_read_flags(struct bsan_event *ev, int fd, int flags) {
  return flags & RWF_NOWAIT ? BSAN_WONT_BLOCK : bsan_fd_read(ev, fd);
}

bsan_verdict bsan_fd_write_flags(struct bsan_event *ev, int fd, int flags) {
  return flags & RWF_NOWAIT ? BSAN_WONT_BLOCK : bsan_fd_write(ev, fd);
}

// Either end may make the call wait; the one that does is named.
bsan_verdict bsan_fd_move(struct bsan_event *ev, int in, int out) {
  bsan_verdict verdict = judge(ev, in);
  return verdict != BSAN_WONT_BLOCK ? verdict : bsan_fd_write(ev, out);
}

bsan_verdict bsan_fd_socket(struct bsan_event *ev, int fd, int flags) {
  if (flags & MSG_DONTWAIT)
    return BSAN_WONT_BLOCK;
  ev->fd = fd;
  struct bsan_fd_facts facts = bsan_fdtable_get(fd);
  if (facts.kind != BSAN_FD_SOCKET)
    return BSAN_WONT_BLOCK; // ENOTSOCK or EBADF.
  return judge_mode(ev, BSAN_CLASS_SOCKET, facts);
}

bsan_verdict bsan_fd_disk(struct bsan_event *ev, int fd) {
  ev->fd = fd;
  switch (get_facts(fd).kind) {
  case BSAN_FD_FILE:
  case BSAN_FD_DIRECTORY:
  case BSAN_FD_BLOCK:
    return BSAN_MAY_BLOCK;
  case BSAN_FD_MEMORY:
    return bsan_flags.memory_files ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
  default:
    return BSAN_WONT_BLOCK; // No disk behind it.
  }
}

bsan_verdict bsan_fd_flock(struct bsan_event *ev, int fd, int operation) {
  ev->fd = fd;
  bool waits = !(operation & LOCK_NB) && !(operation & LOCK_UN);
  return waits ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_fd_lockf(struct bsan_event *ev, int fd, int command) {
  ev->fd = fd;
  return command == F_LOCK ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_fd_fcntl(struct bsan_event *ev, int fd, int command) {
  ev->fd = fd;
  bool waits = command == F_SETLKW || command == F_OFD_SETLKW;
  return waits ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}

bsan_verdict bsan_fd_close(struct bsan_event *ev, int fd) {
  ev->fd = fd;
  return BSAN_MEASURE;
}

bsan_verdict bsan_fd_drain(struct bsan_event *ev, int fd) {
  ev->fd = fd;
  return bsan_platform_output_is_pending(fd) ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}
