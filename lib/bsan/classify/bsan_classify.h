//===-- bsan_classify.h - May this call block? ----------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stage 3 of 5 (classify).  The words that the rows of bsan_calls.inc may use
// in their verdict column.  Each runs on a loop thread just before the call,
// has no side effect that the caller can see, keeps errno, calls no intercepted
// function, and answers BSAN_MAY_BLOCK when in doubt.  Arguments may be
// anything: what the real call answers with EFAULT or EBADF must not crash
// here.
//
// The exception is a try (lock, join, wait for readiness): when it succeeds it
// *is* the call, the verdict is BSAN_DONE and event.result what to return.
//
// Context: armed.
//
//===----------------------------------------------------------------------===//

#ifndef BSAN_CLASSIFY_BSAN_CLASSIFY_H
#define BSAN_CLASSIFY_BSAN_CLASSIFY_H

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <wchar.h>

#include "bsan.h"

typedef enum bsan_verdict bsan_verdict;

//--- bsan_classify_fd.c ----------------------------------------------------//

// Reads and writes on any descriptor: the class follows from its kind.
bsan_verdict bsan_fd_read(struct bsan_event *ev, int fd);
bsan_verdict bsan_fd_write(struct bsan_event *ev, int fd);
// preadv2 and pwritev2: RWF_NOWAIT never blocks.
bsan_verdict bsan_fd_read_flags(struct bsan_event *ev, int fd, int flags);
bsan_verdict bsan_fd_write_flags(struct bsan_event *ev, int fd, int flags);
// Data moves from IN to OUT; SPLICE_F_NONBLOCK does not help for files.
bsan_verdict bsan_fd_move(struct bsan_event *ev, int in, int out);
// Socket calls; FLAGS are MSG_*.
bsan_verdict bsan_fd_socket(struct bsan_event *ev, int fd, int flags);
// What concerns the disk behind a descriptor: fsync, ftruncate, fstat, ...
bsan_verdict bsan_fd_disk(struct bsan_event *ev, int fd);
// flock's operation; lockf's and fcntl's command.
bsan_verdict bsan_fd_flock(struct bsan_event *ev, int fd, int operation);
bsan_verdict bsan_fd_lockf(struct bsan_event *ev, int fd, int command);
bsan_verdict bsan_fd_fcntl(struct bsan_event *ev, int fd, int command);

// Measured: what is behind a file may take its time.
bsan_verdict bsan_fd_close(struct bsan_event *ev, int fd);
// tcdrain: waits for output that is on its way.
bsan_verdict bsan_fd_drain(struct bsan_event *ev, int fd);

//--- bsan_classify_stream.c ------------------------------------------------//

// FILE streams: as their descriptors; without one they never block.
bsan_verdict bsan_stream_read(struct bsan_event *ev, FILE *stream);
bsan_verdict bsan_stream_write(struct bsan_event *ev, FILE *stream);
// What may have to write what is buffered; NULL is every stream.
bsan_verdict bsan_stream_flush(struct bsan_event *ev, FILE *stream);
// dprintf.
bsan_verdict bsan_stdio_write(struct bsan_event *ev, int fd);

//--- bsan_classify_ipc.c ---------------------------------------------------//

bsan_verdict bsan_ipc(struct bsan_event *ev, int flags);
bsan_verdict bsan_semop(struct bsan_event *ev, int set,
                        struct sembuf *operations, size_t count,
                        const struct timespec *timeout);
bsan_verdict bsan_queue(struct bsan_event *ev, int queue,
                        const struct timespec *time);
bsan_verdict bsan_signal(struct bsan_event *ev, const sigset_t *set,
                         const struct timespec *timeout);
bsan_verdict bsan_random(struct bsan_event *ev, unsigned flags);
// dlopen: a library that is loaded already is only counted.
bsan_verdict bsan_load(struct bsan_event *ev, const char *path);
// iconv_open: the first call reads the list of conversions; those that glibc
// does not make itself are modules, which it loads and unloads.
bsan_verdict bsan_load_conversion(struct bsan_event *ev, const char *to,
                                  const char *from);
// Every call of iconv_open, before it is judged.  Context: any.
void bsan_note_conversion(void);
// dlmopen: SPACE is LM_ID_BASE, LM_ID_NEWLM or another.
bsan_verdict bsan_load_in(struct bsan_event *ev, long space, const char *path);

//--- bsan_classify_library.c -----------------------------------------------//

// OpenSSL: by the mode of the connection's descriptor; memory BIOs are silent.
bsan_verdict bsan_ssl(struct bsan_event *ev, void *ssl, bool for_writing);
bsan_verdict bsan_bio(struct bsan_event *ev, void *bio, int command);
bsan_verdict bsan_gnutls(struct bsan_event *ev, void *session);
// PQgetResult waits only while the answer has not come.
bsan_verdict bsan_pq_result(struct bsan_event *ev, void *connection);
bsan_verdict bsan_readline(struct bsan_event *ev);

