//===-- bsan_platform_task.c - Linux: what another thread is doing --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread that sleeps must not be sent a signal: poll, nanosleep and
// epoll_wait would return EINTR, whatever SA_RESTART says.  /proc tells the
// system call that it is in, with its arguments, and where its stack is; a
// process may always ask that of itself.
//
// Of the registers the frame pointer is not told.  It is found again as soon as
// a frame has saved it; the wrappers keep it for whom they call (BSAN_NOTE_FP).
//
// Context: as in the header.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <string.h>

#include "bsan_text.h"
#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"

// Reads /proc/self/task/TID/NAME, terminated.  The length, or a negated errno.
static long read_file(int tid, const char *name, char *data, size_t size) {
  char path[64];
  struct bsan_text text;
  bsan_text_init(&text, path, sizeof(path));
  bsan_text_add(&text, "/proc/self/task/%d/%s", tid, name);
  data[0] = 0;
  long fd =
      bsan_syscall4(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return fd;
  long length = bsan_syscall3(SYS_read, fd, (long)data, (long)size - 1);
  bsan_syscall3(SYS_close, fd, 0, 0);
  data[length > 0 ? length : 0] = 0;
  return length;
}

// The number at *AT, with or without "0x"; *AT moves behind it and a blank.
static uint64_t parse_number(const char **at, unsigned base) {
  uint64_t number = 0;
  if (bsan_text_starts_with(*at, "0x")) {
    *at += 2;
    base = 16;
  }
  for (;; (*at)++) {
    char c = **at;
    unsigned digit = c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
    if (digit >= base)
      break;
    number = number * base + digit;
  }
  *at += **at == ' ';
  return number;
}

static uint64_t parse_field(const char *text, const char *name, unsigned base) {
  const char *at = strstr(text, name);
  if (!at)
    return 0;
  at += strlen(name);
  return parse_number(&at, base);
}

//--- In words --------------------------------------------------------------//

// "running", or "202 0x... <arguments, stack pointer, program counter>"; -1 for
// a thread that sleeps outside of system calls.
static long parse_call(const char *text) {
  return *text >= '0' && *text <= '9' ? (long)parse_number(&text, 10) : -1;
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

//--- State -----------------------------------------------------------------//

// "1234 (a name) S ...": the name may have brackets in it.
static enum bsan_task_state read_state(int tid) {
  char stat[128];
  long length = read_file(tid, "stat", stat, sizeof(stat));
  char *end = strrchr(stat, ')');
  if (length <= 0 || !end || !end[1])
    return BSAN_TASK_UNKNOWN;
  switch (end[2]) {
  case 'R':
    return BSAN_TASK_RUNS;
  case 'T':
  case 't':
    return BSAN_TASK_STOPPED;
  case 'Z':
  case 'X':
    return BSAN_TASK_GONE;
  default:
    return BSAN_TASK_SLEEPS;
  }
}

// "running", or the number of the system call (-1: none, a page fault), its six
// arguments, the stack pointer and the program counter.
static void read_call(int tid, struct bsan_task *task) {
  char call[256];
  const char *at = call;
  if (read_file(tid, "syscall", call, sizeof(call)) <= 0 || call[0] == 'r')
    return;
  if (*at == '-') {
    task->call = -1;
    at += 3;
  } else {
    task->call = (long)parse_number(&at, 10);
    for (int i = 0; i < BSAN_TASK_ARGS; i++)
      task->args[i] = parse_number(&at, 16);
  }
  task->sp = parse_number(&at, 16);
  task->pc = parse_number(&at, 16);
  task->has_registers = task->sp && task->pc;
}

// Where in the kernel it sleeps, "0" when that is not told.
static void read_place(int tid, struct bsan_task *task) {
  if (read_file(tid, "wchan", task->place, sizeof(task->place)) <= 0 ||
      task->place[0] == '0')
    task->place[0] = 0;
}

// The status of a process with many groups is long, and what is wanted is last.
static const char *read_status(int tid) {
  static char status[8192];
  return read_file(tid, "status", status, sizeof(status)) > 0 ? status : "";
}

void bsan_platform_look_at(int tid, struct bsan_task *task) {
  *task = (struct bsan_task){.call = -1, .state = read_state(tid)};
  if (task->state != BSAN_TASK_SLEEPS)
    return;
  read_call(tid, task);
  read_place(tid, task);
  task->switches =
      parse_field(read_status(tid), "\nvoluntary_ctxt_switches:\t", 10);
}

bool bsan_platform_still_sleeps(int tid, const struct bsan_task *task) {
  struct bsan_task now;
  bsan_platform_look_at(tid, &now);
  return now.state == BSAN_TASK_SLEEPS && now.has_registers &&
         now.switches == task->switches && now.call == task->call &&
         now.sp == task->sp && now.pc == task->pc;
}

bool bsan_platform_is_running(int tid) {
  char call[16];
  return read_state(tid) == BSAN_TASK_RUNS &&
         (read_file(tid, "syscall", call, sizeof(call)) <= 0 || call[0] == 'r');
}

bool bsan_platform_signals_of(int tid, struct bsan_signals *signals) {
  const char *status = read_status(tid);
  signals->blocked = parse_field(status, "\nSigBlk:\t", 16);
  signals->handled = parse_field(status, "\nSigIgn:\t", 16) |
                     parse_field(status, "\nSigCgt:\t", 16);
  return status[0];
}
