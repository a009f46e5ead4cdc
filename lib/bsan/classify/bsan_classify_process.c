//===-- bsan_classify_process.c - Waits for children ----------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop that collects a child after its SIGCHLD or its pidfd does not wait.
// waitid(WNOWAIT) tells without collecting it.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#include <sys/wait.h>

#include "classify/bsan_classify.h"
#include "platform/bsan_platform.h"

// Whose children: those that send no SIGCHLD are waited for with these only.
enum { WHOSE = __WALL | __WNOTHREAD | (int)__WCLONE };

bsan_verdict bsan_child_id(struct bsan_event *ev, int type, id_t id,
                           int options) {
  (void)ev;
  if (options & WNOHANG)
    return BSAN_WONT_BLOCK;
  // PIDFD_NONBLOCK: EAGAIN instead of a wait (Linux 5.10).
  if (type == P_PIDFD && bsan_platform_fd_is_nonblocking((int)id))
    return BSAN_WONT_BLOCK;
  int events = options & (WEXITED | WSTOPPED | WCONTINUED | WHOSE);
  return bsan_platform_child_is_running(type, id, events) ? BSAN_WILL_BLOCK
                                                          : BSAN_WONT_BLOCK;
}

// wait(2): below -1 a process group, -1 any child, 0 the caller's group.
bsan_verdict bsan_child(struct bsan_event *ev, pid_t pid, int options) {
  int events = WEXITED | (options & WUNTRACED ? WSTOPPED : 0) |
               (options & (WNOHANG | WCONTINUED | WHOSE));
  if (pid == -1)
    return bsan_child_id(ev, P_ALL, 0, events);
  if (pid > 0)
    return bsan_child_id(ev, P_PID, (id_t)pid, events);
  return bsan_child_id(ev, P_PGID, (id_t)0 - (id_t)pid, events);
}

bsan_verdict bsan_command(struct bsan_event *ev, const char *command) {
  (void)ev;
  return command ? BSAN_WILL_BLOCK : BSAN_WONT_BLOCK;
}
