//===-- bsan_platform_linux.c - Linux: threads, time, descriptors ---------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// System calls are made raw.  The exceptions are clock_gettime (the vDSO's, no
// kernel entry) and what ends the process.
//
// Context: any.
//
//===----------------------------------------------------------------------===//

#define BSAN_ALLOWS_LIBC
#include "platform/bsan_platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bsan_text.h"
#include "platform/bsan_syscall.h"

//--- Threads and time ------------------------------------------------------//

int bsan_platform_pid(void) { return (int)bsan_syscall3(SYS_getpid, 0, 0, 0); }

int bsan_platform_tid(void) { return (int)bsan_syscall3(SYS_gettid, 0, 0, 0); }

void bsan_platform_thread_name(char name[BSAN_NAME_SIZE]) {
  name[0] = 0;
  bsan_syscall3(SYS_prctl, PR_GET_NAME, (long)name, 0);
  name[BSAN_NAME_SIZE - 1] = 0;
}

uint64_t bsan_platform_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t bsan_platform_date_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

int64_t bsan_platform_until_ns(clockid_t clock, const struct timespec *time) {
  struct timespec now;
  if (bsan_syscall3(SYS_clock_gettime, clock, (long)&now, 0) < 0)
    return INT64_MAX;
  int64_t seconds;
  if (__builtin_sub_overflow(time->tv_sec, now.tv_sec, &seconds))
    return time->tv_sec < 0 ? 0 : INT64_MAX;
  if (seconds > INT32_MAX)
    return INT64_MAX;
  if (seconds < -1)
    return 0;
  int64_t left = seconds * 1000000000 + (time->tv_nsec - now.tv_nsec);
  return left > 0 ? left : 0;
}

uint32_t bsan_platform_switches(void) {
  struct rusage usage;
  if (bsan_syscall3(SYS_getrusage, RUSAGE_THREAD, (long)&usage, 0) < 0)
    return 0;
  return (uint32_t)usage.ru_nvcsw;
}

//--- Descriptors -----------------------------------------------------------//

// fstat(2) of a type that does not depend on libc's.
static int stat_fd(int fd, struct stat *st) {
  return (int)bsan_syscall4(SYS_newfstatat, fd, (long)"", (long)st,
                            AT_EMPTY_PATH);
}

static bool is_memory_filesystem(long magic) {
  return magic == PROC_SUPER_MAGIC || magic == SYSFS_MAGIC ||
         magic == CGROUP_SUPER_MAGIC || magic == CGROUP2_SUPER_MAGIC;
}

// Devices 1:3 null, 1:5 zero, 1:7 full, 1:8 random, 1:9 urandom
// (Documentation/admin-guide/devices.txt); since Linux 5.6 random blocks only
// until the pool is first ready.
static bool is_memory_device(dev_t device) {
  if (major(device) != 1)
    return false;
  unsigned number = minor(device);
  return number == 3 || number == 5 || number == 7 || number == 8 ||
         number == 9;
}

static bool is_terminal(dev_t device) {
  unsigned number = major(device);
  return number == 4 || number == 5 || (number >= 136 && number <= 143);
}

static enum bsan_fd_kind kind_of_file(int fd, enum bsan_fd_kind otherwise) {
  struct statfs fs;
  if (bsan_syscall3(SYS_fstatfs, fd, (long)&fs, 0) == 0 &&
      is_memory_filesystem((long)fs.f_type))
    return BSAN_FD_MEMORY;
  return otherwise;
}

static enum bsan_fd_kind kind_of_device(const struct stat *st) {
  if (is_memory_device(st->st_rdev))
    return BSAN_FD_MEMORY;
  return is_terminal(st->st_rdev) ? BSAN_FD_TERMINAL : BSAN_FD_DEVICE;
}

static enum bsan_fd_kind kind_of(int fd, const struct stat *st) {
  switch (st->st_mode & S_IFMT) {
  case S_IFREG:
    return kind_of_file(fd, BSAN_FD_FILE);
  case S_IFDIR:
    return kind_of_file(fd, BSAN_FD_DIRECTORY);
  case S_IFBLK:
    return BSAN_FD_BLOCK;
  case S_IFSOCK:
    return BSAN_FD_SOCKET;
  case S_IFIFO:
    return BSAN_FD_PIPE;
  case S_IFCHR:
    return kind_of_device(st);
  case 0: // Anonymous inodes have no type.
    return BSAN_FD_EVENT;
  default:
    return BSAN_FD_UNKNOWN;
  }
}

