//===-- bsan_syscall_wrap.c - The wrapper of syscall(2) -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A system call is judged as the function that it stands for, and reported
// under that name.  Some are the waits of event loops (old libuv, io_uring):
// those are looked at on every thread.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "intercept/bsan_syscall_wrap.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "classify/bsan_classify.h"
#include "intercept/bsan_control.h"
#include "intercept/bsan_wrap.h"

#define A args[0]
#define B args[1]
#define C args[2]
#define D args[3]
#define E args[4]
#define F args[5]
#define PTR(value) ((void *)(value))

// The function that NUMBER stands for, or 0.
static unsigned call_of(long number) {
  switch (number) {
#define BSAN_SYSCALL(number, call, verdict)                                    \
  case SYS_##number:                                                           \
    return BSAN_CALL_##call;
#include "intercept/bsan_syscalls.inc"
  default:
    return 0;
  }
}

static bsan_verdict judge(struct bsan_event *ev, long number,
                          const long *args) {
  switch (number) {
#define BSAN_SYSCALL(number, call, verdict)                                    \
  case SYS_##number:                                                           \
    return (bsan_verdict)(verdict);
#include "intercept/bsan_syscalls.inc"
  default:
    return BSAN_WONT_BLOCK;
  }
}

// As bsan_wait.fd.
static int wait_of(long number, const long *args) {
  switch (number) {
#define BSAN_SYSCALL(number, call, verdict)
#define BSAN_SYSCALL_WAIT(number, call, verdict, descriptor)                   \
  case SYS_##number:                                                           \
    return (descriptor);
#include "intercept/bsan_syscalls.inc"
  default:
    return BSAN_WAIT_NONE;
  }
}

static void note(long number, const long *args) {
  switch (number) {
#define BSAN_SYSCALL(number, call, verdict)
#define BSAN_SYSCALL_NOTE(number, note)                                        \
  case SYS_##number:                                                           \
    note;                                                                      \
    break;
#include "intercept/bsan_syscalls.inc"
  default:
    break;
  }
}

static void show(struct bsan_event *ev, const long *args) {
  bsan_check_show(ev, "ppp", PTR(A), PTR(B), PTR(C));
}

// Whether an open event goes on to the real call with a report in it; -1 when
// the try was the call.
static int go_on(struct bsan_event *ev, long number, const long *args) {
  ev->verdict = (uint8_t)judge(ev, number, args);
  if (ev->verdict == BSAN_DONE) {
    bsan_check_close(ev);
    return -1;
  }
  show(ev, args);
  return bsan_check_judge(ev);
}

static BSAN_COLD long make_call(long number, const long *args, uintptr_t pc,
                                uintptr_t cfa) {
  struct bsan_event event;
  unsigned call = call_of(number);
  bool is_open = call && bsan_check_open(&event, call, pc, cfa);
  int state = is_open ? go_on(&event, number, args) : 0;
  if (state < 0)
    return (long)event.result;
  long result = bsan_real_syscall(number, A, B, C, D, E, F);
  if (state)
    bsan_check_end(&event);
  return result;
}

static BSAN_COLD long make_wait(long number, const long *args,
                                struct bsan_wait *wait) {
  struct bsan_event event;
  bool is_open = bsan_wait_begin(wait, &event);
  int state = is_open ? go_on(&event, number, args) : 0;
  if (state < 0)
    return (long)event.result;
  long result = bsan_real_syscall(number, A, B, C, D, E, F);
  wait->ready = result;
  bsan_wait_end(wait, state ? &event : NULL);
  return result;
}

long bsan_wrap_syscall(long number, long a, long b, long c, long d, long e,
                       long f) {
  const long args[] = {a, b, c, d, e, f};
  note(number, args);
  int descriptor = wait_of(number, args);
  if (BSAN_UNLIKELY(descriptor != BSAN_WAIT_NONE)) {
    struct bsan_wait wait = {.pc = BSAN_CALLER_PC(),
                             .cfa = BSAN_CFA(),
                             .fd = descriptor,
                             .is_epoll = descriptor >= 0,
                             .call = (uint16_t)call_of(number)};
    return make_wait(number, args, &wait);
  }
  if (bsan_gate_is_armed())
    return make_call(number, args, BSAN_CALLER_PC(), BSAN_CFA());
  return bsan_real_syscall(number, a, b, c, d, e, f);
}

BSAN_EXPORT_WRAPPER(syscall);
