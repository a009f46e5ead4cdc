// Intent: waiting for another thread is reported only when the lock is taken,
// the thread still runs and the time is not over; what is free is taken, once.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "rule.h"

extern int __fcntl(int, int, ...);

enum { REAL = CLOCK_REALTIME, MONO = CLOCK_MONOTONIC };

static pthread_mutex_t mutex;
static pthread_rwlock_t rwlock;
static pthread_spinlock_t spinlock;
static pthread_cond_t condition;
static pthread_barrier_t barrier, barrier_of_one;
static sem_t taken, available;
static mtx_t mtx;
static cnd_t cnd;
static pthread_t thread;
static thrd_t thrd;
static void *thread_result;
static int thrd_result;
static bool is_joinable;
static volatile int thread_tid;
static int file, same_file;
static struct flock region;
static struct timespec soon, late, soon_mono, late_mono, past;

static struct timespec in(clockid_t clock, int seconds, int ms) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += seconds;
  time.tv_nsec += ms * 1000000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_nsec -= 1000000000;
    time.tv_sec++;
  }
  return time;
}

void rule_setup(void) {
  pthread_mutex_init(&mutex, NULL);
  pthread_rwlock_init(&rwlock, NULL);
  pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
  pthread_cond_init(&condition, NULL);
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_barrier_init(&barrier_of_one, NULL, 1);
  sem_init(&taken, 0, 0);
  sem_init(&available, 0, 1);
  mtx_init(&mtx, mtx_timed);
  cnd_init(&cnd);
  file = open("file", O_RDWR | O_CREAT, 0600);
  same_file = open("file", O_RDWR);
  region = (struct flock){.l_type = F_WRLCK};
  thread_result = NULL;
  thrd_result = 0;
  past = (struct timespec){1, 0};
  late = in(REAL, 60, 0);
  late_mono = in(MONO, 60, 0);
  soon = rule_is_fatal ? late : in(REAL, 0, 2);
  soon_mono = rule_is_fatal ? late_mono : in(MONO, 0, 2);
}

void rule_teardown(void) {
  if (is_joinable)
    pthread_join(thread, NULL);
  is_joinable = false;
}

//--- What another thread holds while this one begins to wait ---------------//

static void take_mutex(void) { pthread_mutex_lock(&mutex); }
static void release_mutex(void) { pthread_mutex_unlock(&mutex); }
static void take_write(void) { pthread_rwlock_wrlock(&rwlock); }
static void take_read(void) { pthread_rwlock_rdlock(&rwlock); }
static void release_rwlock(void) { pthread_rwlock_unlock(&rwlock); }
static void take_mtx(void) { mtx_lock(&mtx); }
static void release_mtx(void) { mtx_unlock(&mtx); }
static void take_flock(void) { flock(same_file, LOCK_EX); }
static void release_flock(void) { flock(same_file, LOCK_UN); }
static void post(void) { sem_post(&taken); }
static void join_barrier(void) { pthread_barrier_wait(&barrier); }
static void take_spinlock(void) { pthread_spin_lock(&spinlock); }
static void release_spinlock(void) { pthread_spin_unlock(&spinlock); }

static void signal_condition(void) {
  pthread_mutex_lock(&mutex);
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
}

static void signal_cnd(void) {
  mtx_lock(&mtx);
  cnd_signal(&cnd);
  mtx_unlock(&mtx);
}

#define HELD_MUTEX (rule_other(take_mutex, release_mutex))
#define HELD_BY_WRITER (rule_other(take_write, release_rwlock))
#define HELD_BY_READER (rule_other(take_read, release_rwlock))
#define HELD_MTX (rule_other(take_mtx, release_mtx))
#define KEPT_MUTEX (rule_other(take_mutex, NULL))
#define KEPT_RWLOCK (rule_other(take_write, NULL))
#define SIGNALLED (take_mutex(); rule_other(NULL, signal_condition))
#define SIGNALLED_CND (take_mtx(); rule_other(NULL, signal_cnd))
#define RUNNING (start_thread(rule_wait_for_sleep))
#define ENDED (start_thread(NULL); end_thread())

