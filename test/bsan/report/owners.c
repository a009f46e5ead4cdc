// Intent: a report about a lock names the thread that holds it, whatever the
// kind of lock, and where and how long ago it took it once that is looked at;
// what has no owner gets none.

// RUN: %bsan_cc -Wno-unused-result %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:report_thread=0:checks=lock %run %t >%t.log 2>&1
// RUN: FileCheck %s < %t.log

// The first time only the thread is known; the second time also the rest, which
// is worth a second report of the same stack, but no third.
// CHECK: == three times
// CHECK: mutex 0x{{[0-9a-f]+}} was held by thread "holder" (tid {{[0-9]+}}){{$}}
// CHECK-NOT: The lock was taken here:
// CHECK: SUMMARY: BlockSanitizer: blocking-call
// CHECK: mutex 0x{{[0-9a-f]+}} was held by thread "holder" (tid {{[0-9]+}}) for {{[0-9]+\.[0-9]+}} ms by then
// CHECK: {{#0 .* in pthread_mutex_timedlock}}
// CHECK: {{^}}The lock was taken here:
// CHECK-NEXT: {{#0 .* in pthread_mutex_lock}}
// CHECK-NEXT: {{#1 .* in take_mutex}}
// CHECK: {{^}}The thread entered the loop here:
// CHECK-NOT: WARNING: BlockSanitizer
// CHECK: == recursive
// CHECK: mutex {{.*}} was held by thread "holder"
// CHECK: == error-checking
// CHECK: mutex {{.*}} was held by thread "holder"
// CHECK: == priority-inheriting
// CHECK: mutex {{.*}} was held by thread "holder"
// CHECK: == robust
// CHECK: mutex {{.*}} was held by thread "holder"
// CHECK: == shared
// CHECK: mutex {{.*}} was held by thread "holder"
// CHECK: == another process
// CHECK: mutex {{.*}} was held by thread {{[0-9]+}}, which is not in this process
// CHECK: == writer
// CHECK: rwlock {{.*}} was held by thread "holder"
// CHECK: == reader
// CHECK: pthread_rwlock_timedwrlock
// CHECK-NOT: held by
// CHECK: == semaphore
// CHECK: sem_timedwait
// CHECK-NOT: held by
// CHECK: == taken by a try
// CHECK: mutex {{.*}} was held by thread "holder"
// CHECK: == itself
// CHECK: mutex {{.*}} was held by this thread itself
// CHECK: == end

// Looked at from the start, a single report has it all.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:report_thread=0:checks=lock:lock_owners=2 %run %t >%t.all 2>&1
// RUN: FileCheck --check-prefix=ALL %s < %t.all
// ALL: == three times
// ALL: The lock was taken here:
// ALL-NEXT: {{#0 .* in pthread_mutex_lock}}
// ALL-NEXT: {{#1 .* in take_mutex}}
// ALL-NOT: WARNING: BlockSanitizer
// ALL: == recursive
// ALL: The lock was taken here:
// ALL-NEXT: {{#0 .* in pthread_mutex_lock}}
// ALL-NEXT: {{#1 .* in take_mutex}}
// ALL-NEXT: {{#2 .* in take_twice}}
// ALL: == writer
// ALL: The lock was taken here:
// ALL-NEXT: {{#0 .* in pthread_rwlock_wrlock}}
// ALL: == reader
// ALL-NOT: The lock was taken here:
// ALL: == taken by a try
// ALL: mutex {{.*}} was held by thread "holder" (tid {{[0-9]+}}){{$}}
// ALL-NOT: The lock was taken here:
// ALL: == itself

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:report_thread=0:checks=lock:lock_owners=0 %run %t >%t.off 2>&1
// RUN: not grep -E 'held by|was taken' %t.off

#define _GNU_SOURCE
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static int taken[2], go[2];
static sem_t semaphore;

static NOINLINE void take_mutex(void *lock) {
  pthread_mutex_lock(lock);
  write(taken[1], "x", 1);
}

static void give_mutex(void *lock) { pthread_mutex_unlock(lock); }

static NOINLINE void take_twice(void *lock) {
  take_mutex(lock);
  pthread_mutex_lock(lock);
}

static void give_twice(void *lock) {
  pthread_mutex_unlock(lock);
  pthread_mutex_unlock(lock);
}

