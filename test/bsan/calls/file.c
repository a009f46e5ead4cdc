// Intent: reading and writing files is reported, whatever O_NONBLOCK says; the
// devices that are memory and bad descriptors are not.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rule.h"

extern int __close(int);
extern int __open(const char *, int, ...);
extern int __open64(const char *, int, ...);
extern int __open_2(const char *, int);
extern int __open64_2(const char *, int);
extern int __openat_2(int, const char *, int);
extern int __openat64_2(int, const char *, int);
extern ssize_t __read(int, void *, size_t);
extern ssize_t __read_chk(int, void *, size_t, size_t);
extern ssize_t __write(int, const void *, size_t);
extern ssize_t __pread64(int, void *, size_t, off64_t);
extern ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);
extern ssize_t __pwrite64(int, const void *, size_t, off64_t);

enum { SIZE = 8 };

static int lingering, peer;
static int file, copy, zero, null, socket_fd, no_fd = -1;
// Of no bytes, which is none.
static struct file_handle *const handle = (struct file_handle[1]){{0, 0}};
static int full_pipe[2], empty_pipe[2], other_pipe[2];
static off_t offset;
static off64_t offset64;
static const char text[] = "some text that is long enough";
static struct iovec in_parts = {rule_data, SIZE};
static struct iovec out_parts = {(void *)text, SIZE};
static char entries[4096], unseen[512];
// Not a constant, so that FORTIFY's forms are called.
static volatile size_t size = SIZE;

void rule_setup(void) {
  int pair[2];
  file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(file, text, sizeof(text));
  lseek(file, 0, SEEK_SET);
  copy = open("copy", O_RDWR | O_CREAT | O_TRUNC | O_NONBLOCK, 0600);
  zero = open("/dev/zero", O_RDWR);
  null = open("/dev/null", O_RDWR);
  pipe(full_pipe);
  write(full_pipe[1], text, SIZE);
  pipe2(empty_pipe, O_NONBLOCK);
  pipe2(other_pipe, O_NONBLOCK);
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
  socket_fd = pair[0];
  offset = 0;
  offset64 = 0;
}

void rule_teardown(void) {}

