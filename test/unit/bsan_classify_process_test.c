//===-- bsan_classify_process_test.c - Tests of bsan_classify_process.c ---===//
//===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A child that waits for the end of a pipe, and one that has ended already.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "classify/bsan_classify.h"
#include "intercept/bsan_calls.h"

static struct bsan_event event;

static pid_t start_running_child(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;)
      pause();
  return child;
}

// A zombie by the time this returns.
static pid_t start_ended_child(void) {
  siginfo_t info;
  pid_t child = fork();
  if (child == 0)
    _exit(3);
  waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
  return child;
}

TEST a_running_child_will_block(void) {
  pid_t child = start_running_child();
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, -1, 0));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, child, 0));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, 0, 0));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, -getpgrp(), 0));
  ASSERT_EQ(BSAN_WILL_BLOCK,
            bsan_child_id(&event, P_PID, (id_t)child, WEXITED));
  PASS();
}

TEST asking_without_waiting_wont_block(void) {
  pid_t child = start_running_child();
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, -1, WNOHANG));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, child, WNOHANG | WUNTRACED));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_child_id(&event, P_PID, (id_t)child, WEXITED | WNOHANG));
  PASS();
}

TEST an_ended_child_wont_block_and_is_not_collected(void) {
  pid_t child = start_ended_child();
  int status = 0;
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, -1, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, child, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, 0, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child_id(&event, P_ALL, 0, WEXITED));
  ASSERT_EQ(child, waitpid(child, &status, 0));
  ASSERT_EQ(3, WEXITSTATUS(status));
  PASS();
}

TEST no_child_at_all_wont_block(void) {
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, -1, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, getpid(), 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, INT_MIN, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child_id(&event, P_PIDFD, (id_t)-1, WEXITED));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child_id(&event, 99, 0, WEXITED));
  PASS();
}

TEST a_wait_for_nothing_is_refused_without_waiting(void) {
  pid_t child = start_running_child();
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child_id(&event, P_PID, (id_t)child, 0));
  ASSERT_EQ(-1, waitid(P_PID, (id_t)child, NULL, 0));
  ASSERT_EQ(EINVAL, errno);
  PASS();
}

TEST a_stopped_child_counts_when_asked_for(void) {
  siginfo_t info;
  pid_t child = start_running_child();
  ASSERT_EQ(0, kill(child, SIGSTOP));
  ASSERT_EQ(0, waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, child, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, child, WUNTRACED));
  ASSERT_EQ(BSAN_WILL_BLOCK,
            bsan_child_id(&event, P_PID, (id_t)child, WEXITED));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_child_id(&event, P_PID, (id_t)child, WEXITED | WSTOPPED));
  PASS();
}

TEST a_continued_child_counts_when_asked_for(void) {
  siginfo_t info;
  pid_t child = start_running_child();
  ASSERT_EQ(0, kill(child, SIGSTOP));
  ASSERT_EQ(0, waitid(P_PID, (id_t)child, &info, WSTOPPED));
  ASSERT_EQ(0, kill(child, SIGCONT));
  ASSERT_EQ(0, waitid(P_PID, (id_t)child, &info, WCONTINUED | WNOWAIT));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, child, 0));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, child, WCONTINUED));
  PASS();
}

static int open_pidfd(pid_t child, unsigned flags) {
  return (int)syscall(SYS_pidfd_open, child, flags);
}

TEST a_pidfd_is_like_its_child(void) {
  int running = open_pidfd(start_running_child(), 0);
  int ended = open_pidfd(start_ended_child(), 0);
  ASSERT(running >= 0 && ended >= 0);
  ASSERT_EQ(BSAN_WILL_BLOCK,
            bsan_child_id(&event, P_PIDFD, (id_t)running, WEXITED));
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_child_id(&event, P_PIDFD, (id_t)ended, WEXITED));
  PASS();
}

TEST a_nonblocking_pidfd_wont_block(void) {
  siginfo_t info;
  int running = open_pidfd(start_running_child(), O_NONBLOCK);
  if (running < 0)
    SKIPm("this kernel has no nonblocking pidfds");
  ASSERT_EQ(-1, waitid(P_PIDFD, (id_t)running, &info, WEXITED));
  ASSERT_EQ(EAGAIN, errno);
  ASSERT_EQ(BSAN_WONT_BLOCK,
            bsan_child_id(&event, P_PIDFD, (id_t)running, WEXITED));
  PASS();
}

// Children that send no SIGCHLD are waited for with __WCLONE or __WALL only.
TEST a_child_without_a_signal_will_block_when_asked_for(void) {
  pid_t child = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
  if (child == 0)
    for (;;)
      pause();
  ASSERT(child > 0);
  ASSERT_EQ(0, waitpid(child, NULL, __WALL | WNOHANG));
  ASSERT_EQ(-1, waitpid(child, NULL, WNOHANG));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_child(&event, child, 0));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, child, __WALL));
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_child(&event, child, (int)__WCLONE));
  PASS();
}

TEST a_command_will_block(void) {
  ASSERT_EQ(BSAN_WILL_BLOCK, bsan_command(&event, "true"));
  ASSERT_EQ(BSAN_WONT_BLOCK, bsan_command(&event, NULL));
  PASS();
}

BSAN_UNIT_SUITE(ClassifyProcess, BSAN_UNIT(a_running_child_will_block),
                BSAN_UNIT(asking_without_waiting_wont_block),
                BSAN_UNIT(an_ended_child_wont_block_and_is_not_collected),
                BSAN_UNIT(no_child_at_all_wont_block),
                BSAN_UNIT(a_wait_for_nothing_is_refused_without_waiting),
                BSAN_UNIT(a_stopped_child_counts_when_asked_for),
                BSAN_UNIT(a_continued_child_counts_when_asked_for),
                BSAN_UNIT(a_pidfd_is_like_its_child),
                BSAN_UNIT(a_nonblocking_pidfd_wont_block),
                BSAN_UNIT(a_child_without_a_signal_will_block_when_asked_for),
                BSAN_UNIT(a_command_will_block));
