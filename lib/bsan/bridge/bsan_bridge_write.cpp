//===-- bsan_bridge_write.cpp - Writing to the report file ----------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The report file's descriptor is one among the program's, which may close it
// and open something else under its number.
//
// Context: any but a signal handler.
//
//===----------------------------------------------------------------------===//

#include "bridge/bsan_bridge_write.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>

#include "bridge/bsan_bridge.h"
#include "platform/bsan_syscall.h"
#include "sanitizer_common/sanitizer_allocator_internal.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_interface_internal.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_posix.h"

using namespace __sanitizer;

namespace __sanitizer {
// Declared in no header (sanitizer_printf.cpp).
int VSNPrintf(char *buffer, int size, const char *format, va_list args);
// What sanitizer_printf.cpp calls in place of RawWrite().
void bsan_write_printed(const char *text);
} // namespace __sanitizer

// So the log is kept at a high number and known by what it is; when it is lost
// it is opened again, at its end.
static struct { uptr device, inode, process; } log_file;

static bool IsLogFile(fd_t fd) {
  struct stat now;
  return internal_fstat(fd, &now) == 0 && now.st_dev == log_file.device &&
         now.st_ino == log_file.inode;
}

static void RememberLogFile() {
  enum { kHighFd = 512 };
  fd_t high =
      bsan_syscall3(SYS_fcntl, report_file.fd, F_DUPFD_CLOEXEC, kHighFd);
  if (high >= 0) {
    internal_close(report_file.fd);
    report_file.fd = high;
  }
  struct stat now = {};
  internal_fstat(report_file.fd, &now);
  log_file = {now.st_dev, now.st_ino, report_file.fd_pid};
}

// sanitizer_common ends the program when it cannot open the log (an unwritable
// folder, a full disk, a program that gave up its privileges).  Tried first:
// then it is the error stream's turn, with one line.
static void CheckLogCanBeOpened() {
  static bool is_checking;
  bool is_stream = report_file.fd == kStderrFd || report_file.fd == kStdoutFd;
  if (is_checking || is_stream || report_file.fd_pid == internal_getpid())
    return;
  char path[kMaxPathLength];
  const char *program = GetProcessName();
  if (common_flags()->log_exe_name && program)
    internal_snprintf(path, sizeof(path), "%s.%s.%zu", report_file.path_prefix,
                      program, (uptr)internal_getpid());
  else
    internal_snprintf(path, sizeof(path), "%s.%zu", report_file.path_prefix,
                      (uptr)internal_getpid());
  long fd = bsan_syscall4(SYS_openat, AT_FDCWD, (long)path,
                          O_WRONLY | O_CREAT | O_CLOEXEC, 0660);
  if (fd >= 0) {
    internal_close(fd);
    return;
  }
  is_checking = true;
  __sanitizer_set_report_path("stderr");
  Printf("%s: WARNING: cannot open the log '%s' (error %d); reports go to the "
         "error stream\n",
         SanitizerToolName, path, (int)-fd);
  is_checking = false;
}

// Before anything is written: a log that is open must still be the log.
static void KeepLogFile() {
  SpinMutexLock lock(report_file.mu);
  if (!log_file.process || log_file.process != report_file.fd_pid ||
      log_file.process != internal_getpid() || IsLogFile(report_file.fd))
    return;
  fd_t fd = bsan_syscall4(SYS_openat, AT_FDCWD, (long)report_file.full_path,
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0660);
  if (fd < 0)
    fd = kStderrFd;
  report_file.fd = fd;
  RememberLogFile();
}

// After something was: sanitizer_common may have opened the log just now.
static void NoticeLogFile() {
  SpinMutexLock lock(report_file.mu);
  bool is_file = report_file.fd != kStderrFd && report_file.fd != kStdoutFd;
  if (is_file && report_file.fd_pid == internal_getpid() &&
      log_file.process != report_file.fd_pid)
    RememberLogFile();
}

//--- Copies ----------------------------------------------------------------//

static struct {
  char *text;
  uptr length, room;
  bool is_open;
} copy;

