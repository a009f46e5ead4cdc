// Intent: a system call that the program makes by its number is looked at as
// the function that makes it: reported when it may block, not when it cannot, with
// the same result and errno.

// RUN: %bsan_cc -Wno-unused-result %s -o %t
// RUN: %python %S/Inputs/check_cases.py %source_dir/lib/bsan/intercept/bsan_syscalls.inc %t.dir %run %t

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/openat2.h>
#include <mqueue.h>
#include <poll.h>
#include <sanitizer/bsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

//--- What the calls work on ------------------------------------------------//

static char data[256] = "some data";
static int file, dir, null, other_file;
static int full[2], empty[2], quiet[2];      // Pipes; the last is nonblocking.
static int pair[2], calm[2];                 // Sockets; likewise.
static int listener, calm_listener, client;
static int poller, queue, calm_queue, messages, semaphores;
static void *map;
static uint32_t word = 1;
// Of no bytes, which is none.
static struct {
  unsigned bytes;
  int type;
} no_handle;
static struct timespec none, moment = {0, 1000};
static struct timeval none_tv, moment_tv = {0, 1};
static struct iovec part = {data, 4};
static struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
static struct mmsghdr messages_many = {{.msg_iov = &part, .msg_iovlen = 1}, 0};
static struct epoll_event events[4];
static struct stat st;
static struct statx stx;
static struct statfs fs;
static sigset_t signals;
static struct sockaddr_un address = {AF_UNIX, "socket"};
static struct sembuf take = {0, -1, 0}, try = {0, -1, IPC_NOWAIT};
static struct {
  long type;
  char text[8];
} parcel = {1, "parcel"};
static struct pollfd polled;
static fd_set set;

#define ADDRESS (void *)&address, sizeof(address)
#define PROC "/proc/self/none"

static void ignore(int number) { (void)number; }

static int listen_at(const char *name, int flags) {
  int fd = socket(AF_UNIX, SOCK_STREAM | flags, 0);
  strcpy(address.sun_path, name);
  bind(fd, ADDRESS);
  listen(fd, 4);
  return fd;
}

static void make_ipc(void) {
  messages = msgget(IPC_PRIVATE, 0600);
  msgsnd(messages, &parcel, 8, 0);
  semaphores = semget(IPC_PRIVATE, 1, 0600);
  semctl(semaphores, 0, SETVAL, 0);
  struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 8};
  queue = mq_open("/bsan-syscalls", O_CREAT | O_RDWR, 0600, &attributes);
  calm_queue = mq_open("/bsan-syscalls", O_RDWR | O_NONBLOCK);
  mq_unlink("/bsan-syscalls");
  mq_send(queue, "one", 3, 1);
}

static void drop_ipc(void) {
  msgctl(messages, IPC_RMID, NULL);
  semctl(semaphores, 0, IPC_RMID);
}

static void make_sockets(void) {
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, calm);
  send(pair[1], data, 64, 0);
  unlink("calm");
  unlink("socket");
  calm_listener = listen_at("calm", SOCK_NONBLOCK);
  listener = listen_at("socket", 0);
  connect(socket(AF_UNIX, SOCK_STREAM, 0), ADDRESS);
  client = socket(AF_UNIX, SOCK_STREAM, 0);
}

static void set_up(void) {
  struct sigaction action = {.sa_handler = ignore};
  sigaction(SIGALRM, &action, NULL);
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  unlink("new");
  rmdir("new");
  mkdir("old", 0700);
  file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(file, data, 64);
  lseek(file, 0, SEEK_SET);
  other_file = open("other", O_RDWR | O_CREAT, 0600);
  dir = open(".", O_RDONLY | O_DIRECTORY);
  null = open("/dev/null", O_RDWR);
  pipe(full);
  write(full[1], data, 64);
  pipe(empty);
  pipe2(quiet, O_NONBLOCK);
  make_sockets();
  make_ipc();
  poller = epoll_create1(0);
  map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  polled = (struct pollfd){empty[0], POLLIN, 0};
  FD_ZERO(&set);
}

// Made only for the calls that take it: the end of a process that has one waits
// for the kernel.
static long aio(void) {
  aio_context_t context = 0;
  syscall(SYS_io_setup, 4, &context);
  return (long)context;
}