struct bsan_fd_facts bsan_platform_fd_facts(int fd) {
  struct bsan_fd_facts facts = {BSAN_FD_UNKNOWN, false};
  struct stat st;
  long flags = bsan_syscall3(SYS_fcntl, fd, F_GETFL, 0);
  if (flags < 0 || stat_fd(fd, &st) < 0)
    return facts;
  facts.nonblocking = flags & O_NONBLOCK;
  facts.kind = flags & O_PATH ? BSAN_FD_PATH : kind_of(fd, &st);
  return facts;
}

bool bsan_platform_fd_is_nonblocking(int fd) {
  long flags = bsan_syscall3(SYS_fcntl, fd, F_GETFL, 0);
  return flags >= 0 && (flags & O_NONBLOCK);
}

int bsan_platform_poll_now(struct pollfd *fds, size_t count) {
  struct timespec zero = {0, 0};
  return (int)bsan_syscall6(SYS_ppoll, (long)fds, (long)count, (long)&zero, 0,
                            0, 0);
}

int bsan_platform_select_now(int count, void *reads, void *writes,
                             void *exceptions) {
  struct timespec zero = {0, 0};
  return (int)bsan_syscall6(SYS_pselect6, count, (long)reads, (long)writes,
                            (long)exceptions, (long)&zero, 0);
}

bool bsan_platform_output_is_pending(int fd) {
  int bytes = 0;
  return bsan_syscall3(SYS_ioctl, fd, TIOCOUTQ, (long)&bytes) == 0 && bytes > 0;
}

enum { KERNEL_SIGNAL_SET = 8 }; // The kernel's sigset_t: one bit a signal.

bool bsan_platform_signal_is_pending(const sigset_t *set) {
  uint64_t wanted, pending;
  if (!bsan_platform_copy(set, &wanted, sizeof(wanted)) ||
      bsan_syscall3(SYS_rt_sigpending, (long)&pending, KERNEL_SIGNAL_SET, 0) <
          0)
    return false;
  return wanted & pending;
}

bool bsan_platform_random_is_ready(void) {
  char byte;
  return bsan_syscall3(SYS_getrandom, (long)&byte, 1, GRND_NONBLOCK) == 1;
}

int bsan_platform_semop_now(int set, struct sembuf *operations, size_t count) {
  for (size_t i = 0; i < count; i++)
    operations[i].sem_flg |= IPC_NOWAIT;
  return (int)bsan_syscall4(SYS_semtimedop, set, (long)operations, (long)count,
                            0);
}

bool bsan_platform_path_is_memory(int directory, const char *path) {
  // Most paths are settled by their first letters, without a system call.
  bool is_absolute = path && path[0] == '/';
  if (is_absolute)
    return bsan_text_starts_with(path, "/proc/") ||
           bsan_text_starts_with(path, "/sys/") ||
           bsan_text_equal(path, "/dev/null") ||
           bsan_text_equal(path, "/dev/zero") ||
           bsan_text_equal(path, "/dev/full") ||
           bsan_text_equal(path, "/dev/random") ||
           bsan_text_equal(path, "/dev/urandom");
  if (directory == AT_FDCWD)
    return false;
  return bsan_platform_fd_facts(directory).kind == BSAN_FD_MEMORY;
}

//--- Files -----------------------------------------------------------------//

int bsan_platform_create_file(const char *path) {
  long fd = bsan_syscall4(SYS_openat, AT_FDCWD, (long)path,
                          O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return (int)fd;
  bsan_syscall3(SYS_close, fd, 0, 0);
  return 0;
}

bool bsan_platform_file_exists(const char *path) {
  return bsan_syscall3(SYS_faccessat, AT_FDCWD, (long)path, F_OK) == 0;
}

int bsan_platform_remove_file(const char *path) {
  return (int)bsan_syscall3(SYS_unlinkat, AT_FDCWD, (long)path, 0);
}

//--- Libraries -------------------------------------------------------------//

// dlopen(RTLD_NOLOAD) would tell, but is wrapped, and counts references.
static int compare_library(struct dl_phdr_info *info, size_t size, void *arg) {
  const char *path = arg;
  const char *name = info->dlpi_name;
  (void)size;
  if (!name || !name[0])
    return 0;
  const char *slash = strrchr(name, '/');
  bool has_directory = strchr(path, '/') != NULL;
  return strcmp(has_directory || !slash ? name : slash + 1, path) == 0;
}

bool bsan_platform_library_is_loaded(const char *path) {
  return dl_iterate_phdr(compare_library, (void *)path) != 0;
}

struct module_search {
  uintptr_t address, low, high;
};

static int find_module(struct dl_phdr_info *info, size_t size, void *arg) {
  struct module_search *search = arg;
  uintptr_t low = UINTPTR_MAX, high = 0;
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr;
    if (part->p_type != PT_LOAD)
      continue;
    low = start < low ? start : low;
    high = start + part->p_memsz > high ? start + part->p_memsz : high;
  }
  search->low = low;
  search->high = high;
  return search->address >= low && search->address < high;
}

