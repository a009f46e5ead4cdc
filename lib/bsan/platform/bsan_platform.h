//===-- bsan_platform.h - Every OS primitive the runtime uses -------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A port to another system is one file with these functions.  Each is a raw
// system call or does not enter the kernel: the libc functions of these names
// are wrapped, and set errno, which belongs to the program.
//
// Functions that return int return 0 or more on success and a negated errno
// value otherwise, as the kernel does.
//
// Context: any, unless stated.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_PLATFORM_BSAN_PLATFORM_H
#define BSAN_PLATFORM_BSAN_PLATFORM_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>

#include "bsan.h"

enum { BSAN_NAME_SIZE = 16, BSAN_PATH_SIZE = 256 };

//--- Threads and time ------------------------------------------------------//

int bsan_platform_pid(void);
int bsan_platform_tid(void);
// The calling thread's name, terminated.
void bsan_platform_thread_name(char name[BSAN_NAME_SIZE]);
// What a thread of this process is doing: false when there is no such thread,
// or no /proc.
struct bsan_thread_state {
  char name[BSAN_NAME_SIZE];
  char state;       // As in proc(5): R runs, S sleeps, D waits for a disk, ...
  long system_call; // That it is in, or -1.
};
bool bsan_platform_thread_state(int tid, struct bsan_thread_state *state);
// The bounds of the mapping that the calling thread's own stack is in, whatever
// stack it runs on now; for the main thread down to what its limit lets it grow
// to.  False when unknown (no /proc): [0, UINTPTR_MAX) then, which makes every
// address "on the stack".
bool bsan_platform_stack_bounds(uintptr_t *low, uintptr_t *high);
// CLOCK_MONOTONIC in nanoseconds.
uint64_t bsan_platform_now_ns(void);
// CLOCK_REALTIME in microseconds.
uint64_t bsan_platform_date_us(void);
// Nanoseconds from now until the absolute TIME of CLOCK; 0 when it has passed,
// INT64_MAX when it is far away or the clock is unknown.
int64_t bsan_platform_until_ns(clockid_t clock, const struct timespec *time);
// Starts a thread that has BODY and NAME, no signals and a small stack.  CREATE
// is pthread_create.  False when there can be no more threads.  Context: armed.
typedef int (*bsan_create_thread)(pthread_t *thread, const pthread_attr_t *attr,
                                  void *(*body)(void *), void *arg);
bool bsan_platform_start_thread(bsan_create_thread create, void (*body)(void),
                                const char *name);
// futex(2): sleeps as long as *WORD is VALUE; may return early.
void bsan_platform_sleep_on(const uint32_t *word, uint32_t value);
// Wakes one thread that sleeps there.
void bsan_platform_wake(const uint32_t *word);
// The same, but no longer than NS nanoseconds.
void bsan_platform_sleep_for(const uint32_t *word, uint32_t value, uint64_t ns);
// Has HANDLER called when the signal comes; false when somebody else has a
// handler for it, or nobody can have one.  Calls that can go on afterwards do.
bool bsan_platform_catch_signal(int number, void (*handler)(int));
// Whether it still would be.
bool bsan_platform_signal_is_caught(int number, void (*handler)(int));
// Voluntary context switches of the calling thread so far (getrusage(2)).
uint32_t bsan_platform_switches(void);

//--- Another thread of the process -----------------------------------------//
// Context: armed, on the runtime's own thread, one at a time.

enum { BSAN_TASK_ARGS = 6, BSAN_TASK_PLACE_SIZE = 48 };

enum bsan_task_state {
  BSAN_TASK_UNKNOWN, // No /proc, or no such thread.
  BSAN_TASK_GONE,
  BSAN_TASK_RUNS, // Or would, if a processor were free.
  BSAN_TASK_SLEEPS,
  BSAN_TASK_STOPPED, // By a signal or a debugger.
};

// What a thread was doing.  What follows the state is known of one that sleeps.
struct bsan_task {
  enum bsan_task_state state;
  bool has_registers;
  uintptr_t pc, sp; // As behind a call.
  uintptr_t fp;     // 0 when unknown.
  long call;        // Number of the system call it is in, -1: none.
  uintptr_t args[BSAN_TASK_ARGS];
  uint64_t switches;                // Voluntary context switches so far.
  char place[BSAN_TASK_PLACE_SIZE]; // Function of the kernel, or empty.
};
void bsan_platform_look_at(int tid, struct bsan_task *task);
// Whether a thread that slept has done so since TASK was filled: what was read
// of its stack meanwhile belongs together.
bool bsan_platform_still_sleeps(int tid, const struct bsan_task *task);
bool bsan_platform_is_running(int tid);

// Bit N-1 is signal N.
struct bsan_signals {
  uint64_t blocked; // By the thread.
  uint64_t handled; // Or ignored, by the process.
};
// False when unknown.
bool bsan_platform_signals_of(int tid, struct bsan_signals *signals);

// Makes a thread that runs stand still for a moment and fills TASK's registers.
// False when it cannot be done: it sleeps by now, or no signal is free.  It
// goes on by itself after a while, and then the unpark is false.
bool bsan_platform_park(int tid, struct bsan_task *task);
bool bsan_platform_unpark(void);
// No signal reaches the calling thread any more, for a second: it is about to
// become another program.  Context: any.
void bsan_platform_hold_signals(void);
void bsan_platform_park_after_fork(void);

//--- Descriptors -----------------------------------------------------------//