// -1 is for robust.
static void make_mutex(int kind) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if (kind < 0)
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  else
    pthread_mutexattr_settype(&attributes, kind);
  pthread_mutex_init(&mutex, &attributes);
}

static void make_condition(clockid_t clock) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, clock);
  pthread_cond_init(&condition, &attributes);
}

//--- Threads to join -------------------------------------------------------//

static void *run_thread(void *body) {
  thread_tid = (int)syscall(SYS_gettid);
  if (body)
    ((void (*)(void))body)();
  return (void *)5;
}

static void start_thread(void (*body)(void)) {
  thread_tid = 0;
  pthread_create(&thread, NULL, run_thread, (void *)body);
  is_joinable = true;
}

static int run_thrd(void *body) { return (int)(intptr_t)run_thread(body); }

static void start_thrd(void (*body)(void)) {
  thread_tid = 0;
  thrd_create(&thrd, run_thrd, (void *)body);
}

// The kernel clears what a join waits for before the thread's folder is gone.
static void end_thread(void) {
  char folder[64];
  while (!thread_tid)
    sched_yield();
  snprintf(folder, sizeof(folder), "/proc/self/task/%d", thread_tid);
  while (access(folder, F_OK) == 0)
    sched_yield();
}

static int joined(int result) {
  if (result == 0)
    is_joinable = false;
  return result * 100 + (int)(intptr_t)thread_result;
}

static int thrd_joined(int result) { return result * 100 + thrd_result; }

// Not a name to link with any more, but one that old programs bind to.
typedef int lock_mutex(pthread_mutex_t *);
typedef int lock_rwlock(pthread_rwlock_t *);
static lock_mutex *old_lock(void) {
  return (lock_mutex *)rule_lookup("__pthread_mutex_lock");
}

RULE_PREPARED(pthread_mutex_lock, pthread_mutex_lock, lock, HELD_MUTEX,
              pthread_mutex_lock(&mutex), (), pthread_mutex_lock(&mutex));
RULE_PREPARED(__pthread_mutex_lock, pthread_mutex_lock, lock,
              (lock_mutex *call = old_lock();
               rule_other(take_mutex, release_mutex)),
              call(&mutex), (lock_mutex *call = old_lock()), call(&mutex));
RULE_PREPARED(pthread_mutex_timedlock, pthread_mutex_timedlock, lock,
              HELD_MUTEX, pthread_mutex_timedlock(&mutex, &late), (),
              pthread_mutex_timedlock(&mutex, &soon));
RULE_VARIANT(mutex_timeout, pthread_mutex_timedlock, pthread_mutex_timedlock,
             lock, KEPT_MUTEX, pthread_mutex_timedlock(&mutex, &soon),
             KEPT_MUTEX, pthread_mutex_timedlock(&mutex, &past));
RULE_PREPARED(pthread_mutex_clocklock, pthread_mutex_clocklock, lock,
              HELD_MUTEX, pthread_mutex_clocklock(&mutex, MONO, &late_mono),
              KEPT_MUTEX, pthread_mutex_clocklock(&mutex, MONO, &past));
RULE_VARIANT(mutex_of_kind, pthread_mutex_lock, pthread_mutex_lock, lock,
             HELD_MUTEX, pthread_mutex_lock(&mutex),
             (make_mutex(PTHREAD_MUTEX_ERRORCHECK); take_mutex()),
             pthread_mutex_lock(&mutex));
RULE_VARIANT(mutex_recursive, pthread_mutex_lock, pthread_mutex_lock, lock,
             HELD_MUTEX, pthread_mutex_lock(&mutex),
             (make_mutex(PTHREAD_MUTEX_RECURSIVE); take_mutex()),
             pthread_mutex_lock(&mutex));
RULE_VARIANT(mutex_of_dead_owner, pthread_mutex_lock, pthread_mutex_lock, lock,
             HELD_MUTEX, pthread_mutex_lock(&mutex),
             (make_mutex(-1); start_thread(take_mutex); end_thread()),
             pthread_mutex_lock(&mutex));