// Closing waits until the peer has read what was sent, for 30 seconds at most,
// and no longer than the peer is there.
static void connect_lingering(void) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  struct linger linger = {.l_onoff = 1, .l_linger = 30};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&address, length);
  listen(listener, 1);
  getsockname(listener, (struct sockaddr *)&address, &length);
  lingering = socket(AF_INET, SOCK_STREAM, 0);
  connect(lingering, (struct sockaddr *)&address, length);
  peer = accept(listener, NULL, NULL);
  close(listener);
  while (send(lingering, text, sizeof(text), MSG_DONTWAIT) > 0)
    ;
  setsockopt(lingering, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void close_peer(void) { close(peer); }

#define EMPTY "/proc/self/nothing"

RULE(open, open, file, open("file", O_RDONLY), open("/dev/null", O_RDONLY));
RULE(open64, open, file, open64("file", O_RDONLY), open64(EMPTY, O_RDONLY));
RULE(__open, open, file, __open("file", O_RDONLY), __open(EMPTY, O_RDONLY));
RULE(__open64, open, file, __open64("file", O_RDONLY),
     __open64("file", O_PATH));
RULE(__open_2, open, file, __open_2("file", O_RDONLY), __open_2("", O_RDONLY));
RULE(__open64_2, open, file, __open64_2("none", O_RDONLY),
     __open64_2("/proc/self/stat", O_RDONLY));
RULE_VARIANT(open_created, open, open, file, (),
             open("new", O_WRONLY | O_CREAT | O_EXCL, 0600), (),
             open((char *)1, O_RDONLY));
RULE(openat, openat, file, openat(AT_FDCWD, "file", O_RDONLY),
     openat(AT_FDCWD, "file", O_PATH));
RULE(openat64, openat, file, openat64(AT_FDCWD, "none", O_RDONLY),
     openat64(no_fd, "/proc/self/stat", O_RDONLY));
RULE_PREPARED(__openat_2, openat, file, (), __openat_2(AT_FDCWD, "file", 0),
              (int proc = open("/proc/self", O_RDONLY)),
              __openat_2(proc, "stat", O_RDONLY));
RULE(__openat64_2, openat, file, __openat64_2(AT_FDCWD, "file", O_RDONLY),
     __openat64_2(AT_FDCWD, EMPTY, O_RDONLY));
RULE(open_by_handle_at, open_by_handle_at, file,
     open_by_handle_at(file, handle, O_RDONLY),
     open_by_handle_at(no_fd, handle, O_RDONLY));
RULE_VARIANT(open_by_handle_here, open_by_handle_at, open_by_handle_at, file,
             (), open_by_handle_at(AT_FDCWD, handle, O_RDONLY), (),
             open_by_handle_at(AT_FDCWD, handle, O_PATH));
RULE(creat, creat, file, creat("new", 0600), creat("/dev/null", 0600));
RULE(creat64, creat, file, creat64("new", 0600), creat64(EMPTY, 0600));

RULE(read, read, file, read(file, rule_data, size),
     read(empty_pipe[0], rule_data, size));
RULE(__read, read, file, __read(file, rule_data, size),
     __read(zero, rule_data, size));
RULE(__read_chk, read, file,
     __read_chk(file, rule_data, size, sizeof(rule_data)),
     __read_chk(no_fd, rule_data, size, sizeof(rule_data)));
RULE_VARIANT(read_despite_nonblock, read, read, file, (),
             read(copy, rule_data, size), (), read(zero, rule_data, size));
RULE(write, write, file, write(file, text, size),
     write(empty_pipe[1], text, size));
RULE(__write, write, file, __write(file, text, size),
     __write(null, text, size));
RULE(readv, readv, file, readv(file, &in_parts, 1), readv(zero, &in_parts, 1));
RULE(writev, writev, file, writev(file, &out_parts, 1),
     writev(socket_fd, &out_parts, 1));
RULE(pread, pread, file, pread(file, rule_data, size, 2),
     pread(zero, rule_data, size, 2));
RULE(pread64, pread, file, pread64(file, rule_data, size, 2),
     pread64(no_fd, rule_data, size, 2));
RULE(__pread64, pread, file, __pread64(file, rule_data, size, 2),
     __pread64(zero, rule_data, size, 2));
RULE(__pread_chk, pread, file, __pread_chk(file, rule_data, size, 2, 64),
     __pread_chk(zero, rule_data, size, 2, 64));
RULE(__pread64_chk, pread, file, __pread64_chk(file, rule_data, size, 2, 64),
     __pread64_chk(empty_pipe[0], rule_data, size, 2, 64));
RULE(pwrite, pwrite, file, pwrite(file, text, size, 2),
     pwrite(null, text, size, 2));
RULE(pwrite64, pwrite, file, pwrite64(file, text, size, 2),
     pwrite64(no_fd, text, size, 2));
RULE(__pwrite64, pwrite, file, __pwrite64(file, text, size, 2),
     __pwrite64(null, text, size, 2));
RULE(preadv, preadv, file, preadv(file, &in_parts, 1, 2),
     preadv(zero, &in_parts, 1, 2));
RULE(preadv64, preadv, file, preadv64(file, &in_parts, 1, 2),
     preadv64(zero, &in_parts, 1, 2));
RULE(pwritev, pwritev, file, pwritev(file, &out_parts, 1, 2),
     pwritev(null, &out_parts, 1, 2));
RULE(pwritev64, pwritev, file, pwritev64(file, &out_parts, 1, 2),
     pwritev64(null, &out_parts, 1, 2));
RULE(preadv2, preadv2, file, preadv2(file, &in_parts, 1, 2, 0),
     preadv2(file, &in_parts, 1, 2, RWF_NOWAIT));
RULE(preadv64v2, preadv2, file, preadv64v2(file, &in_parts, 1, 2, 0),
     preadv64v2(zero, &in_parts, 1, 2, 0));
RULE(pwritev2, pwritev2, file, pwritev2(file, &out_parts, 1, 2, 0),
     pwritev2(null, &out_parts, 1, 2, 0));
RULE(pwritev64v2, pwritev2, file, pwritev64v2(file, &out_parts, 1, 2, 0),
     pwritev64v2(null, &out_parts, 1, 2, 0));

RULE(sendfile, sendfile, file, sendfile(copy, file, &offset, SIZE),
     sendfile(socket_fd, empty_pipe[0], NULL, SIZE));
RULE(sendfile64, sendfile, file, sendfile64(socket_fd, file, &offset64, SIZE),
     sendfile64(null, zero, NULL, SIZE));
RULE_VARIANT(sendfile_from_blocking, sendfile, sendfile, pipe, (),
             sendfile(null, full_pipe[0], NULL, SIZE), (),
             sendfile(no_fd, no_fd, NULL, SIZE));
RULE(splice, splice, file, splice(file, NULL, empty_pipe[1], NULL, SIZE, 0),
     splice(empty_pipe[0], NULL, other_pipe[1], NULL, SIZE, 0));
RULE(tee, tee, pipe, tee(full_pipe[0], empty_pipe[1], SIZE, 0),
     tee(empty_pipe[0], other_pipe[1], SIZE, 0));
RULE(vmsplice, vmsplice, pipe, vmsplice(full_pipe[1], &out_parts, 1, 0),
     vmsplice(empty_pipe[1], &out_parts, 1, 0));
RULE(copy_file_range, copy_file_range, file,
     copy_file_range(file, NULL, copy, NULL, SIZE, 0),
     copy_file_range(zero, NULL, null, NULL, SIZE, 0));

RULE(truncate, truncate, file, truncate("file", 4), truncate("/dev/null", 4));
RULE(truncate64, truncate, file, truncate64("none", 4), truncate64(EMPTY, 4));
RULE(ftruncate, ftruncate, file, ftruncate(file, 4),
     ftruncate(full_pipe[1], 4));
RULE(ftruncate64, ftruncate, file, ftruncate64(file, 4), ftruncate64(null, 4));
RULE(fallocate, fallocate, file, fallocate(file, 0, 0, 64),
     fallocate(full_pipe[1], 0, 0, 64));
RULE(fallocate64, fallocate, file, fallocate64(file, 0, 0, 64),
     fallocate64(no_fd, 0, 0, 64));
RULE(posix_fallocate, posix_fallocate, file, posix_fallocate(file, 0, 64),
     posix_fallocate(full_pipe[1], 0, 64));
RULE(posix_fallocate64, posix_fallocate, file, posix_fallocate64(file, 0, 64),
     posix_fallocate64(no_fd, 0, 64));

RULE_MEASURED(close, close, file,
              (connect_lingering(); rule_other(NULL, close_peer)),
              close(lingering), (), close(file));
RULE_MEASURED(__close, close, file,
              (connect_lingering(); rule_other(NULL, close_peer)),
              __close(lingering), (), __close(no_fd));
RULE_PREPARED(getdents64, getdents64, file,
              (int folder = open(".", O_RDONLY | O_DIRECTORY)),
              getdents64(folder, entries, sizeof(entries)) > 0,
              (int folder = open("/proc/self/fdinfo", O_RDONLY)),
              getdents64(folder, entries, sizeof(entries)) > 0);

#define MAP(flags) 0, SIZE, PROT_READ, flags, file, 0
RULE_QUIET(mmap, mmap, file, (),
           mmap(MAP(MAP_PRIVATE | MAP_POPULATE)) != MAP_FAILED, (),
           mmap(MAP(MAP_PRIVATE)) != MAP_FAILED);
RULE_QUIET(mmap64, mmap, file, (),
           mmap64(MAP(MAP_SHARED | MAP_POPULATE)) != MAP_FAILED, (),
           mmap64(MAP(0)) != MAP_FAILED);
RULE_QUIET(munmap, munmap, file, (void *at = mmap(MAP(MAP_SHARED))),
           munmap(at, SIZE), (), munmap((void *)1, SIZE));
RULE_QUIET(getrandom, getrandom, file, (), getrandom(unseen, SIZE, 0), (),
           getrandom(unseen, SIZE, GRND_NONBLOCK));
RULE_QUIET(getentropy, getentropy, file, (), getentropy(unseen, SIZE), (),
           getentropy(unseen, 257));