//--- bsan_classify_file.c --------------------------------------------------//

// Names of files: the disk, unless procfs and its like.  DIRECTORY as for
// openat(2).
bsan_verdict bsan_path(struct bsan_event *ev, const char *path);
bsan_verdict bsan_path_at(struct bsan_event *ev, int directory,
                          const char *path);
// fstatat and statx with AT_EMPTY_PATH look at DIRECTORY itself.
bsan_verdict bsan_path_stat(struct bsan_event *ev, int directory,
                            const char *path, int flags);
bsan_verdict bsan_path_open(struct bsan_event *ev, int directory,
                            const char *path, int flags);

// What needs the local time zone: its file is read by the first such call, and
// looked at by those that LOOK EACH TIME, unless TZ says what the zone is.
bsan_verdict bsan_path_zone(struct bsan_event *ev, bool looks_each_time);
// strftime and wcsftime: those of the calls whose FORMAT has the zone.
bsan_verdict bsan_path_zone_in(struct bsan_event *ev, const char *format);
bsan_verdict bsan_path_zone_in_wide(struct bsan_event *ev,
                                    const wchar_t *format);

//--- bsan_classify_name.c --------------------------------------------------//

bsan_verdict bsan_name_lookup(struct bsan_event *ev, const char *node,
                              const char *service,
                              const struct addrinfo *hints);
bsan_verdict bsan_name_reverse(struct bsan_event *ev, int flags);
bsan_verdict bsan_name_host(struct bsan_event *ev, const char *name);

//--- bsan_classify_wait.c --------------------------------------------------//

bsan_verdict bsan_sleep_s(struct bsan_event *ev, unsigned seconds);
bsan_verdict bsan_sleep_us(struct bsan_event *ev, useconds_t us);
bsan_verdict bsan_sleep_for(struct bsan_event *ev, const struct timespec *time);
bsan_verdict bsan_sleep_clock(struct bsan_event *ev, clockid_t clock, int flags,
                              const struct timespec *time);
// Timed calls that are known not to succeed at once.
bsan_verdict bsan_until(struct bsan_event *ev, clockid_t clock,
                        const struct timespec *time);
// Waits for events inside a callback.  Each looks once without waiting; what is
// found then is the call's answer.
// A timeout that does not wait: zero, or one that makes the call fail.  NULL is
// for ever.
bool bsan_is_zero_timespec(const struct timespec *time);
bool bsan_is_zero_timeval(const struct timeval *time);
bsan_verdict bsan_poll(struct bsan_event *ev, struct pollfd *fds, nfds_t count,
                       int timeout_ms);
bsan_verdict bsan_poll_for(struct bsan_event *ev, struct pollfd *fds,
                           nfds_t count, const struct timespec *timeout);
bsan_verdict bsan_select(struct bsan_event *ev, int count, fd_set *sets[3],
                         bool is_zero);
bsan_verdict bsan_epoll(struct bsan_event *ev, int epfd, bool is_zero);

//--- bsan_classify_lock.c --------------------------------------------------//

// Each tries first.  TIME is the absolute time on CLOCK until which the call
// waits, or NULL for ever.
bsan_verdict bsan_mutex(struct bsan_event *ev, pthread_mutex_t *mutex,
                        clockid_t clock, const struct timespec *time);
bsan_verdict bsan_rwlock(struct bsan_event *ev, pthread_rwlock_t *lock,
                         bool for_writing, clockid_t clock,
                         const struct timespec *time);
bsan_verdict bsan_spinlock(struct bsan_event *ev, pthread_spinlock_t *lock);
bsan_verdict bsan_semaphore(struct bsan_event *ev, sem_t *semaphore,
                            clockid_t clock, const struct timespec *time);
// futex(2): waits unless the word has changed already.
bsan_verdict bsan_futex(struct bsan_event *ev, const uint32_t *word,
                        int operation, uint32_t expected,
                        const struct timespec *timeout);
bsan_verdict bsan_condition(struct bsan_event *ev,
                            const pthread_cond_t *condition,
                            const struct timespec *time);
bsan_verdict bsan_join(struct bsan_event *ev, pthread_t thread, void **result,
                       clockid_t clock, const struct timespec *time);
bsan_verdict bsan_mtx(struct bsan_event *ev, mtx_t *mutex,
                      const struct timespec *time);
bsan_verdict bsan_thrd_join(struct bsan_event *ev, thrd_t thread, int *result);

//--- bsan_classify_process.c -----------------------------------------------//

// waitpid's PID and OPTIONS; waitid's.  A child that has ended already, or
// none at all, is no wait.
bsan_verdict bsan_child(struct bsan_event *ev, pid_t pid, int options);
bsan_verdict bsan_child_id(struct bsan_event *ev, int type, id_t id,
                           int options);
bsan_verdict bsan_command(struct bsan_event *ev, const char *command);

#endif // BSAN_CLASSIFY_BSAN_CLASSIFY_H