RULE_PREPARED(pthread_rwlock_rdlock, pthread_rwlock_rdlock, lock,
              HELD_BY_WRITER, pthread_rwlock_rdlock(&rwlock), (take_read()),
              pthread_rwlock_rdlock(&rwlock));
RULE_PREPARED(__pthread_rwlock_rdlock, pthread_rwlock_rdlock, lock,
              (lock_rwlock *call = rule_lookup("__pthread_rwlock_rdlock");
               rule_other(take_write, release_rwlock)),
              call(&rwlock),
              (lock_rwlock *call = rule_lookup("__pthread_rwlock_rdlock")),
              call(&rwlock));
RULE_PREPARED(pthread_rwlock_timedrdlock, pthread_rwlock_timedrdlock, lock,
              HELD_BY_WRITER, pthread_rwlock_timedrdlock(&rwlock, &late),
              KEPT_RWLOCK, pthread_rwlock_timedrdlock(&rwlock, &past));
RULE_PREPARED(pthread_rwlock_clockrdlock, pthread_rwlock_clockrdlock, lock,
              HELD_BY_WRITER,
              pthread_rwlock_clockrdlock(&rwlock, MONO, &late_mono), (),
              pthread_rwlock_clockrdlock(&rwlock, MONO, &late_mono));
RULE_PREPARED(pthread_rwlock_wrlock, pthread_rwlock_wrlock, lock,
              HELD_BY_READER, pthread_rwlock_wrlock(&rwlock), (),
              pthread_rwlock_wrlock(&rwlock));
RULE_PREPARED(__pthread_rwlock_wrlock, pthread_rwlock_wrlock, lock,
              (lock_rwlock *call = rule_lookup("__pthread_rwlock_wrlock");
               rule_other(take_read, release_rwlock)),
              call(&rwlock),
              (lock_rwlock *call = rule_lookup("__pthread_rwlock_wrlock")),
              call(&rwlock));
RULE_VARIANT(rwlock_own, pthread_rwlock_wrlock, pthread_rwlock_wrlock, lock,
             HELD_BY_WRITER, pthread_rwlock_wrlock(&rwlock),
             (pthread_rwlock_wrlock(&rwlock)), pthread_rwlock_wrlock(&rwlock));
RULE_PREPARED(pthread_rwlock_timedwrlock, pthread_rwlock_timedwrlock, lock,
              KEPT_RWLOCK, pthread_rwlock_timedwrlock(&rwlock, &soon),
              KEPT_RWLOCK, pthread_rwlock_timedwrlock(&rwlock, &past));
RULE_PREPARED(pthread_rwlock_clockwrlock, pthread_rwlock_clockwrlock, lock,
              KEPT_RWLOCK,
              pthread_rwlock_clockwrlock(&rwlock, MONO, &soon_mono), (),
              pthread_rwlock_clockwrlock(&rwlock, MONO, &late_mono));
RULE_PREPARED(pthread_spin_lock, pthread_spin_lock, lock,
              (rule_other_while_spinning(take_spinlock, release_spinlock)),
              pthread_spin_lock(&spinlock), (), pthread_spin_lock(&spinlock));

RULE_PREPARED(pthread_cond_wait, pthread_cond_wait, lock, SIGNALLED,
              pthread_cond_wait(&condition, &mutex), SIGNALLED,
              RULE_OUTSIDE(pthread_cond_wait(&condition, &mutex)));
RULE_PREPARED(pthread_cond_timedwait, pthread_cond_timedwait, lock, SIGNALLED,
              pthread_cond_timedwait(&condition, &mutex, &late), (take_mutex()),
              pthread_cond_timedwait(&condition, &mutex, &past));
RULE_VARIANT(cond_on_monotonic, pthread_cond_timedwait, pthread_cond_timedwait,
             lock, (make_condition(MONO); take_mutex()),
             pthread_cond_timedwait(&condition, &mutex, &soon_mono),
             (make_condition(MONO); take_mutex()),
             pthread_cond_timedwait(&condition, &mutex, &past));
