//===-- bsan_classify_stream.c - Calls on FILE streams --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stream's buffer makes most calls on it cheap and some of them not: which,
// is an accident of the data.  So a stream counts as its descriptor, whatever
// is in the buffer.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <errno.h>

#include "classify/bsan_classify.h"
#include "platform/bsan_platform.h"

// From a copy: libc may refuse the other arguments before it looks at the
// stream, which may be no stream at all.
static int descriptor_of(FILE *stream) {
  FILE copy;
  if (!bsan_platform_copy(stream, &copy, sizeof(copy)))
    return -1;
  int saved_errno = errno;
  int fd = fileno_unlocked(&copy);
  errno = saved_errno;
  return fd;
}

// The descriptor says whether, the stream what: a terminal's or a pipe's stream
// is no disk.
static bsan_verdict keep_class(struct bsan_event *ev, enum bsan_class cls,
                               bsan_verdict verdict) {
  bool is_disk = ev->cls == BSAN_CLASS_FILE || ev->cls == BSAN_CLASS_STDIO;
  if (!is_disk && !ev->why)
    ev->why = "the stream's descriptor is in blocking mode";
  ev->cls = (uint8_t)cls;
  return verdict;
}

bsan_verdict bsan_stream_read(struct bsan_event *ev, FILE *stream) {
  int fd = descriptor_of(stream);
  if (fd < 0)
    return BSAN_WONT_BLOCK;
  bool is_input = stream == stdin;
  bsan_verdict verdict = bsan_fd_read(ev, fd);
  if (is_input) {
    ev->cls = BSAN_CLASS_INPUT;
    return verdict;
  }
  return keep_class(ev, BSAN_CLASS_STDIO, verdict);
}

bsan_verdict bsan_stdio_write(struct bsan_event *ev, int fd) {
  return keep_class(ev, BSAN_CLASS_STDIO, bsan_fd_write(ev, fd));
}

bsan_verdict bsan_stream_write(struct bsan_event *ev, FILE *stream) {
  int fd = descriptor_of(stream);
  return fd < 0 ? BSAN_WONT_BLOCK : bsan_stdio_write(ev, fd);
}

bsan_verdict bsan_stream_flush(struct bsan_event *ev, FILE *stream) {
  return stream ? bsan_stream_write(ev, stream) : BSAN_MAY_BLOCK;
}
