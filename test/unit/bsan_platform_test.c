//===-- bsan_platform_test.c - Unit tests of platform/ --------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kernel is asked, and pointers and times that it refuses.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "bsan_unit.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "bsan_unit_fakes.h"
#include "platform/bsan_platform.h"

//===-- Threads and time --------------------------------------------------===//

static void *tell_identity(void *name) {
  pthread_setname_np(pthread_self(), "fifteen letters");
  bsan_platform_thread_name(name);
  return bsan_platform_tid() == gettid() && bsan_platform_pid() == getpid() &&
                 bsan_platform_tid() != bsan_platform_pid()
             ? name
             : NULL;
}

TEST threads_have_names_and_numbers(void) {
  char name[BSAN_NAME_SIZE];
  pthread_t thread;
  void *result = NULL;
  ASSERT_EQ(0, pthread_create(&thread, NULL, tell_identity, name));
  ASSERT_EQ(0, pthread_join(thread, &result));
  ASSERT_EQ(name, result);
  ASSERT_STR_EQ("fifteen letters", name);
  ASSERT_EQ(bsan_platform_pid(), bsan_platform_tid());
  PASS();
}

TEST now_is_the_monotonic_clock(void) {
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  uint64_t now = bsan_platform_now_ns();
  clock_gettime(CLOCK_MONOTONIC, &after);
  ASSERT(now >=
         (uint64_t)before.tv_sec * 1000000000 + (uint64_t)before.tv_nsec);
  ASSERT(now <= (uint64_t)after.tv_sec * 1000000000 + (uint64_t)after.tv_nsec);
  PASS();
}

static int64_t until(clockid_t clock, int64_t seconds, long ns) {
  struct timespec time = {seconds, ns};
  return bsan_platform_until_ns(clock, &time);
}

TEST the_time_left_is_counted_down(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t left = until(CLOCK_MONOTONIC, now.tv_sec + 2, now.tv_nsec);
  ASSERT(left > 1000000000 && left <= 2000000000);
  left = until(CLOCK_MONOTONIC, now.tv_sec + 100, 0);
  ASSERT(left > 98000000000 && left <= 100000000000);
  PASS();
}

TEST no_time_is_left_of_the_past(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  ASSERT_EQ(0, until(CLOCK_REALTIME, now.tv_sec, now.tv_nsec));
  ASSERT_EQ(0, until(CLOCK_REALTIME, now.tv_sec - 1, 999999999));
  ASSERT_EQ(0, until(CLOCK_REALTIME, 0, 0));
  ASSERT_EQ(0, until(CLOCK_REALTIME, -1, 0));
  ASSERT_EQ(0, until(CLOCK_REALTIME, INT64_MIN, 0));
  ASSERT_EQ(0, until(CLOCK_REALTIME, INT64_MIN, 999999999));
  PASS();
}

TEST far_times_do_not_overflow(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  ASSERT_EQ(INT64_MAX, until(CLOCK_MONOTONIC, INT64_MAX, 999999999));
  ASSERT_EQ(INT64_MAX, until(CLOCK_MONOTONIC, INT64_MAX / 1000000000, 0));
  ASSERT_EQ(INT64_MAX,
            until(CLOCK_MONOTONIC, now.tv_sec + INT32_MAX + 10LL, 0));
  int64_t left = until(CLOCK_MONOTONIC, now.tv_sec + INT32_MAX - 10LL, 0);
  ASSERT(left > (INT32_MAX - 20LL) * 1000000000 && left < INT64_MAX);
  PASS();
}

TEST an_unknown_clock_is_far_away(void) {
  ASSERT_EQ(INT64_MAX, until(999, 0, 0));
  PASS();
}

TEST sleeping_is_a_voluntary_switch(void) {
  uint32_t before = bsan_platform_switches();
  struct timespec time = {0, 1000000};
  ASSERT_EQ(0, nanosleep(&time, NULL));
  ASSERT(bsan_platform_switches() > before);
  PASS();
}

//===-- Kinds of descriptors ----------------------------------------------===//

static enum bsan_fd_kind kind_of(int fd) {
  enum bsan_fd_kind kind = bsan_platform_fd_facts(fd).kind;
  close(fd);
  return kind;
}

static enum bsan_fd_kind kind_at(const char *path, int flags) {
  return kind_of(open(path, flags));
}

