//===-- bsan_listener.c - Reports for the program itself ------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program's code runs here: with the report lock it could not print
// statistics, add a suppression or exit, so turns have a lock of their own.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include "report/bsan_listener.h"

#include "platform/bsan_platform.h"

// The program's own, if it has one.
BSAN_INTERFACE BSAN_WEAK void __bsan_on_report(const char *report);

static bsan_listener listener;
static void *listener_arg;

enum { FREE, TAKEN, WAITED_FOR };
static uint32_t turn;
static __thread bool has_turn __attribute__((tls_model("initial-exec")));

bool bsan_listener_is_set(void) {
  return __bsan_on_report || __atomic_load_n(&listener, __ATOMIC_RELAXED);
}

void bsan_listener_begin(void) {
  uint32_t seen = FREE;
  if (!__atomic_compare_exchange_n(&turn, &seen, TAKEN, false, __ATOMIC_ACQUIRE,
                                   __ATOMIC_RELAXED))
    while (__atomic_exchange_n(&turn, WAITED_FOR, __ATOMIC_ACQUIRE) != FREE)
      bsan_platform_sleep_on(&turn, WAITED_FOR);
  has_turn = true;
}

void bsan_listener_end(void) {
  has_turn = false;
  if (__atomic_exchange_n(&turn, FREE, __ATOMIC_RELEASE) == WAITED_FOR)
    bsan_platform_wake(&turn);
}

void bsan_listener_tell(const char *text) {
  bsan_listener told = listener;
  if (__bsan_on_report)
    __bsan_on_report(text);
  if (told)
    told(text, listener_arg);
}

void bsan_listener_set(bsan_listener new_listener, void *arg) {
  bool is_nested = has_turn;
  if (!is_nested)
    bsan_listener_begin();
  listener_arg = arg;
  __atomic_store_n(&listener, new_listener, __ATOMIC_RELAXED);
  if (!is_nested)
    bsan_listener_end();
}

void bsan_listener_after_fork(void) { turn = has_turn ? TAKEN : FREE; }
