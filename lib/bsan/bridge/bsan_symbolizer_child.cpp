//===-- bsan_symbolizer_child.cpp - Starting llvm-symbolizer --------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sanitizer_common starts llvm-symbolizer as programs that are about to die may
// start one.  This runtime also reports from programs that go on, which must
// not notice: their wait(NULL) must not wait for it, they must get no SIGCHLD,
// their children must not inherit its pipes.  And for servers, which raise the
// limit of open files, closing every possible descriptor one by one takes
// minutes (llvm/llvm-project#63297).
//
// The sources of sanitizer_common stay as they are; the files that start the
// symbolizer are compiled with eight names replaced (SanitizerCommon.cmake):
//
//   sysconf           asked once, in the child: closes descriptors at once and
//                     drops LD_PRELOAD, which would run this runtime in it
//   internal_fork     forks twice, so that the symbolizer is nobody's child,
//                     in a session of its own: Ctrl-C ends the program, which
//                     may go on reporting while it shuts down
//   internal_waitpid  asked whether it has started: yes
//   pipe              close-on-exec, and remembered for forked children, which
//                     must not talk to their parent's symbolizer
//   Report            says that the symbolizer was lost: not in such a child
//   ReadFromFile      waits for an answer, but not for ever, and lets forks
//   pass WriteToFile, CloseFile
//                     only on the symbolizer's pipes: the program may have
//                     closed them and got their numbers for something of its
//                     own; their numbers are high, as those that a program is
//                     given are low
//
// Context: armed; sysconf in the child between fork and exec.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bridge/bsan_bridge.h"
#include "platform/bsan_syscall.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_posix.h"

using namespace __sanitizer;

// It has not answered for a long time.
static bool has_given_up;

//--- Descriptors and environment -------------------------------------------//

static void DropPreload(char **env) {
  static const char kPreload[] = "LD_PRELOAD=";
  char **out = env;
  for (char **in = env; *in; in++)
    if (internal_strncmp(*in, kPreload, sizeof(kPreload) - 1) != 0)
      *out++ = *in;
  *out = nullptr;
}

extern "C" long bsan_symbolizer_sysconf(int name) {
  if (name != _SC_OPEN_MAX)
    return sysconf(name);
  DropPreload(GetEnviron());
  // Nothing above 2 is left: the caller's loop ends at once.
  if (bsan_syscall3(SYS_close_range, 3, ~0u, 0) == 0)
    return 2;
  // A kernel before 5.9: bound the time rather than the thoroughness.
  long limit = sysconf(name);
  return limit < 65536 ? limit : 65536;
}

//--- The process -----------------------------------------------------------//

namespace __sanitizer {

// The process in between is made without an exit signal: no SIGCHLD, and only
// __WALL sees it.
int bsan_symbolizer_fork() {
  long child = bsan_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
  if (child == 0) {
    long grandchild = bsan_syscall6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
    if (grandchild)
      internal__exit(grandchild < 0);
    bsan_syscall3(SYS_setsid, 0, 0, 0);
    return 0;
  }
  int status = 0;
  if (child > 0)
    bsan_syscall4(SYS_wait4, child, (long)&status, __WALL, 0);
  return child;
}

// It is no child of ours.  When it could not start, the first answer that is
// read from it is an end of file, which the caller knows how to deal with.
uptr bsan_symbolizer_waitpid(int, int *, int) { return 0; }

} // namespace __sanitizer

//--- Its loss --------------------------------------------------------------//

// A forked child loses its parent's symbolizer on purpose, and starts its own.
static bool is_lost_on_purpose;

namespace __sanitizer {

int VSNPrintf(char *buffer, int size, const char *format, va_list args);

void bsan_symbolizer_report(const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  VSNPrintf(text, sizeof(text), format, args);
  va_end(args);
  if (!is_lost_on_purpose && !has_given_up)
    Report("%s", text);
  is_lost_on_purpose = false;
}

} // namespace __sanitizer

//--- The pipes -------------------------------------------------------------//

// CreateTwoHighNumberedPipes makes up to five pairs and keeps two of them; the
// numbers of the others, and of those of a symbolizer that ended, become the
// program's.
enum { kMaxPairs = 16 };
static struct {
  int fds[2];
  unsigned long inode; // Both ends have it, and nothing else on pipefs.
} pairs[kMaxPairs];
static unsigned pair_count;

