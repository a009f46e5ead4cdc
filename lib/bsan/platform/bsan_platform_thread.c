//===-- bsan_platform_thread.c - Linux: a thread of the runtime's own -----===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program must not notice it: its signals go to its own threads, its exit
// does not wait, and who interposes pthread_create does not see it.
//
// Context: armed for starting; any for sleeping and waking.
//
//===----------------------------------------------------------------------===//

#include <errno.h>
#include <linux/futex.h>
#include <sys/prctl.h>

#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"

enum {
  SMALL_STACK = 256 * 1024, // The symbolizer's client has buffers of 16 kB.
  KERNEL_SIGNAL_SET = 8,    // The kernel's sigset_t: one bit a signal.
  SIGNAL_OF_SETXID = 33,    // glibc's setuid(2) sends it to every thread and
                            // waits for the answers.
};

// There are two such threads, each started by whoever finds it missing.
struct start {
  void (*body)(void);
  const char *name;
};

static void *run(void *arg) {
  const struct start *start = arg;
  bsan_syscall3(SYS_prctl, PR_SET_NAME, (long)start->name, 0);
  start->body();
  return NULL;
}

static struct start *keep_start(void (*body)(void), const char *name) {
  enum { KEPT = 4 };
  static struct start starts[KEPT];
  static uint32_t next;
  uint32_t index = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % KEPT;
  starts[index] = (struct start){body, name};
  return &starts[index];
}

static uint64_t bit_of(int number) { return (uint64_t)1 << (number - 1); }

// The new thread has the mask of the one that starts it.  SIGSYS is how seccomp
// filters let a program carry out a system call.
static uint64_t block_signals(void) {
  uint64_t all = ~(bit_of(SIGNAL_OF_SETXID) | bit_of(SIGSYS)), before = 0;
  bsan_syscall4(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, (long)&before,
                KERNEL_SIGNAL_SET);
  return before;
}

bool bsan_platform_start_thread(bsan_create_thread create, void (*body)(void),
                                const char *name) {
  pthread_attr_t attr;
  pthread_t thread;
  if (pthread_attr_init(&attr) != 0)
    return false;
  struct start *start = keep_start(body, name);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  size_t usual_size = 0;
  pthread_attr_getstacksize(&attr, &usual_size);
  pthread_attr_setstacksize(&attr, SMALL_STACK);
  uint64_t before = block_signals();
  int error = create(&thread, &attr, run, start);
  // The program's thread-local variables are in the stack too, and may need
  // more.
  if (error == EINVAL && usual_size > SMALL_STACK) {
    pthread_attr_setstacksize(&attr, usual_size);
    error = create(&thread, &attr, run, start);
  }
  bsan_syscall4(SYS_rt_sigprocmask, SIG_SETMASK, (long)&before, 0,
                KERNEL_SIGNAL_SET);
  pthread_attr_destroy(&attr);
  return error == 0;
}

void bsan_platform_sleep_on(const uint32_t *word, uint32_t value) {
  bsan_syscall4(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, value, 0);
}

void bsan_platform_sleep_for(const uint32_t *word, uint32_t value,
                             uint64_t ns) {
  struct timespec time = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
  bsan_syscall4(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, value, (long)&time);
}

void bsan_platform_wake(const uint32_t *word) {
  bsan_syscall3(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, 1);
}
