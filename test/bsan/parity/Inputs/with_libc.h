//===-- with_libc.h - What the rows of libc call with -------------*- C -*-===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every object is there twice: as it blocks, and as the predicate of the rule
// lets it through.  What blocks is never waited for: the report ends the child
// that makes the call.
//
//===----------------------------------------------------------------------===//

#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <threads.h>
#include <time.h>

enum { SIZE = 8 };

static char data[64], path[4096];
// Not constants, so that FORTIFY's forms are called.
static volatile size_t size = SIZE, size_of_path = sizeof(path), nothing;
static const char *volatile text = "text", *volatile no_text = "";
static struct iovec vector = {data, SIZE};
static struct mmsghdr messages[1] = {
    {.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}}};

static const struct timespec moment = {0, 1000}, past = {1, 0};
static struct timespec later;

//--- Files -----------------------------------------------------------------//

static int file, other, open_folder, other_pipe[2];
static struct stat status, other_status;
static struct statx extended;
static struct statfs fs;
static struct statvfs vfs;
static DIR *entries;
static struct dirent entry, *next_entry, **entry_list;
static glob_t names;
static FTS *tree;

static int visit(const char *name, const struct stat *st, int type) {
  (void)name, (void)st, (void)type;
  return 0;
}

static int visit_deep(const char *name, const struct stat *st, int type,
                      struct FTW *walk) {
  (void)name, (void)st, (void)type, (void)walk;
  return 0;
}

static int make_file(const char *name) {
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  check(write(fd, "some text", 9) == 9 && lseek(fd, 0, SEEK_SET) == 0, name);
  return fd;
}

static void make_files(void) {
  static char root[] = ".", *const roots[] = {root, NULL};
  file = make_file("file");
  other = make_file("other");
  check(mkdir("folder", 0700) == 0, "mkdir");
  check(symlink("file", "symlink") == 0, "symlink");
  open_folder = open("folder", O_RDONLY | O_DIRECTORY);
  entries = opendir("folder");
  tree = fts_open(roots, FTS_PHYSICAL, NULL);
  check(open_folder >= 0 && entries && tree, "folder");
}

//--- Streams ---------------------------------------------------------------//

static FILE *reader, *writer, *random_access, *memory, *terminal;
static char *line;
static size_t size_of_line;

static int scan_list(FILE *stream, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int count = vfscanf(stream, format, list);
  va_end(list);
  return count;
}

static int print_list(FILE *stream, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int count = vfprintf(stream, format, list);
  va_end(list);
  return count;
}

static FILE *open_terminal(void) {
  int manager = posix_openpt(O_RDWR | O_NOCTTY);
  check(manager >= 0 && grantpt(manager) == 0 && unlockpt(manager) == 0,
        "posix_openpt");
  return fdopen(open(ptsname(manager), O_RDWR | O_NOCTTY), "r+");
}

static void make_streams(void) {
  static char contents[64] = "some text in memory\n";
  reader = fopen("file", "r");
  writer = fopen("other", "w");
  random_access = fopen("file", "r+");
  memory = fmemopen(contents, sizeof(contents), "r+");
  terminal = open_terminal();
  check(reader && writer && random_access && memory && terminal, "a stream");
}

//--- Pipes and sockets -----------------------------------------------------//

// The same descriptors with and without O_NONBLOCK.
static struct descriptors {
  int pipe[2], socket, datagram, client, listener;
} blocking, nonblocking;

static struct sockaddr_in address_of_listener, sender_of_datagram;
static struct sockaddr *const address = (struct sockaddr *)&address_of_listener;
static struct sockaddr *const sender = (struct sockaddr *)&sender_of_datagram;
static const socklen_t size_of_address = sizeof(address_of_listener);
static socklen_t size_of_sender = sizeof(sender_of_datagram);

static int send_all(int fd) {
  ssize_t count, sent = 0;
  while (sent < SIZE && (count = send(fd, data + sent, SIZE - sent, 0)) > 0)
    sent += count;
  return sent == SIZE;
}

static void make_descriptors(struct descriptors *fds, int flag) {
  struct sockaddr_in any = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int pair[2];
  check(pipe2(fds->pipe, flag) == 0, "pipe2");
  check(socketpair(AF_UNIX, SOCK_STREAM | flag, 0, pair) == 0, "socketpair");
  fds->socket = pair[0];
  fds->datagram = socket(AF_INET, SOCK_DGRAM | flag, 0);
  fds->client = socket(AF_INET, SOCK_STREAM | flag, 0);
  fds->listener = socket(AF_INET, SOCK_STREAM | flag, 0);
  check(bind(fds->listener, (struct sockaddr *)&any, sizeof(any)) == 0 &&
            listen(fds->listener, 1) == 0,
        "listen");
}

static void make_sockets(void) {
  socklen_t length = sizeof(address_of_listener);
  make_descriptors(&blocking, 0);
  make_descriptors(&nonblocking, O_NONBLOCK);
  check(getsockname(blocking.listener, address, &length) == 0, "getsockname");
  check(pipe(other_pipe) == 0, "pipe");
}

//--- Locks, held by this thread or by one that is gone ----------------------//

static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t free_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t held_rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t read_rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t held_spinlock, free_spinlock;
static sem_t held_semaphore, free_semaphore;
static mtx_t held_mtx, free_mtx;

// Of a writer's own lock libc says that it would be a deadlock.
static void *hold_rwlock(void *unused) {
  (void)unused;
  pthread_rwlock_wrlock(&held_rwlock);
  return NULL;
}

static void make_locks(void) {
  pthread_t writer_thread;
  clock_gettime(CLOCK_REALTIME, &later);
  later.tv_sec += 60;
  pthread_spin_init(&held_spinlock, PTHREAD_PROCESS_PRIVATE);
  pthread_spin_init(&free_spinlock, PTHREAD_PROCESS_PRIVATE);
  sem_init(&held_semaphore, 0, 0);
  sem_init(&free_semaphore, 0, 1);
  mtx_init(&held_mtx, mtx_timed);
  mtx_init(&free_mtx, mtx_timed);
  pthread_mutex_lock(&held_mutex);
  check(pthread_create(&writer_thread, NULL, hold_rwlock, NULL) == 0 &&
            pthread_join(writer_thread, NULL) == 0,
        "a thread");
  pthread_rwlock_rdlock(&read_rwlock);
  pthread_spin_lock(&held_spinlock);
  mtx_lock(&held_mtx);
}

static void set_up_libc(void) {
  make_files();
  make_streams();
  make_sockets();
  make_locks();
  // Nobody writes into it.
  check(dup2(blocking.pipe[0], STDIN_FILENO) == STDIN_FILENO, "dup2");
}