// What it took before by a lock is no longer what it holds.
static void take_by_try(void *lock) {
  pthread_mutex_lock(lock);
  pthread_mutex_unlock(lock);
  pthread_mutex_trylock(lock);
  write(taken[1], "x", 1);
}

static void take_to_write(void *lock) {
  pthread_rwlock_wrlock(lock);
  write(taken[1], "x", 1);
}

static void take_to_read(void *lock) {
  pthread_rwlock_rdlock(lock);
  write(taken[1], "x", 1);
}

static void give_rwlock(void *lock) { pthread_rwlock_unlock(lock); }

struct job {
  void (*take)(void *), (*give)(void *);
  void *lock;
};

static void *hold(void *arg) {
  const struct job *job = arg;
  char byte;
  pthread_setname_np(pthread_self(), "holder");
  job->take(job->lock);
  read(go[0], &byte, 1);
  job->give(job->lock);
  return NULL;
}

static struct timespec soon(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += 200000000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_nsec -= 1000000000;
    time.tv_sec++;
  }
  return time;
}

static NOINLINE void wait_for_mutex(void *lock) {
  struct timespec time = soon();
  __bsan_enter_loop();
  pthread_mutex_timedlock(lock, &time);
  __bsan_leave_loop();
}

static NOINLINE void wait_for_rwlock(void *lock) {
  struct timespec time = soon();
  __bsan_enter_loop();
  pthread_rwlock_timedwrlock(lock, &time);
  __bsan_leave_loop();
}

static void run(void (*wait)(void *), void (*take)(void *),
                void (*give)(void *), void *lock) {
  struct job job = {take, give, lock};
  pthread_t thread;
  char byte;
  pthread_create(&thread, NULL, hold, &job);
  read(taken[0], &byte, 1);
  wait(lock);
  write(go[1], "x", 1);
  pthread_join(thread, NULL);
}

// Each kind has a line of its own, and so is a site of its own.
#define TRY(title, kind, take, give)                                           \
  do {                                                                         \
    pthread_mutexattr_t attr;                                                  \
    static pthread_mutex_t mutex;                                              \
    fprintf(stderr, "== %s\n", title);                                         \
    pthread_mutexattr_init(&attr);                                             \
    kind;                                                                      \
    pthread_mutex_init(&mutex, &attr);                                         \
    run(wait_for_mutex, take, give, &mutex);                                   \
  } while (0)

static void run_process(void) {
  pthread_mutexattr_t attr;
  pthread_mutex_t *mutex = mmap(NULL, sizeof(*mutex), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char byte;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(mutex, &attr);
  pid_t child = fork();
  if (!child) {
    pthread_mutex_lock(mutex);
    write(taken[1], "x", 1);
    read(go[0], &byte, 1);
    _exit(0);
  }
  read(taken[0], &byte, 1);
  wait_for_mutex(mutex);
  write(go[1], "x", 1);
  waitpid(child, NULL, 0);
}

int main(void) {
  pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
  static pthread_mutex_t mutex;
  struct timespec time;
  pipe(taken);
  pipe(go);
  fputs("== three times\n", stderr);
  for (volatile int i = 0; i < 3; i++)  // Three calls from one place.
    run(wait_for_mutex, take_mutex, give_mutex, &mutex);
  TRY("recursive",
      pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE), take_twice,
      give_twice);
  TRY("error-checking",
      pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK), take_mutex,
      give_mutex);
  TRY("priority-inheriting",
      pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT), take_mutex,
      give_mutex);
  TRY("robust", pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST),
      take_mutex, give_mutex);
  TRY("shared", pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED),
      take_mutex, give_mutex);
  fputs("== another process\n", stderr);
  run_process();
  fputs("== writer\n", stderr);
  run(wait_for_rwlock, take_to_write, give_rwlock, &rwlock);
  fputs("== reader\n", stderr);
  run(wait_for_rwlock, take_to_read, give_rwlock, &rwlock);
  fputs("== semaphore\n", stderr);
  time = soon();
  __bsan_enter_loop();
  sem_timedwait(&semaphore, &time);
  __bsan_leave_loop();
  TRY("taken by a try", (void)attr, take_by_try, give_mutex);
  fputs("== itself\n", stderr);
  pthread_mutex_lock(&mutex);
  wait_for_mutex(&mutex);
  fputs("== end\n", stderr);
  return 0;
}