bool bsan_platform_module_range(uintptr_t address, uintptr_t *low,
                                uintptr_t *high) {
  struct module_search search = {address, 0, 0};
  bool found = dl_iterate_phdr(find_module, &search) != 0;
  *low = search.low;
  *high = search.high;
  return found;
}

// Weak: the runtime may be older or newer than the C library that it meets.
#if __GLIBC_PREREQ(2, 35)
extern __typeof__(_dl_find_object) _dl_find_object __attribute__((weak));
#endif

const char *bsan_platform_module(uintptr_t pc) {
#if __GLIBC_PREREQ(2, 35)
  struct dl_find_object found;
  if (_dl_find_object)
    return _dl_find_object((void *)pc, &found) == 0
               ? found.dlfo_link_map->l_name
               : NULL;
#endif
  Dl_info info;
  struct link_map *map;
  if (!dladdr1((void *)pc, &info, (void **)&map, RTLD_DL_LINKMAP))
    return NULL;
  return map->l_name;
}

//--- Memory ----------------------------------------------------------------//

enum { PAGE = 4096 }; // The smallest page of any Linux system.

// process_vm_readv stops at the first address that cannot be read instead of
// faulting.  Where it is not allowed (seccomp), only the pointers that no
// program has by design are refused.
static long copy_piece(const void *from, void *to, size_t size) {
  struct iovec local = {to, size}, remote = {(void *)from, size};
  long copied = bsan_syscall6(SYS_process_vm_readv, bsan_platform_pid(),
                              (long)&local, 1, (long)&remote, 1, 0);
  if (copied >= 0 || copied == -EFAULT)
    return copied;
  uintptr_t address = (uintptr_t)from;
  if (address < PAGE || address > UINTPTR_MAX / 2)
    return -EFAULT;
  memcpy(to, from, size);
  return (long)size;
}

bool bsan_platform_copy(const void *from, void *to, size_t size) {
  return copy_piece(from, to, size) == (long)size;
}

bool bsan_platform_copy_string(const char *from, char *to, size_t size) {
  size_t done = 0;
  to[0] = 0;
  while (done < size - 1) {
    // Up to the next page: the string may end just before an unmapped one.
    size_t piece = PAGE - ((uintptr_t)(from + done) & (PAGE - 1));
    if (piece > size - 1 - done)
      piece = size - 1 - done;
    if (copy_piece(from + done, to + done, piece) != (long)piece)
      break;
    char *end = memchr(to + done, 0, piece);
    if (end)
      return true;
    done += piece;
    to[done] = 0;
  }
  return done > 0;
}

size_t bsan_platform_page_size(void) {
  long size = sysconf(_SC_PAGESIZE);
  return size > 0 ? (size_t)size : PAGE;
}

int bsan_platform_protect(uintptr_t start, size_t size, bool writable) {
  int protection = PROT_READ | (writable ? PROT_WRITE : 0);
  return (int)bsan_syscall3(SYS_mprotect, (long)start, (long)size, protection);
}

//--- Process ---------------------------------------------------------------//

bool bsan_platform_child_is_running(int type, id_t id, int events) {
  siginfo_t info;
  info.si_pid = 0;
  long result = bsan_syscall6(SYS_waitid, type, id, (long)&info,
                              events | WNOHANG | WNOWAIT, 0, 0);
  return result == 0 && info.si_pid == 0;
}

void bsan_platform_exit_now(int code) {
  for (;;)
    bsan_syscall3(SYS_exit_group, code, 0, 0);
}