RULE_PREPARED(pthread_cond_clockwait, pthread_cond_clockwait, lock,
              (take_mutex()),
              pthread_cond_clockwait(&condition, &mutex, MONO, &soon_mono),
              (take_mutex()),
              pthread_cond_clockwait(&condition, &mutex, MONO, &past));
RULE_PREPARED(pthread_barrier_wait, pthread_barrier_wait, lock,
              (rule_other(NULL, join_barrier)), pthread_barrier_wait(&barrier),
              (), RULE_OUTSIDE(pthread_barrier_wait(&barrier_of_one)));

RULE_PREPARED(pthread_join, pthread_join, lock, RUNNING,
              joined(pthread_join(thread, &thread_result)), ENDED,
              joined(pthread_join(thread, &thread_result)));
RULE_PREPARED(pthread_timedjoin_np, pthread_timedjoin_np, lock, RUNNING,
              joined(pthread_timedjoin_np(thread, &thread_result, &late)),
              RUNNING,
              joined(pthread_timedjoin_np(thread, &thread_result, &past)));
RULE_PREPARED(
    pthread_clockjoin_np, pthread_clockjoin_np, lock, RUNNING,
    joined(pthread_clockjoin_np(thread, &thread_result, MONO, &late_mono)),
    ENDED,
    joined(pthread_clockjoin_np(thread, &thread_result, MONO, &late_mono)));
RULE_PREPARED(thrd_join, thrd_join, lock, (start_thrd(rule_wait_for_sleep)),
              thrd_joined(thrd_join(thrd, &thrd_result)),
              (start_thrd(NULL); end_thread()),
              thrd_joined(thrd_join(thrd, &thrd_result)));

RULE_PREPARED(sem_wait, sem_wait, lock, (rule_other(NULL, post)),
              sem_wait(&taken), (), sem_wait(&available));
RULE_PREPARED(sem_timedwait, sem_timedwait, lock, (rule_other(NULL, post)),
              sem_timedwait(&taken, &late), (), sem_timedwait(&taken, &past));
RULE_PREPARED(sem_clockwait, sem_clockwait, lock, (),
              sem_clockwait(&taken, MONO, &soon_mono), (),
              sem_clockwait(&available, MONO, &late_mono));

RULE_PREPARED(mtx_lock, mtx_lock, lock, HELD_MTX, mtx_lock(&mtx), (),
              mtx_lock(&mtx));
RULE_PREPARED(mtx_timedlock, mtx_timedlock, lock, (rule_other(take_mtx, NULL)),
              mtx_timedlock(&mtx, &soon), (rule_other(take_mtx, NULL)),
              mtx_timedlock(&mtx, &past));
RULE_PREPARED(cnd_wait, cnd_wait, lock, SIGNALLED_CND, cnd_wait(&cnd, &mtx),
              SIGNALLED_CND, RULE_OUTSIDE(cnd_wait(&cnd, &mtx)));
RULE_PREPARED(cnd_timedwait, cnd_timedwait, lock, SIGNALLED_CND,
              cnd_timedwait(&cnd, &mtx, &late), (take_mtx()),
              cnd_timedwait(&cnd, &mtx, &past));

RULE_PREPARED(flock, flock, lock, (rule_other(take_flock, release_flock)),
              flock(file, LOCK_EX), (take_flock()),
              flock(file, LOCK_EX | LOCK_NB));
RULE(lockf, lockf, lock, lockf(file, F_LOCK, 1), lockf(file, F_TLOCK, 1));
RULE(lockf64, lockf, lock, lockf64(file, F_LOCK, 1), lockf64(file, F_TEST, 1));
RULE(fcntl, fcntl, lock, fcntl(file, F_SETLKW, &region),
     fcntl(file, F_SETLK, &region));
RULE(fcntl64, fcntl, lock, fcntl64(file, F_OFD_SETLKW, &region),
     fcntl64(file, F_GETFL));
RULE(__fcntl, fcntl, lock, __fcntl(file, F_SETLKW, &region),
     __fcntl(file, F_GETFD));
