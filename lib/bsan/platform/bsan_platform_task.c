//===-- bsan_platform_task.c - Linux: what another thread is doing --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// /proc tells without disturbing the thread.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <string.h>

#include "bsan_text.h"
#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"

// Reads the beginning of /proc/self/task/TID/FILE; its length, or -1.
static long read_file(int tid, const char *file, char *out, size_t size) {
  char path[64];
  struct bsan_text text;
  bsan_text_init(&text, path, sizeof(path));
  bsan_text_add(&text, "/proc/self/task/%d/%s", tid, file);
  out[0] = 0;
  long fd =
      bsan_syscall4(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  long length = bsan_syscall3(SYS_read, fd, (long)out, (long)(size - 1));
  bsan_syscall3(SYS_close, fd, 0, 0);
  out[length > 0 ? length : 0] = 0;
  return length;
}

// "running", or "202 0x... <arguments, stack pointer, program counter>"; -1 for
// a thread that sleeps outside of system calls.
static long parse_call(const char *text) {
  long number = 0;
  if (*text < '0' || *text > '9')
    return -1;
  for (; *text >= '0' && *text <= '9' && number < 100000; text++)
    number = number * 10 + (*text - '0');
  return number;
}

bool bsan_platform_thread_state(int tid, struct bsan_thread_state *state) {
  char text[128];
  long length = read_file(tid, "comm", text, sizeof(text));
  if (length <= 0)
    return false;
  size_t name = (size_t)length - 1; // Without the newline.
  if (name > sizeof(state->name) - 1)
    name = sizeof(state->name) - 1;
  memcpy(state->name, text, name);
  state->name[name] = 0;
  // "TID (name, which may contain anything) S ..."
  read_file(tid, "stat", text, sizeof(text));
  const char *end = strrchr(text, ')');
  state->state = end && end[1] == ' ' ? end[2] : 0;
  read_file(tid, "syscall", text, sizeof(text));
  state->system_call = parse_call(text);
  return true;
}