// Ends calls that wait for ever.
static long interrupted(void) {
  struct itimerval soon = {{0, 20000}, {0, 20000}};
  return setitimer(ITIMER_REAL, &soon, NULL);
}

// A child that ends soon, or has.
static pid_t child(int is_over) {
  pid_t pid = fork();
  if (pid == 0) {
    if (!is_over)
      usleep(20000);
    _exit(3);
  }
  if (is_over)
    waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
  return pid;
}

//--- The cases -------------------------------------------------------------//

struct test {
  const char *label, *name;
  long (*fires)(void), (*silent)(void);
};

static int is_inside;

// Enters the loop just before the call: what is prepared is in the arguments.
static long call(long number, long a, long b, long c, long d, long e, long f) {
  if (is_inside)
    __bsan_enter_loop();
  errno = 0;
  long result = syscall(number, a, b, c, d, e, f);
  int error = errno;
  if (is_inside)
    __bsan_leave_loop();
  errno = error;
  return result;
}

#define ARGS_(number, a, b, c, d, e, f, ...)                                   \
  call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define ARGS(number, ...) ARGS_(number, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define UNWRAP(...) __VA_ARGS__
#define CASE(id, number, name, fires, silent)                                  \
  static long fires_##id(void) { return ARGS(SYS_##number, UNWRAP fires); }    \
  static long silent_##id(void) { return ARGS(SYS_##number, UNWRAP silent); }  \
  static const struct test test_##id = {#number "." #id, #name, fires_##id,    \
                                        silent_##id};                          \
  static const struct test *const row_##id                                     \
      __attribute__((used, section("cases"))) = &test_##id;
#define SAME(name, fires, silent) CASE(name, name, name, fires, silent)
#define NAMED(number, name, fires, silent)                                     \
  CASE(number, number, name, fires, silent)
// Nothing of it can be known not to block: the silent call is another one.
#define ALWAYS(number, name, fires)                                            \
  static long fires_##number(void) {                                           \
    return ARGS(SYS_##number, UNWRAP fires);                                   \
  }                                                                            \
  static long silent_##number(void) { return ARGS(SYS_getppid, 0) > 0; }       \
  static const struct test test_##number = {#number "." #number, #name,        \
                                            fires_##number, silent_##number};  \
  static const struct test *const row_##number                                 \
      __attribute__((used, section("cases"))) = &test_##number;

// clang-format off
SAME(nanosleep, (&moment, 0), (&none, 0))
SAME(clock_nanosleep, (CLOCK_MONOTONIC, 0, &moment), (CLOCK_MONOTONIC, TIMER_ABSTIME, &moment))
SAME(open, ("file", O_RDONLY), ("/dev/null", O_RDONLY))
SAME(creat, ("new", 0600), (PROC, 0600))
SAME(stat, ("file", &st), (PROC, &st))
SAME(lstat, ("file", &st), (PROC, &st))
SAME(access, ("file", R_OK), (PROC, R_OK))
SAME(rename, ("file", "new"), ("file", PROC))
SAME(unlink, ("file"), (PROC))
SAME(mkdir, ("new", 0700), (PROC, 0700))
SAME(rmdir, ("old"), (PROC))
SAME(link, ("file", "new"), ("file", PROC))
SAME(symlink, ("file", "new"), ("file", PROC))
SAME(readlink, ("file", data, 64), (PROC, data, 64))
SAME(chmod, ("file", 0600), (PROC, 0600))
SAME(chown, ("file", -1, -1), (PROC, -1, -1))
SAME(lchown, ("file", -1, -1), (PROC, -1, -1))
SAME(mknod, ("new", S_IFIFO | 0600, 0), (PROC, S_IFIFO | 0600, 0))
SAME(utime, ("file", 0), (PROC, 0))
SAME(utimes, ("file", 0), (PROC, 0))
SAME(futimesat, (dir, "file", 0), (dir, PROC, 0))
ALWAYS(pause, pause, (interrupted()))
SAME(openat, (AT_FDCWD, "file", O_RDONLY), (AT_FDCWD, "/dev/null", O_RDONLY))
NAMED(openat2, openat, (dir, "file", &(struct open_how){.flags = O_RDONLY}, sizeof(struct open_how)), (dir, PROC, &(struct open_how){.flags = O_RDONLY}, sizeof(struct open_how)))
SAME(open_by_handle_at, (file, &no_handle, O_RDONLY), (-1, &no_handle, O_RDONLY))
CASE(handle_path, open_by_handle_at, open_by_handle_at, (AT_FDCWD, &no_handle, O_RDONLY), (AT_FDCWD, &no_handle, O_PATH))
// Measured: so short a time is no finding.
ALWAYS(close, -, (other_file))
ALWAYS(mmap, -, (0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0))
ALWAYS(munmap, -, (map, 4096))
SAME(read, (full[0], data, 4), (quiet[0], data, 4))
CASE(read_file, read, read, (file, data, 4), (null, data, 4))
CASE(read_closed, read, read, (pair[0], data, 4), (-1, data, 4))
SAME(write, (file, data, 4), (quiet[1], data, 4))
SAME(readv, (full[0], &part, 1), (calm[0], &part, 1))
SAME(writev, (file, &part, 1), (null, &part, 1))
NAMED(pread64, pread, (file, data, 4, 0), (null, data, 4, 0))
NAMED(pwrite64, pwrite, (file, data, 4, 0), (null, data, 4, 0))
SAME(preadv, (file, &part, 1, 0), (null, &part, 1, 0))
SAME(pwritev, (file, &part, 1, 0), (null, &part, 1, 0))
SAME(preadv2, (file, &part, 1, 0, 0, 0), (file, &part, 1, 0, 0, RWF_NOWAIT))
SAME(pwritev2, (file, &part, 1, 0, 0, 0), (null, &part, 1, 0, 0, 0))
SAME(sendfile, (other_file, file, 0, 4), (calm[0], null, 0, 4))
SAME(splice, (full[0], 0, other_file, 0, 4, 0), (quiet[0], 0, null, 0, 4, 0))
SAME(tee, (full[0], empty[1], 4, 0), (quiet[0], quiet[1], 4, 0))
SAME(vmsplice, (full[1], &part, 1, 0), (quiet[1], &part, 1, 0))
SAME(copy_file_range, (file, 0, other_file, 0, 4, 0), (-1, 0, -1, 0, 4, 0))
SAME(truncate, ("file", 3), (PROC, 3))
SAME(ftruncate, (file, 3), (quiet[0], 3))
SAME(fallocate, (file, 0, 0, 64), (quiet[0], 0, 0, 64))
SAME(getdents64, (dir, data, 200), (null, data, 200))
SAME(fsync, (file), (null))
SAME(fdatasync, (file), (-1))
ALWAYS(sync, sync, (0))
SAME(syncfs, (file), (-1))
SAME(sync_file_range, (file, 0, 4, 2), (null, 0, 4, 2))
SAME(msync, (map, 4096, MS_SYNC), (map, 4096, MS_ASYNC))
NAMED(newfstatat, fstatat, (AT_FDCWD, "file", &st, 0), (AT_FDCWD, PROC, &st, 0))
SAME(fstat, (file, &st), (null, &st))
SAME(statx, (AT_FDCWD, "file", 0, STATX_ALL, &stx), (AT_FDCWD, PROC, 0, STATX_ALL, &stx))
SAME(statfs, ("file", &fs), (PROC, &fs))
SAME(fstatfs, (file, &fs), (null, &fs))
SAME(faccessat, (AT_FDCWD, "file", R_OK), (AT_FDCWD, PROC, R_OK))
NAMED(faccessat2, faccessat, (AT_FDCWD, "file", R_OK, 0), (AT_FDCWD, PROC, R_OK, 0))
SAME(renameat, (dir, "file", dir, "new"), (dir, "file", dir, PROC))
SAME(renameat2, (dir, "file", dir, "new", 0), (dir, "file", dir, PROC, 0))
SAME(unlinkat, (dir, "file", 0), (dir, PROC, 0))
SAME(mkdirat, (dir, "new", 0700), (dir, PROC, 0700))
SAME(linkat, (dir, "file", dir, "new", 0), (dir, "file", dir, PROC, 0))
SAME(symlinkat, ("file", dir, "new"), ("file", dir, PROC))
SAME(readlinkat, (dir, "file", data, 64), (dir, PROC, data, 64))
SAME(fchmod, (file, 0600), (quiet[0], 0600))
SAME(fchmodat, (dir, "file", 0600), (dir, PROC, 0600))
SAME(fchown, (file, -1, -1), (quiet[0], -1, -1))
SAME(fchownat, (dir, "file", -1, -1, 0), (dir, PROC, -1, -1, 0))
SAME(mknodat, (dir, "new", S_IFIFO | 0600, 0), (dir, PROC, S_IFIFO | 0600, 0))
SAME(getxattr, ("file", "user.a", data, 8), (PROC, "user.a", data, 8))
SAME(lgetxattr, ("file", "user.a", data, 8), (PROC, "user.a", data, 8))
SAME(fgetxattr, (file, "user.a", data, 8), (quiet[0], "user.a", data, 8))
SAME(setxattr, ("file", "user.a", data, 4, 0), (PROC, "user.a", data, 4, 0))
SAME(lsetxattr, ("file", "user.a", data, 4, 0), (PROC, "user.a", data, 4, 0))
SAME(fsetxattr, (file, "user.a", data, 4, 0), (quiet[0], "user.a", data, 4, 0))
SAME(listxattr, ("file", data, 8), (PROC, data, 8))
SAME(llistxattr, ("file", data, 8), (PROC, data, 8))
SAME(flistxattr, (file, data, 8), (quiet[0], data, 8))
SAME(removexattr, ("file", "user.a"), (PROC, "user.a"))
SAME(lremovexattr, ("file", "user.a"), (PROC, "user.a"))
SAME(fremovexattr, (file, "user.a"), (quiet[0], "user.a"))
SAME(inotify_add_watch, (-1, "file", 1), (-1, PROC, 1))
ALWAYS(mount, mount, ("none", "none", 0, 0, 0))
ALWAYS(umount2, umount2, ("none", 0))
ALWAYS(pivot_root, pivot_root, ("none", "none"))
ALWAYS(swapon, swapon, ("none", 0))
SAME(utimensat, (dir, "file", 0, 0), (dir, PROC, 0, 0))
SAME(chdir, ("old"), (PROC))
SAME(fchdir, (dir), (null))
ALWAYS(getcwd, getcwd, (data, 1))
SAME(connect, (client, ADDRESS), (calm[0], ADDRESS))
SAME(accept, (listener, 0, 0), (calm_listener, 0, 0))
SAME(accept4, (listener, 0, 0, SOCK_CLOEXEC), (calm_listener, 0, 0, 0))
SAME(sendto, (pair[0], data, 4, 0, 0, 0), (pair[0], data, 4, MSG_DONTWAIT, 0, 0))
SAME(sendmsg, (pair[0], &message, 0), (pair[0], &message, MSG_DONTWAIT))
SAME(sendmmsg, (pair[0], &messages_many, 1, 0), (pair[0], &messages_many, 1, MSG_DONTWAIT))
SAME(recvfrom, (pair[0], data, 4, 0, 0, 0), (calm[0], data, 4, 0, 0, 0))
SAME(recvmsg, (pair[0], &message, 0), (pair[0], &message, MSG_DONTWAIT))
SAME(recvmmsg, (pair[0], &messages_many, 1, 0, 0), (pair[0], &messages_many, 1, MSG_DONTWAIT, 0))
SAME(futex, (&word, FUTEX_WAIT, 1, &moment), (&word, FUTEX_WAIT, 2, &moment))
CASE(futex_wake, futex, futex, (&word, FUTEX_WAIT_PRIVATE, 1, &moment), (&word, FUTEX_WAKE, 1))
CASE(futex_bitset, futex, futex, (&word, FUTEX_WAIT_BITSET, 1, &moment, 0, -1), (&word, FUTEX_WAIT_BITSET, 2, &moment, 0, -1))
CASE(futex_no_time, futex, futex, (&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, &moment, 0, -1), (&word, FUTEX_WAIT, 1, &none))
CASE(futex_fault, futex, futex, (&word, FUTEX_WAIT, 1, &moment), (8, FUTEX_WAIT, 1, 0))
CASE(futex_pi, futex, futex, (&word, FUTEX_LOCK_PI, 0, &moment), (&(uint32_t){0}, FUTEX_LOCK_PI, 0, 0))
SAME(flock, (file, LOCK_SH), (file, LOCK_SH | LOCK_NB))
SAME(fcntl, (file, F_SETLKW, &(struct flock){.l_type = F_RDLCK}), (file, F_GETFL))
SAME(wait4, (child(0), 0, 0, 0), (child(1), 0, 0, 0))
SAME(waitid, (P_PID, child(0), 0, WEXITED, 0), (P_PID, child(0), 0, WEXITED | WNOHANG, 0))
SAME(msgsnd, (messages, &parcel, 8, 0), (messages, &parcel, 8, IPC_NOWAIT))
SAME(msgrcv, (messages, &parcel, 8, 0, 0), (messages, &parcel, 8, 0, IPC_NOWAIT))
SAME(semop, ((interrupted(), semaphores), &take, 1), (semaphores, &try, 1))
SAME(semtimedop, (semaphores, &take, 1, &moment), (semaphores, &try, 1, &moment))
ALWAYS(mq_open, -, ("bsan-none", O_RDONLY, 0, 0))
SAME(mq_timedsend, (queue, data, 4, 1, 0), (calm_queue, data, 4, 1, 0))
CASE(mq_closed, mq_timedsend, mq_timedsend, (queue, data, 4, 1, 0), (-1, data, 4, 1, 0))
SAME(mq_timedreceive, (queue, data, 8, 0, 0), (calm_queue, data, 8, 0, 0))
NAMED(rt_sigtimedwait, sigtimedwait, (&signals, 0, &moment, 8), (&signals, 0, &none, 8))
ALWAYS(rt_sigsuspend, sigsuspend, (&(sigset_t){{interrupted()}}, 8))
// Measured: so short a wait is no finding.
ALWAYS(getrandom, -, (data, 4, GRND_RANDOM))
SAME(epoll_wait, (poller, events, 4, 1), (poller, events, 4, 0))
SAME(poll, (&polled, 1, 1), (&polled, 1, 0))
SAME(select, (1, 0, 0, 0, &moment_tv), (1, 0, 0, 0, &none_tv))
SAME(epoll_pwait, (poller, events, 4, 1, 0, 8), (poller, events, 4, 0, 0, 8))
SAME(epoll_pwait2, (poller, events, 4, &moment, 0, 8), (poller, events, 4, &none, 0, 8))
SAME(ppoll, (&polled, 1, &moment, 0, 8), (&polled, 1, &none, 0, 8))
NAMED(pselect6, pselect, (1, 0, 0, 0, &moment, 0), (1, 0, 0, 0, &none, 0))
SAME(io_getevents, (aio(), 1, 1, data, &moment), (aio(), 0, 1, data, &none))
NAMED(io_pgetevents, io_getevents, (aio(), 1, 1, data, &moment, 0), (aio(), 0, 1, data, &none, 0))
SAME(io_uring_enter, (-1, 0, 1, 1, 0, 8), (-1, 0, 0, 0, 0, 8))
// clang-format on

extern const struct test *const __start_cases[], *const __stop_cases[];

static void run(const struct test *test, long (*call)(void)) {
  printf("case %s %s\n", test->label, test->name);
  pid_t pid = fork();
  if (pid == 0) {
    set_up();
    long result = call();
    int error = errno;
    printf("returned %s %d\n", result < 0 ? "-1" : result ? "more" : "0",
           error);
    drop_ipc();
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (status)
    printf("returned not: status %x\n", (unsigned)status);
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  setvbuf(stdout, NULL, _IONBF, 0);
  is_inside = strstr(mode, "-inside") != NULL;
  int is_silent = strncmp(mode, "silent", 6) == 0;
  for (const struct test *const *row = __start_cases; row < __stop_cases; row++)
    run(*row, is_silent ? (*row)->silent : (*row)->fires);
  puts("done");
  return 0;
}
