//===-- bsan_fdtable.c - What each descriptor is --------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One byte a descriptor: bit 7 known, bit 6 nonblocking, bit 5 distrusted, bits
// 0-3 the kind.  64 KiB of .bss, of which only touched pages exist.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include "classify/bsan_fdtable.h"

#include <fcntl.h>
#include <sys/ioctl.h>

enum {
  KNOWN = 0x80,
  NONBLOCKING = 0x40,
  DISTRUSTED = 0x20,
  KIND = 0x0f,
};

uint8_t bsan_fdtable[BSAN_FDTABLE_SIZE];
uint64_t bsan_fdtable_origins[BSAN_FDTABLE_SIZE];

static bool is_in_table(int fd) { return (unsigned)fd < BSAN_FDTABLE_SIZE; }

static uint8_t load(int fd) {
  return __atomic_load_n(&bsan_fdtable[fd], __ATOMIC_RELAXED);
}

// Changes an entry unless somebody forgot it meanwhile.
static void replace(int fd, uint8_t expected, uint8_t entry) {
  __atomic_compare_exchange_n(&bsan_fdtable[fd], &expected, entry, false,
                              __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

void bsan_fdtable_distrust(int fd) {
  if (is_in_table(fd))
    __atomic_store_n(&bsan_fdtable[fd], DISTRUSTED, __ATOMIC_RELAXED);
}

void bsan_fdtable_forget_range(unsigned first, unsigned last) {
  for (unsigned fd = first; fd <= last && fd < BSAN_FDTABLE_SIZE; fd++)
    bsan_fdtable_forget((int)fd);
}

struct bsan_fd_facts bsan_fdtable_get(int fd) {
  uint8_t entry = is_in_table(fd) ? load(fd) : 0;
  if (BSAN_LIKELY(entry & KNOWN))
    return (struct bsan_fd_facts){(enum bsan_fd_kind)(entry & KIND),
                                  entry & NONBLOCKING};
  return bsan_fdtable_refresh(fd);
}

struct bsan_fd_facts bsan_fdtable_refresh(int fd) {
  if (!is_in_table(fd))
    return bsan_platform_fd_facts(fd);
  uint8_t entry = load(fd);
  struct bsan_fd_facts facts = bsan_platform_fd_facts(fd);
  bool may_keep = facts.kind != BSAN_FD_UNKNOWN && !(entry & DISTRUSTED);
  if (may_keep)
    replace(
        fd, entry,
        (uint8_t)(KNOWN | facts.kind | (facts.nonblocking ? NONBLOCKING : 0)));
  return facts;
}

bool bsan_fdtable_verify_nonblocking(int fd) {
  bool nonblocking = bsan_platform_fd_is_nonblocking(fd);
  if (is_in_table(fd)) {
    uint8_t entry = load(fd);
    if (entry & KNOWN)
      replace(
          fd, entry,
          (uint8_t)((entry & ~NONBLOCKING) | (nonblocking ? NONBLOCKING : 0)));
  }
  return nonblocking;
}

// Setting O_NONBLOCK: a stale "blocking" is verified before it is reported, so
// forgetting is enough.  Clearing it must not race with a thread that fills the
// entry between this note and the system call; and when FD has been duplicated,
// its duplicates, whose numbers nobody knows, are blocking from now on too.
static void note_mode(int fd, bool nonblocking) {
  bool is_distrusted = is_in_table(fd) && (load(fd) & DISTRUSTED);
  if (nonblocking && !is_distrusted) {
    if (is_in_table(fd))
      __atomic_store_n(&bsan_fdtable[fd], 0, __ATOMIC_RELAXED);
    return;
  }
  bsan_fdtable_distrust(fd);
  if (nonblocking)
    return;
  for (int other = 0; is_distrusted && other < BSAN_FDTABLE_SIZE; other++)
    if (load(other) & NONBLOCKING)
      bsan_fdtable_distrust(other);
}

void bsan_fdtable_note_fcntl(int fd, int command, long argument) {
  if (command == F_SETFL)
    note_mode(fd, argument & O_NONBLOCK);
  else if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
    bsan_fdtable_distrust(fd);
}

void bsan_fdtable_note_ioctl(int fd, unsigned long request,
                             const int *argument) {
  int value;
  if (request == FIONBIO && bsan_platform_copy(argument, &value, sizeof(value)))
    note_mode(fd, value != 0);
}

void bsan_fdtable_note_dup(int fd, int target) {
  bsan_fdtable_distrust(fd);
  if (target >= 0 && target != fd)
    bsan_fdtable_distrust(target);
}

//--- Origins ---------------------------------------------------------------//

// The stack of the creation in the low half, that of the mode in the high half.
// Numbers of the depot's stacks leave the highest bit free (StackDepot keeps at
// least one); it is the mode that was set.
#define SET_NONBLOCKING (UINT64_C(1) << 63)

static uint64_t load_origin(int fd) {
  return __atomic_load_n(&bsan_fdtable_origins[fd], __ATOMIC_RELAXED);
}

static void store_origin(int fd, uint64_t origin) {
  __atomic_store_n(&bsan_fdtable_origins[fd], origin, __ATOMIC_RELAXED);
}

void bsan_fdtable_set_created(int fd, uint32_t stack_id) {
  if (is_in_table(fd))
    store_origin(fd, stack_id);
}

void bsan_fdtable_set_mode(int fd, bool nonblocking, uint32_t stack_id) {
  if (is_in_table(fd))
    store_origin(fd, (uint32_t)load_origin(fd) | (uint64_t)stack_id << 32 |
                         (nonblocking ? SET_NONBLOCKING : 0));
}

void bsan_fdtable_share_mode(int from, int to) {
  if (is_in_table(from) && is_in_table(to))
    store_origin(to, (uint32_t)load_origin(to) |
                         (load_origin(from) & ~UINT64_C(0xffffffff)));
}

void bsan_fdtable_get_origin(int fd, bool nonblocking, uint32_t *created,
                             uint32_t *mode_set) {
  uint64_t origin = is_in_table(fd) ? load_origin(fd) : 0;
  bool set_nonblocking = origin & SET_NONBLOCKING;
  *created = (uint32_t)origin;
  *mode_set = set_nonblocking == nonblocking
                  ? (uint32_t)((origin & ~SET_NONBLOCKING) >> 32)
                  : 0;
}
