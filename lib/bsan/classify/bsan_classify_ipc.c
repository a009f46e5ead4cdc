//===-- bsan_classify_ipc.c - Queues, semaphores, signals, loading --------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <dlfcn.h>
#include <errno.h>
#include <strings.h>
#include <sys/ipc.h>
#include <sys/random.h>

#include "classify/bsan_classify.h"
#include "platform/bsan_platform.h"

bsan_verdict bsan_ipc(struct bsan_event *ev, int flags) {
  (void)ev;
  return flags & IPC_NOWAIT ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}

// Tried first, like every lock.
bsan_verdict bsan_semop(struct bsan_event *ev, int set,
                        struct sembuf *operations, size_t count,
                        const struct timespec *timeout) {
  enum { MAX_TRIED = 16 };
  struct sembuf copies[MAX_TRIED];
  if (bsan_is_zero_timespec(timeout))
    return BSAN_WONT_BLOCK;
  if (count > MAX_TRIED)
    return BSAN_MAY_BLOCK;
  if (!bsan_platform_copy(operations, copies, count * sizeof(*copies)))
    return BSAN_WONT_BLOCK; // EFAULT.
  for (size_t i = 0; i < count; i++)
    if (copies[i].sem_flg & IPC_NOWAIT)
      return BSAN_WONT_BLOCK;
  int result = bsan_platform_semop_now(set, copies, count);
  if (result == 0) {
    ev->result = 0;
    return BSAN_DONE;
  }
  return result == -EAGAIN ? BSAN_MAY_BLOCK : BSAN_WONT_BLOCK;
}

// A POSIX message queue is a descriptor (mq_overview(7)).
bsan_verdict bsan_queue(struct bsan_event *ev, int queue,
                        const struct timespec *time) {
  struct bsan_fd_facts facts = bsan_platform_fd_facts(queue);
  if (facts.kind == BSAN_FD_UNKNOWN || facts.nonblocking)
    return BSAN_WONT_BLOCK;
  return bsan_until(ev, CLOCK_REALTIME, time);
}

bsan_verdict bsan_signal(struct bsan_event *ev, const sigset_t *set,
                         const struct timespec *timeout) {
  (void)ev;
  if (bsan_is_zero_timespec(timeout) || bsan_platform_signal_is_pending(set))
    return BSAN_WONT_BLOCK;
  return BSAN_WILL_BLOCK;
}

bsan_verdict bsan_random(struct bsan_event *ev, unsigned flags) {
  static bool is_ready; // Once it is, it stays so.
  (void)ev;
  if (flags & GRND_NONBLOCK)
    return BSAN_WONT_BLOCK;
  if (!is_ready)
    is_ready = bsan_platform_random_is_ready();
  return is_ready ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}

bsan_verdict bsan_load(struct bsan_event *ev, const char *path) {
  char copy[BSAN_PATH_SIZE];
  (void)ev;
  bool is_free = !bsan_platform_copy_string(path, copy, sizeof(copy)) ||
                 bsan_platform_library_is_loaded(copy);
  return is_free ? BSAN_WONT_BLOCK : BSAN_MAY_BLOCK;
}

// Another name space loads its own copy.
bsan_verdict bsan_load_in(struct bsan_event *ev, long space, const char *path) {
  return space == LM_ID_BASE ? bsan_load(ev, path) : BSAN_MAY_BLOCK;
}

// What glibc converts itself (gconv_builtin.h), without a module.
static bool is_built_in(const char *name) {
  static const char *const names[] = {"UTF-8",    "UTF8",  "ASCII", "US-ASCII",
                                      "INTERNAL", "UCS-4", "UCS-2", "WCHAR_T"};
  char copy[32];
  if (!bsan_platform_copy_string(name, copy, sizeof(copy)))
    return false;
  char *suffix = strchr(copy, '/'); // "//TRANSLIT"
  if (suffix)
    *suffix = 0;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcasecmp(copy, names[i]) == 0)
      return true;
  return false;
}

static unsigned conversions; // Opened so far, by any thread.

void bsan_note_conversion(void) {
  __atomic_add_fetch(&conversions, 1, __ATOMIC_RELAXED);
}

bsan_verdict bsan_load_conversion(struct bsan_event *ev, const char *to,
                                  const char *from) {
  ev->why = "the list of conversions and their modules are files";
  bool is_first = __atomic_load_n(&conversions, __ATOMIC_RELAXED) == 1;
  return !is_first && is_built_in(to) && is_built_in(from) ? BSAN_WONT_BLOCK
                                                           : BSAN_MAY_BLOCK;
}
