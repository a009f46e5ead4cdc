//===-- bsan_platform_file.c - Linux: files that others could write -------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a folder that is everybody's a name may be anybody's: a link to a file
// that only we can read, or a pipe, whose opening waits.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/bsan_platform.h"
#include "platform/bsan_syscall.h"

bool bsan_platform_open_own(const char *path, struct bsan_file *file) {
  struct stat st;
  long fd = bsan_syscall4(SYS_openat, AT_FDCWD, (long)path,
                          O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
  if (fd < 0)
    return false;
  *file = (struct bsan_file){.fd = (int)fd};
  if (bsan_syscall4(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH) <
          0 ||
      !S_ISREG(st.st_mode) ||
      st.st_uid != (uid_t)bsan_syscall3(SYS_geteuid, 0, 0, 0)) {
    bsan_platform_close(file);
    return false;
  }
  file->device = st.st_dev;
  file->inode = st.st_ino;
  file->size = (uint64_t)st.st_size;
  return true;
}

long bsan_platform_read_at(const struct bsan_file *file, char *data,
                           size_t size, uint64_t offset) {
  return bsan_syscall4(SYS_pread64, file->fd, (long)data, (long)size,
                       (long)offset);
}

void bsan_platform_close(struct bsan_file *file) {
  bsan_syscall3(SYS_close, file->fd, 0, 0);
  file->fd = -1;
}
