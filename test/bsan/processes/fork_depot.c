// Intent: a fork comes at any moment of other threads' and of its own thread's
// putting stacks aside, and the child can put stacks there too; so can that of
// a _Fork, which runs no handlers, and its own children.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %exits 0 %run %t

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 200, BARE_FORKS = 20, DEPTH = 16 };
static volatile int is_over, forks;

// Where a descriptor was opened is kept: a new stack for each WAY.
__attribute__((noinline)) static void open_at(unsigned way, int depth) {
  if (depth == 0) {
    close(open("/dev/null", O_RDONLY));
    return;
  }
  if (way & 1)
    open_at(way >> 1, depth - 1);
  else
    open_at(way >> 1, depth - 1);
  __asm__ volatile("" ::: "memory");  // No tail call.
}

static void *open_always(void *first) {
  for (unsigned way = (unsigned)(size_t)first; !is_over; way += 7)
    open_at(way, DEPTH);
  return NULL;
}

// What other threads were at is left behind half done.
static void fork_bare(void) {
  enum { LONGEST_S = 30 };
  pid_t child = _Fork();
  if (child == 0) {
    alarm(LONGEST_S);
    pid_t grandchild = fork();
    if (grandchild == 0)
      _exit(0);
    _exit(waitpid(grandchild, NULL, 0) != grandchild);
  }
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    fprintf(stderr, "the child of a _Fork ended with %#x\n", status);
    _exit(1);
  }
}

static void fork_one(void) {
  pid_t child = fork();
  if (child == 0) {
    for (unsigned way = 0; way < 100; way++)
      open_at(way * 655, DEPTH);
    _exit(0);
  }
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    fprintf(stderr, "a child ended with %#x\n", status);
    _exit(1);
  }
  forks++;
}

static void fork_in_handler(int number) {
  int kept = errno;
  (void)number;
  fork_one();
  errno = kept;
}

int main(void) {
  pthread_t threads[2];
  for (size_t i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, open_always, (void *)(i * 1000));
  while (forks < FORKS)
    fork_one();
  for (int i = 0; i < BARE_FORKS; i++)
    fork_bare();
  is_over = 1;
  for (size_t i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);

  // Alone now: what a handler interrupts is this thread's.
  signal(SIGALRM, fork_in_handler);
  for (unsigned way = 0; forks < 2 * FORKS; way += 3) {
    struct itimerval once = {{0, 0}, {0, 1 + way % 50}};
    int before = forks;
    setitimer(ITIMER_REAL, &once, NULL);
    while (forks == before)
      open_at(way, DEPTH);
  }
  return 0;
}