TEST files_have_kinds(void) {
  ASSERT_EQ(BSAN_FD_FILE, kind_at("/etc/passwd", O_RDONLY));
  ASSERT_EQ(BSAN_FD_DIRECTORY, kind_at("/", O_RDONLY));
  ASSERT_EQ(BSAN_FD_PATH, kind_at("/", O_PATH));
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/proc", O_RDONLY));
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/proc/self/stat", O_RDONLY));
  ASSERT_EQ(BSAN_FD_FILE, kind_of(memfd_create("x", 0)));
  ASSERT_EQ(BSAN_FD_UNKNOWN, kind_of(-1));
  PASS();
}

TEST devices_have_kinds(void) {
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/dev/null", O_RDONLY));
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/dev/zero", O_RDONLY));
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/dev/full", O_RDONLY));
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/dev/urandom", O_RDONLY));
  ASSERT_EQ(BSAN_FD_MEMORY, kind_at("/dev/random", O_RDONLY));
  ASSERT_EQ(BSAN_FD_TERMINAL, kind_at("/dev/ptmx", O_RDWR | O_NOCTTY));
  PASS();
}

TEST the_other_end_of_a_terminal_is_one_too(void) {
  char name[64];
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT(master >= 0);
  ASSERT_EQ(0, ptsname_r(master, name, sizeof(name)));
  ASSERT_EQ(0, unlockpt(master));
  ASSERT_EQ(BSAN_FD_TERMINAL, kind_at(name, O_RDWR | O_NOCTTY));
  PASS();
}

TEST event_descriptors_have_one_kind(void) {
  sigset_t signals;
  sigemptyset(&signals);
  ASSERT_EQ(BSAN_FD_EVENT, kind_of(epoll_create1(0)));
  ASSERT_EQ(BSAN_FD_EVENT, kind_of(inotify_init1(0)));
  ASSERT_EQ(BSAN_FD_EVENT, kind_of(signalfd(-1, &signals, 0)));
  PASS();
}

TEST fifos_are_pipes(void) {
  char path[64];
  snprintf(path, sizeof(path), "/tmp/bsan-unit-%d", getpid());
  ASSERT_EQ(0, mkfifo(path, 0600));
  enum bsan_fd_kind kind = kind_at(path, O_RDONLY | O_NONBLOCK);
  unlink(path);
  ASSERT_EQ(BSAN_FD_PIPE, kind);
  PASS();
}

TEST modes_are_the_kernels(void) {
  int fd = epoll_create1(0);
  ASSERT_FALSE(bsan_platform_fd_facts(fd).nonblocking);
  ASSERT_FALSE(bsan_platform_fd_is_nonblocking(fd));
  ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
  ASSERT(bsan_platform_fd_facts(fd).nonblocking);
  ASSERT(bsan_platform_fd_is_nonblocking(fd));
  close(fd);
  ASSERT_FALSE(bsan_platform_fd_is_nonblocking(fd));
  PASS();
}

//===-- Memory ------------------------------------------------------------===//

// Two pages; what follows them is not mapped.
static size_t page;

static char *map_two_pages(void) {
  page = (size_t)sysconf(_SC_PAGESIZE);
  char *pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 2 * page, page);
  return pages;
}

static const void *const bad_pointers[] = {NULL, (void *)1, (void *)0x7ffffffff,
                                           (void *)UINTPTR_MAX,
                                           (void *)0xffff800000000000};
enum { BAD_COUNT = sizeof(bad_pointers) / sizeof(bad_pointers[0]) };

TEST what_can_be_read_is_copied(void) {
  char *pages = map_two_pages(), copy[64];
  static const char hello[] = {"hello world"};
  memcpy(pages + page - 5, hello, sizeof(hello));
  ASSERT(bsan_platform_copy(pages + page - 5, copy, 11));
  ASSERT_STRN_EQ("hello world", copy, 11);
  static const char last[4] = {'l', 'a', 's', 't'};
  memcpy(pages + 2 * page - sizeof(last), last, sizeof(last));
  ASSERT(bsan_platform_copy(pages + 2 * page - 4, copy, 4));
  ASSERT_STRN_EQ("last", copy, 4);
  PASS();
}

TEST what_cannot_be_read_whole_is_not_copied(void) {
  char *pages = map_two_pages(), copy[64];
  errno = 4711;
  ASSERT_FALSE(bsan_platform_copy(pages + 2 * page - 4, copy, 5));
  ASSERT_FALSE(bsan_platform_copy(pages + 2 * page, copy, 1));
  for (int i = 0; i < BAD_COUNT; i++)
    ASSERT_FALSE(bsan_platform_copy(bad_pointers[i], copy, 8));
  ASSERT_EQ(0, mprotect(pages, page, PROT_NONE));
  ASSERT_FALSE(bsan_platform_copy(pages + page - 1, copy, 2));
  ASSERT_EQ(4711, errno);
  PASS();
}