// What a descriptor is, as far as blocking is concerned.
enum bsan_fd_kind {
  BSAN_FD_UNKNOWN, // Closed, or not to be told.
  BSAN_FD_FILE,    // Regular file.
  BSAN_FD_DIRECTORY,
  BSAN_FD_BLOCK, // Block device.
  BSAN_FD_SOCKET,
  BSAN_FD_PIPE, // Pipe or fifo.
  BSAN_FD_TERMINAL,
  BSAN_FD_EVENT,  // eventfd, timerfd, signalfd, inotify, ...
  BSAN_FD_DEVICE, // Any other character device.
  BSAN_FD_MEMORY, // procfs, sysfs, cgroupfs; null, zero, full, urandom.
  BSAN_FD_PATH,   // Opened with O_PATH.
};

struct bsan_fd_facts {
  enum bsan_fd_kind kind;
  bool nonblocking; // O_NONBLOCK is set.
};
// Asks the kernel: fstat, F_GETFL, for files also fstatfs.
struct bsan_fd_facts bsan_platform_fd_facts(int fd);
// O_NONBLOCK as the kernel has it now; false when FD is not open.
bool bsan_platform_fd_is_nonblocking(int fd);
// poll(2) with timeout 0: the number of ready descriptors.  Consumes nothing.
int bsan_platform_poll_now(struct pollfd *fds, size_t count);
// Whether PATH is on procfs, sysfs or cgroupfs, or is a memory device; relative
// to DIRECTORY as in openat(2).
bool bsan_platform_path_is_memory(int directory, const char *path);
// Describes FD in words: a path, "socket a:p -> b:p", "pipe", ...
void bsan_platform_describe_fd(int fd, char *out, size_t size);

// Whether a terminal has output that has not been sent (TIOCOUTQ).
bool bsan_platform_output_is_pending(int fd);
// Whether a signal of SET is waiting for the calling thread to take it.
bool bsan_platform_signal_is_pending(const sigset_t *set);
// Whether getrandom(2) would give bytes without waiting.
bool bsan_platform_random_is_ready(void);
// semop(2) with IPC_NOWAIT added to each of COUNT OPERATIONS, which are
// changed.
struct sembuf;
int bsan_platform_semop_now(int set, struct sembuf *operations, size_t count);
// select(2) with timeout 0; the sets are changed as by select.
int bsan_platform_select_now(int count, void *reads, void *writes,
                             void *exceptions);

//--- Files -----------------------------------------------------------------//

// An empty file; -EEXIST when there is one already.
int bsan_platform_create_file(const char *path);
bool bsan_platform_file_exists(const char *path);
int bsan_platform_remove_file(const char *path);

struct bsan_file {
  int fd;
  uint64_t device, inode, size;
};
// Opens PATH for reading.  False unless it is a regular file of the user whom
// the process acts for, and no link.
bool bsan_platform_open_own(const char *path, struct bsan_file *file);
// pread(2).
long bsan_platform_read_at(const struct bsan_file *file, char *data,
                           size_t size, uint64_t offset);
void bsan_platform_close(struct bsan_file *file);

//--- Libraries -------------------------------------------------------------//

// Whether a library whose path, or file name, is PATH is loaded.  An answer for
// the program's first name space.
bool bsan_platform_library_is_loaded(const char *path);
// The addresses of the loaded file that ADDRESS is in; false when there is
// none. Takes the loader's lock.  Context: armed.
bool bsan_platform_module_range(uintptr_t address, uintptr_t *low,
                                uintptr_t *high);

// The file of the library that holds PC, "" for the program itself; NULL if
// none. Takes no lock but, before glibc 2.35, the loader's.  The string lives
// as long as the library is loaded.
const char *bsan_platform_module(uintptr_t pc);

//--- Memory ----------------------------------------------------------------//

// Copies SIZE bytes of the program's; false where reading would fault.
bool bsan_platform_copy(const void *from, void *to, size_t size);
// Copies a string, cut to SIZE - 1 characters; false where reading its
// beginning would fault.
bool bsan_platform_copy_string(const char *from, char *to, size_t size);

size_t bsan_platform_page_size(void);
// Makes pages of the program writable, or read-only again.
int bsan_platform_protect(uintptr_t start, size_t size, bool writable);

//--- Stacks ----------------------------------------------------------------//

// A frame with its place on the stack, innermost first.  Two frames with equal
// `cfa` and `function` are, as far as can be told, the same activation.
struct bsan_frame {
  uintptr_t pc;       // Return address into the function.
  uintptr_t cfa;      // The stack pointer before the function was called;
                      // UINTPTR_MAX where the walk gave up.
  uintptr_t function; // Start of the function, 0 if unknown.
};
// Walks the calling thread's stack, beginning with the function that called the
// one whose BSAN_CFA() is CALLEE_CFA.  Goes on through code without unwind
// tables as bsan_unwind.h says. Context: armed (the unwinder may take the
// loader's lock on glibc < 2.35).
size_t bsan_platform_walk(uintptr_t callee_cfa, struct bsan_frame *frames,
                          size_t max);

// Whether code may run at ADDRESS.  A yes is remembered, and may be out of
// date.
bool bsan_platform_is_executable(uintptr_t address);

// Whether the calling thread runs on its alternate signal stack.
bool bsan_platform_is_on_signal_stack(void);
// Whether PC is where signal handlers return to (sa_restorer), whose caller is
// the kernel.  Reads the code there.
bool bsan_platform_is_signal_return(uintptr_t pc);

// The same for a thread that stands still, from its registers.  Nothing is read
// that might fault.
size_t bsan_platform_walk_task(const struct bsan_task *task,
                               struct bsan_frame *frames, size_t max);

//--- Process ---------------------------------------------------------------//

// Whether waitid(2) for any of EVENTS would have to wait.  Collects nothing.
bool bsan_platform_child_is_running(int type, id_t id, int events);
void bsan_platform_exit_now(int code) __attribute__((noreturn));

#endif // BSAN_PLATFORM_BSAN_PLATFORM_H
