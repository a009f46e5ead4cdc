//===-- bsan_owner.h - Who holds a lock -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// glibc writes the thread that holds a mutex, or a rwlock for writing, into the
// lock.  Where and when it was taken is kept for *watched* locks: those that a
// loop thread found taken before, or, with lock_owners=2, all.
//
// The table is lossy: of two locks at one place the later has it.
//
// Context: any.  What is kept is read while others write it, and dropped when
// they do.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CLASSIFY_BSAN_OWNER_H
#define BSAN_CLASSIFY_BSAN_OWNER_H

#include "bsan.h"

enum { BSAN_OWNER_LOCKS = 1024 };

// Finds who holds LOCK, which is of KIND (enum bsan_lock_kind) and was found
// taken: OWNER's tid is 0 when that cannot be told.  LOCK is read.
void bsan_owner_find(struct bsan_owner *owner, unsigned kind, const void *lock);

// Watches LOCK from now on.
void bsan_owner_watch(const void *lock);
void bsan_owner_watch_all(void);
bool bsan_owner_is_watched(const void *lock);
// The calling thread has taken LOCK, which is watched; STACK_ID (depot) is
// where.
void bsan_owner_took(unsigned kind, const void *lock, uint32_t stack_id);
// The calling thread is about to give it back.
void bsan_owner_released(unsigned kind, const void *lock);

#endif // BSAN_CLASSIFY_BSAN_OWNER_H