TEST strings_are_copied_up_to_their_end(void) {
  char *pages = map_two_pages(), copy[64];
  ASSERT(bsan_platform_copy_string("", copy, sizeof(copy)));
  ASSERT_STR_EQ("", copy);
  snprintf(pages + 2 * page - 6, 6, "hello");
  ASSERT(bsan_platform_copy_string(pages + 2 * page - 6, copy, sizeof(copy)));
  ASSERT_STR_EQ("hello", copy);
  snprintf(pages + page - 3, 20, "across the pages");
  ASSERT(bsan_platform_copy_string(pages + page - 3, copy, sizeof(copy)));
  ASSERT_STR_EQ("across the pages", copy);
  PASS();
}

TEST strings_are_cut_to_the_room(void) {
  char copy[6] = "-----";
  ASSERT(bsan_platform_copy_string("hello", copy, 5));
  ASSERT_STR_EQ("hell", copy);
  ASSERT_EQ('\0', copy[5]);
  ASSERT(bsan_platform_copy_string("hello", copy, 6));
  ASSERT_STR_EQ("hello", copy);
  ASSERT(bsan_platform_copy_string("hello", copy, 2));
  ASSERT_STR_EQ("h", copy);
  PASS();
}

TEST strings_without_an_end_are_cut_where_memory_ends(void) {
  char *pages = map_two_pages(), copy[64];
  memset(pages + 2 * page - 5, 'x', 5);
  ASSERT(bsan_platform_copy_string(pages + 2 * page - 5, copy, sizeof(copy)));
  ASSERT_STR_EQ("xxxxx", copy);
  PASS();
}

TEST strings_that_cannot_be_read_are_none(void) {
  char *pages = map_two_pages(), copy[8];
  for (int i = 0; i < BAD_COUNT; i++) {
    snprintf(copy, sizeof(copy), "old");
    ASSERT_FALSE(
        bsan_platform_copy_string(bad_pointers[i], copy, sizeof(copy)));
    ASSERT_STR_EQ("", copy);
  }
  ASSERT_FALSE(bsan_platform_copy_string(pages + 2 * page, copy, 8));
  PASS();
}

// A sandbox that knows nothing of process_vm_readv.
static void copy_in_sandbox(void *unused) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {4, filter};
  char copy[8];
  (void)unused;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    fprintf(stderr, "no seccomp ");
  if (bsan_platform_copy_string("hello", copy, sizeof(copy)))
    fprintf(stderr, "%s", copy);
  if (bsan_platform_copy(NULL, copy, 1) ||
      bsan_platform_copy((void *)UINTPTR_MAX, copy, 1))
    fprintf(stderr, " bad pointers were copied");
}

TEST in_a_sandbox_memory_is_read_directly(void) {
  struct bsan_child_result result = bsan_unit_run_child(copy_in_sandbox, NULL);
  if (strstr(result.stderr_text, "no seccomp"))
    SKIPm("seccomp filters are not allowed here");
  ASSERT_STR_EQ("hello", result.stderr_text);
  ASSERT_EQ(0, result.exit_code);
  PASS();
}

//===-- Stacks ------------------------------------------------------------===//

// Keeps the call before it from becoming a jump.
#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

__attribute__((noinline)) static size_t walk_here(struct bsan_frame *frames,
                                                  size_t max) {
  size_t count = bsan_platform_walk(BSAN_CFA(), frames, max);
  KEEP_FRAME();
  return count;
}

__attribute__((noinline)) static size_t
recurse(int depth, struct bsan_frame *frames, size_t max) {
  size_t count =
      depth ? recurse(depth - 1, frames, max) : walk_here(frames, max);
  KEEP_FRAME();
  return count;
}

TEST a_walk_begins_with_the_caller(void) {
  struct bsan_frame frames[32];
  size_t count = recurse(0, frames, 32);
  ASSERT(count > 3);
  ASSERT_EQ((uintptr_t)recurse, frames[0].function);
  ASSERT_EQ((uintptr_t)a_walk_begins_with_the_caller, frames[1].function);
  ASSERT(frames[0].pc > frames[0].function);
  ASSERT(frames[1].cfa == BSAN_CFA());
  PASS();
}

