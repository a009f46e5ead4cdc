//===-- bsan_cmd_canary.c - The program that bsan check watches -----------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that knows nothing of the runtime at link time, as every preloaded
// program. It blocks where it must be caught, and where it must not.
//
//===----------------------------------------------------------------------===//

#include "bsan_canary.h"
#include "bsan_commands.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BLOCK_US = 1000, WAIT_MS = 1 };

typedef void hook(void);

static hook *find_hook(const char *name) {
  void *symbol = dlsym(RTLD_DEFAULT, name);
  hook *function;
  // ISO C has no conversion from an object pointer to a function pointer.
  memcpy(&function, &symbol, sizeof(function));
  return function;
}

// In the frame that also waits: the way a loop calls what is due.
__attribute__((noinline)) static int block_in_epoll_loop(void) {
  int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event;
  for (int i = 0; i < 2; i++)
    if (epoll_wait(epoll_fd, &event, 1, WAIT_MS) != 0)
      return BSAN_CANARY_NO_EPOLL;
  usleep(BLOCK_US);
  return BSAN_EXIT_OK;
}

int bsan_cmd_canary(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  hook *enter = find_hook("__bsan_enter_loop");
  hook *leave = find_hook("__bsan_leave_loop");
  if (!enter || !leave)
    return BSAN_CANARY_NOT_LOADED;
  if (strcmp(mode, BSAN_CANARY_LOADED) == 0)
    return BSAN_EXIT_OK;
  if (strcmp(mode, BSAN_CANARY_LEARNED) == 0)
    return block_in_epoll_loop();
  if (strcmp(mode, BSAN_CANARY_OUTSIDE) == 0) {
    usleep(BLOCK_US);
    enter();
    leave();
    usleep(BLOCK_US);
    return BSAN_EXIT_OK;
  }
  if (strcmp(mode, BSAN_CANARY_HOOKS) != 0) {
    fputs("bsan: the canary is for 'bsan check' only\n", stderr);
    return BSAN_EXIT_USAGE;
  }
  enter();
  usleep(BLOCK_US);
  leave();
  return BSAN_EXIT_OK;
}