static void AddToCopy(const char *text, uptr length) {
  if (!copy.is_open || !bsan_bridge_owns_report())
    return;
  if (copy.length + length >= copy.room) {
    copy.room = 2 * (copy.length + length + 1);
    copy.text = static_cast<char *>(InternalRealloc(copy.text, copy.room));
  }
  internal_memcpy(copy.text + copy.length, text, length);
  copy.length += length;
  copy.text[copy.length] = 0;
}

void bsan_bridge_begin_copy() {
  copy.length = 0;
  copy.is_open = true;
  AddToCopy("", 0);
}

const char *bsan_bridge_end_copy() {
  copy.is_open = false;
  RemoveANSIEscapeSequencesFromString(copy.text);
  return copy.text;
}

//--- Text ------------------------------------------------------------------//

void bsan_bridge_write(const char *text) {
  AddToCopy(text, internal_strlen(text));
  CheckLogCanBeOpened();
  KeepLogFile();
  RawWrite(text);
  NoticeLogFile();
}

//--- Lines -----------------------------------------------------------------//

// sanitizer_common opens the log without O_APPEND.
static void OpenLogForAppending() {
  report_file.GetReportPath();
  NoticeLogFile();
  SpinMutexLock lock(report_file.mu);
  bool is_file = report_file.fd != kStderrFd && report_file.fd != kStdoutFd;
  static uptr appending_process;
  if (!is_file || appending_process == log_file.process)
    return;
  long flags = bsan_syscall3(SYS_fcntl, report_file.fd, F_GETFL, 0);
  bsan_syscall3(SYS_fcntl, report_file.fd, F_SETFL, flags | O_APPEND);
  appending_process = log_file.process;
}

// The stream may be a full pipe that the program set O_NONBLOCK on.  Its reader
// gets a second; a reader that is gone does not stop the program.
static bool WaitForRoom(fd_t fd) {
  struct pollfd room = {fd, POLLOUT, 0};
  struct timespec second = {1, 0};
  return bsan_syscall6(SYS_ppoll, (long)&room, 1, (long)&second, 0, 0, 0) > 0;
}

// Whether all of it was written.
static bool WriteAll(fd_t fd, const char *text, size_t length) {
  while (length) {
    long written = bsan_syscall3(SYS_write, fd, (long)text, (long)length);
    if (written == -EINTR || (written == -EAGAIN && WaitForRoom(fd)))
      continue;
    if (written <= 0)
      return false;
    text += written;
    length -= written;
  }
  return true;
}

void bsan_bridge_write_line(const char *line, size_t length) {
  static bool is_cut; // The last one: the next one begins a line all the same.
  AddToCopy(line, length);
  CheckLogCanBeOpened();
  KeepLogFile();
  OpenLogForAppending();
  SpinMutexLock lock(report_file.mu);
  if (is_cut)
    WriteAll(report_file.fd, "\n", 1);
  is_cut = !WriteAll(report_file.fd, line, length);
}

static size_t (*format_line)(const char *text, char *line, size_t size);

void bsan_bridge_set_line_format(size_t (*format)(const char *, char *,
                                                  size_t)) {
  format_line = format;
}

static void Print(const char *text) {
  if (!format_line) {
    bsan_bridge_write(text);
    return;
  }
  // At most six bytes for one, and what stands around them.
  InternalMmapVector<char> line(6 * internal_strlen(text) + 256);
  bsan_bridge_write_line(line.data(),
                         format_line(text, line.data(), line.size()));
}

// What sanitizer_common has to say by itself: the summary; what is wrong with
// an option or the symbolizer.  Whole lines.
void __sanitizer::bsan_write_printed(const char *text) { Print(text); }

void bsan_bridge_vprint(const char *format, va_list args) {
  char buffer[1024];
  va_list again;
  va_copy(again, args);
  uptr needed = VSNPrintf(buffer, sizeof(buffer), format, args);
  if (needed < sizeof(buffer)) {
    Print(buffer);
  } else {
    InternalMmapVector<char> large(needed + 1);
    VSNPrintf(large.data(), large.size(), format, again);
    Print(large.data());
  }
  va_end(again);
}
