//===-- bsan_platform_signal.c - Linux: a signal for the runtime ----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sigaction(2) by its name, once at the start: the kernel wants a trampoline of
// libc's, and another sanitizer wants to know of every handler.
//
// Context: init, unless stated.
//
//===----------------------------------------------------------------------===//

#include <errno.h>

#include "platform/bsan_platform.h"

bool bsan_platform_catch_signal(int number, void (*handler)(int)) {
  int saved_errno = errno;
  struct sigaction before, action = {.sa_flags = SA_RESTART | SA_ONSTACK};
  bool is_free = sigaction(number, NULL, &before) == 0 &&
                 (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN);
  action.sa_handler = handler;
  bool is_caught = is_free && sigaction(number, &action, NULL) == 0;
  errno = saved_errno;
  return is_caught;
}

bool bsan_platform_signal_is_caught(int number, void (*handler)(int)) {
  int saved_errno = errno;
  struct sigaction now;
  bool is_caught =
      sigaction(number, NULL, &now) == 0 && now.sa_handler == handler;
  errno = saved_errno;
  return is_caught;
}