TEST frames_lie_one_above_the_other(void) {
  struct bsan_frame frames[32];
  size_t count = recurse(5, frames, 32);
  ASSERT(count > 8);
  for (int i = 0; i < 6; i++)
    ASSERT_EQ((uintptr_t)recurse, frames[i].function);
  for (size_t i = 1; i < count; i++)
    ASSERT(frames[i].cfa > frames[i - 1].cfa);
  PASS();
}

TEST a_walk_stops_at_the_room(void) {
  struct bsan_frame frames[4] = {{0, 0, 0}};
  ASSERT_EQ(3, recurse(5, frames, 3));
  ASSERT_EQ(0, frames[3].pc);
  // The last one has its own place too.
  ASSERT(frames[2].cfa > frames[1].cfa);
  ASSERT_EQ(0, recurse(5, frames, 0));
  PASS();
}

#if defined(__x86_64__)
// They call their argument, without a line in the unwind tables; the first one
// without a frame pointer either.
void call_bare(void (*function)(void));
void call_framed(void (*function)(void));
__asm__(".text\n"
        ".type call_bare, @function\n"
        "call_bare:\n"
        "  push %rbp\n"
        "  xor %ebp, %ebp\n"
        "  call *%rdi\n"
        "  nop\n"
        "  pop %rbp\n"
        "  ret\n"
        ".size call_bare, . - call_bare\n"
        ".type call_framed, @function\n"
        "call_framed:\n"
        "  push %rbp\n"
        "  mov %rsp, %rbp\n"
        "  call *%rdi\n"
        "  nop\n"
        "  pop %rbp\n"
        "  ret\n"
        ".size call_framed, . - call_framed\n");

static struct bsan_frame bare_frames[8];
static size_t bare_count;

static void walk_below_bare(void) {
  bare_count = recurse(0, bare_frames, 8);
  KEEP_FRAME();
}

TEST a_walk_ends_at_code_without_tables(void) {
  call_bare(walk_below_bare);
  ASSERT_EQ_FMT(3, (int)bare_count, "%d");
  ASSERT_EQ((uintptr_t)walk_below_bare, bare_frames[1].function);
  ASSERT(bare_frames[1].cfa < BSAN_CFA());
  ASSERT_EQ(UINTPTR_MAX, bare_frames[2].cfa);
  ASSERT_EQ(0, bare_frames[2].function);
  PASS();
}

TEST a_walk_goes_on_by_the_frame_pointer(void) {
  call_framed(walk_below_bare);
  ASSERT(bare_count > 4);
  ASSERT_EQ(0, bare_frames[2].function);
  ASSERT_EQ(BSAN_CFA(), bare_frames[3].cfa);
  ASSERT_EQ((uintptr_t)a_walk_goes_on_by_the_frame_pointer,
            bare_frames[3].function);
  PASS();
}
#else
TEST a_walk_ends_at_code_without_tables(void) { SKIPm("x86-64 only"); }
TEST a_walk_goes_on_by_the_frame_pointer(void) { SKIPm("x86-64 only"); }
#endif

static bool has_local(uintptr_t *size) {
  char local;
  uintptr_t low, high, here = (uintptr_t)&local;
  bool is_known = bsan_platform_stack_bounds(&low, &high);
  *size = high - low;
  return is_known && here >= low && here < high;
}

TEST the_main_stack_reaches_down_to_its_limit(void) {
  struct rlimit limit;
  uintptr_t size = 0;
  ASSERT_EQ(0, getrlimit(RLIMIT_STACK, &limit));
  ASSERT(has_local(&size));
  if (limit.rlim_cur != RLIM_INFINITY)
    ASSERT(size >= limit.rlim_cur);
  PASS();
}

static void tell_bounds_without_limit(void *unused) {
  struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  uintptr_t size = 0;
  (void)unused;
  if (setrlimit(RLIMIT_STACK, &none) != 0)
    fprintf(stderr, "no right to");
  fprintf(stderr, has_local(&size) ? "inside" : "outside");
}

TEST a_stack_without_a_limit_has_bounds(void) {
  ASSERT_CHILD_EXITS(0, "inside", tell_bounds_without_limit, NULL);
  PASS();
}

static void *tell_bounds(void *size) { return has_local(size) ? size : NULL; }