// The inode of the pipe behind FD, or 0.
static unsigned long PipeInode(int fd) {
  struct stat st;
  if (bsan_syscall3(SYS_fcntl, fd, F_GETPIPE_SZ, 0) <= 0 ||
      bsan_syscall4(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH) < 0)
    return 0;
  return st.st_ino;
}

// Moves FD to a number that the kernel gives to nobody who takes the lowest
// one. A program that closes everything and opens something then cannot get it
// in the moment between a look at the pipe and its use.
static int MoveUp(int fd) {
  enum { kHighest = 1 << 16, kRoom = 32 };
  struct rlimit limit;
  if (bsan_syscall4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&limit) < 0 ||
      limit.rlim_cur < 2 * kRoom)
    return fd;
  rlim_t top = Min<rlim_t>(limit.rlim_cur, kHighest) - kRoom;
  long moved = bsan_syscall3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, (long)top);
  if (moved < 0)
    return fd;
  bsan_syscall3(SYS_close, fd, 0, 0);
  return (int)moved;
}

extern "C" int bsan_symbolizer_pipe(int fds[2]) {
  if (has_given_up || bsan_syscall3(SYS_pipe2, (long)fds, O_CLOEXEC, 0) < 0)
    return -1;
  fds[0] = MoveUp(fds[0]);
  fds[1] = MoveUp(fds[1]);
  auto *pair = &pairs[pair_count++ % kMaxPairs];
  pair->fds[0] = fds[0];
  pair->fds[1] = fds[1];
  pair->inode = PipeInode(fds[0]);
  return 0;
}

// Whether FD is still one of the pipes that we made.
static bool IsOurPipe(int fd) {
  unsigned long inode = fd > 2 ? PipeInode(fd) : 0;
  for (auto &pair : pairs)
    if (inode && pair.inode == inode &&
        (pair.fds[0] == fd || pair.fds[1] == fd))
      return true;
  return false;
}

void bsan_bridge_forget_symbolizer() {
  long null = bsan_syscall4(SYS_openat, AT_FDCWD, (long)"/dev/null",
                            O_RDONLY | O_CLOEXEC, 0);
  // What is put there is not ours: sanitizer_common then starts a symbolizer of
  // this process's own.
  for (auto &pair : pairs)
    for (int fd : pair.fds)
      if (null >= 0 && IsOurPipe(fd))
        bsan_syscall3(SYS_dup3, null, fd, O_CLOEXEC);
  if (null >= 0)
    bsan_syscall3(SYS_close, null, 0, 0);
  is_lost_on_purpose = pair_count != 0;
  pair_count = 0;
  internal_memset(pairs, 0, sizeof(pairs));
}

//--- Talking to it ---------------------------------------------------------//

// The first question about a large program takes seconds.  When the program
// closes the pipe meanwhile, no answer ends the wait.
enum { kPatienceSeconds = 60 };
static bool WaitForAnswer(int fd) {
  pollfd wanted = {fd, POLLIN, 0};
  for (int i = 0; i < kPatienceSeconds; i++) {
    timespec second = {1, 0};
    long answer =
        bsan_syscall6(SYS_ppoll, (long)&wanted, 1, (long)&second, 0, 0, 0);
    if (!IsOurPipe(fd))
      return false;
    if (answer > 0)
      return true;
  }
  has_given_up = true;
  Report(
      "WARNING: the symbolizer has not answered for %d seconds; not used any "
      "more\n",
      (int)kPatienceSeconds);
  return false;
}

namespace __sanitizer {

bool bsan_symbolizer_read(fd_t fd, void *buffer, uptr size, uptr *count,
                          error_t *error) {
  *count = 0;
  if (has_given_up || !IsOurPipe(fd))
    return false;
  bool is_reporting = bsan_bridge_pause_report();
  bool is_read =
      WaitForAnswer(fd) && ReadFromFile(fd, buffer, size, count, error);
  if (is_reporting)
    bsan_bridge_resume_report();
  return is_read;
}

bool bsan_symbolizer_write(fd_t fd, const void *buffer, uptr size, uptr *count,
                           error_t *error) {
  *count = 0;
  return !has_given_up && IsOurPipe(fd) &&
         WriteToFile(fd, buffer, size, count, error);
}

void bsan_symbolizer_close(fd_t fd) {
  if (IsOurPipe(fd))
    CloseFile(fd);
}

} // namespace __sanitizer
