//===-- bsan_fdtable.h - What each descriptor is --------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// fcntl(F_GETFL) costs about as much as a recv that finds nothing, so a correct
// server would pay for being checked.  The table remembers the kind and mode of
// each descriptor from its first use in a loop until it is closed.
//
// What the table cannot see: a raw system call, or another process that shares
// the open file description, changing the mode; and descriptors closed inside
// libc or by a raw system call and opened again as something else.  A stale
// "blocking" or "file" is harmless, since classifiers ask the kernel before
// they report; a stale "nonblocking" hides a finding until the descriptor is
// closed.
//
// Context: any.  Entries are single bytes, read and written atomically.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CLASSIFY_BSAN_FDTABLE_H
#define BSAN_CLASSIFY_BSAN_FDTABLE_H

#include "bsan.h"
#include "platform/bsan_platform.h"

enum { BSAN_FDTABLE_SIZE = 65536 }; // Larger descriptors are asked each time.

extern uint8_t bsan_fdtable[BSAN_FDTABLE_SIZE];

// Where a descriptor comes from, for reports: two stacks of the depot in one
// word, 0 for what is unknown.  See bsan_fdtable_set_mode() for bit 63.
extern uint64_t bsan_fdtable_origins[BSAN_FDTABLE_SIZE];

// FD is about to be closed or replaced.
static inline void bsan_fdtable_forget(int fd) {
  if ((unsigned)fd >= BSAN_FDTABLE_SIZE)
    return;
  __atomic_store_n(&bsan_fdtable[fd], 0, __ATOMIC_RELAXED);
  // Daemons close all they could have: pages stay untouched.
  if (__atomic_load_n(&bsan_fdtable_origins[fd], __ATOMIC_RELAXED))
    __atomic_store_n(&bsan_fdtable_origins[fd], 0, __ATOMIC_RELAXED);
}

// FD's mode may change behind its back from now on (duplicated, or set to
// blocking while another thread looks): never trust the table for its mode.
void bsan_fdtable_distrust(int fd);
// All descriptors from FIRST to LAST are about to be closed.
void bsan_fdtable_forget_range(unsigned first, unsigned last);
// The kind and mode of FD: of the table, filled in if need be.
struct bsan_fd_facts bsan_fdtable_get(int fd);
// The same as the kernel has it now; corrects the table.
struct bsan_fd_facts bsan_fdtable_refresh(int fd);
// The mode as the kernel has it now; corrects the table.
bool bsan_fdtable_verify_nonblocking(int fd);

// What fcntl(2) and ioctl(2) are about to do.
void bsan_fdtable_note_fcntl(int fd, int command, long argument);
void bsan_fdtable_note_ioctl(int fd, unsigned long request,
                             const int *argument);
// FD gets a duplicate, at TARGET when that is not -1.
void bsan_fdtable_note_dup(int fd, int target);

//--- Origins ---------------------------------------------------------------//

// FD has been created, with no mode set since.
void bsan_fdtable_set_created(int fd, uint32_t stack_id);
// FD's mode has been set.
void bsan_fdtable_set_mode(int fd, bool nonblocking, uint32_t stack_id);
// TO is a duplicate of FROM: they share what was set.
void bsan_fdtable_share_mode(int from, int to);
// Where FD was created, and where its mode was set; *MODE_SET is 0 when what
// was set there is not the mode it has: it was changed behind the table's back.
void bsan_fdtable_get_origin(int fd, bool nonblocking, uint32_t *created,
                             uint32_t *mode_set);

#endif // BSAN_CLASSIFY_BSAN_FDTABLE_H