TEST stacks_of_threads_have_bounds(void) {
  pthread_t thread;
  pthread_attr_t attr;
  void *result = NULL;
  uintptr_t size = 0;
  ASSERT_EQ(0, pthread_attr_init(&attr));
  ASSERT_EQ(0, pthread_attr_setstacksize(&attr, 256ul * 1024));
  ASSERT_EQ(0, pthread_create(&thread, &attr, tell_bounds, &size));
  ASSERT_EQ(0, pthread_join(thread, &result));
  ASSERT_EQ(&size, result);
  ASSERT(size >= 128ul * 1024);
  PASS();
}

TEST modules_are_found_without_the_symbolizer(void) {
  uintptr_t address = (uintptr_t)dlsym(RTLD_DEFAULT, "getpid");
  ASSERT_STR_EQ("", bsan_platform_module((uintptr_t)bsan_platform_module));
  ASSERT(strstr(bsan_platform_module(address), "/libc.so"));
  ASSERT_EQ(NULL, bsan_platform_module(16));
  PASS();
}

// Bounds as seen from a coroutine.
static struct {
  uintptr_t low, high;
  bool is_known;
} from_coroutine;

static void tell_bounds_of_caller(void) {
  from_coroutine.is_known =
      bsan_platform_stack_bounds(&from_coroutine.low, &from_coroutine.high);
}

static void *call_on_coroutine(void *is_right) {
  static char stack[64 * 1024];
  ucontext_t caller, coroutine;
  uintptr_t here = (uintptr_t)&caller;
  getcontext(&coroutine);
  coroutine.uc_stack.ss_sp = stack;
  coroutine.uc_stack.ss_size = sizeof(stack);
  coroutine.uc_link = &caller;
  makecontext(&coroutine, tell_bounds_of_caller, 0);
  swapcontext(&caller, &coroutine);
  *(bool *)is_right = from_coroutine.is_known && here >= from_coroutine.low &&
                      here < from_coroutine.high &&
                      ((uintptr_t)stack < from_coroutine.low ||
                       (uintptr_t)stack >= from_coroutine.high);
  return NULL;
}

TEST a_stack_is_the_threads_own_whatever_it_runs_on(void) {
  pthread_t thread;
  bool is_right = false;
  call_on_coroutine(&is_right);
  ASSERT(is_right);
  is_right = false;
  ASSERT_EQ(0, pthread_create(&thread, NULL, call_on_coroutine, &is_right));
  ASSERT_EQ(0, pthread_join(thread, NULL));
  ASSERT(is_right);
  PASS();
}

BSAN_UNIT_SUITE(Platform, BSAN_UNIT(threads_have_names_and_numbers),
                BSAN_UNIT(now_is_the_monotonic_clock),
                BSAN_UNIT(the_time_left_is_counted_down),
                BSAN_UNIT(no_time_is_left_of_the_past),
                BSAN_UNIT(far_times_do_not_overflow),
                BSAN_UNIT(an_unknown_clock_is_far_away),
                BSAN_UNIT(sleeping_is_a_voluntary_switch),
                BSAN_UNIT(files_have_kinds), BSAN_UNIT(devices_have_kinds),
                BSAN_UNIT(the_other_end_of_a_terminal_is_one_too),
                BSAN_UNIT(event_descriptors_have_one_kind),
                BSAN_UNIT(fifos_are_pipes), BSAN_UNIT(modes_are_the_kernels),
                BSAN_UNIT(what_can_be_read_is_copied),
                BSAN_UNIT(what_cannot_be_read_whole_is_not_copied),
                BSAN_UNIT(strings_are_copied_up_to_their_end),
                BSAN_UNIT(strings_are_cut_to_the_room),
                BSAN_UNIT(strings_without_an_end_are_cut_where_memory_ends),
                BSAN_UNIT(strings_that_cannot_be_read_are_none),
                BSAN_UNIT(in_a_sandbox_memory_is_read_directly),
                BSAN_UNIT(modules_are_found_without_the_symbolizer),
                BSAN_UNIT(a_walk_begins_with_the_caller),
                BSAN_UNIT(frames_lie_one_above_the_other),
                BSAN_UNIT(a_walk_stops_at_the_room),
                BSAN_UNIT(a_walk_ends_at_code_without_tables),
                BSAN_UNIT(a_walk_goes_on_by_the_frame_pointer),
                BSAN_UNIT(the_main_stack_reaches_down_to_its_limit),
                BSAN_UNIT(a_stack_without_a_limit_has_bounds),
                BSAN_UNIT(stacks_of_threads_have_bounds),
                BSAN_UNIT(a_stack_is_the_threads_own_whatever_it_runs_on));
