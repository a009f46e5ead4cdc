// Intent: every function that has a rule behaves with arguments at their edges
// as it does without the runtime, on a thread in a loop and outside: it returns
// the same, sets errno alike, and crashes where libc itself does.

// RUN: %plain_cc -O1 -I%include_dir -I%source_dir/lib/bsan %s -o %t.plain -ldl -lm
// RUN: %bsan_cc -I%source_dir/lib/bsan %s -o %t -ldl -lm
// RUN: rm -rf %t.dir && mkdir %t.dir && cd %t.dir
// RUN: %t.plain outside > %t.expected
// RUN: FileCheck %s < %t.expected
// CHECK-DAG: pause none: returned -1, errno 4
// CHECK-DAG: read none: returned 0, errno 0
// CHECK-DAG: read minus: returned -1, errno 9
// CHECK-DAG: pthread_mutex_lock none: signal 11
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:symbolize=0 %run %t outside > %t.outside
// RUN: diff %t.expected %t.outside
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:symbolize=0 %run %t inside > %t.inside
// RUN: diff %t.expected %t.inside

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sanitizer/bsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
  const char *name, *result;
} calls[] = {
#define BSAN_CALL(result, symbol, ...) {#symbol, #result},
#define BSAN_LIBRARY(...)
#define BSAN_VIRTUAL(...)
#include "intercept/bsan_calls.inc"
};
enum { CALLS = sizeof(calls) / sizeof(calls[0]), WORKERS = 8 };

// The first do not come back, or once more, or take the result with them; the
// others would ask the machine's name server, whose answer is no test's, or are
// interrupted at any moment of starting a process.
static const char *const skipped[] = {
    "fork",       "__fork",       "__libc_fork", "closefrom",   "close_range",
    "exit",       "_exit",        "_Exit",       "quick_exit",  "res_query",
    "__res_query", "res_search",  "__res_search", "res_send",   "__res_send",
    "res_nquery", "__res_nquery", "res_nsearch", "__res_nsearch", "res_nsend",
    "__res_nsend", "res_querydomain", "__res_querydomain", "res_nquerydomain",
    "__res_nquerydomain", "system"};

// At a fixed place: its address may be taken for flags.
static char *const room = (char *)0x20000000;
enum { ROOM_SIZE = 16384 };
static int empty_pipe[2];

// Six words and zeros are enough for every function; what it does not take it
// ignores.
typedef long function(long, long, long, long, long, long, long, long);
static const struct {
  const char *name;
  long words[6];
} edges[] = {
    {"none", {0, 0, 0, 0, 0, 0}},
    {"minus", {-1, -1, -1, -1, -1, -1}},
    {"bad", {8, 8, 8, 8, 8, 8}},
    {"bad-data", {0, 8, -1, 8, 8, 8}},
    {"closed", {999, 1, 16, 1, 1, 1}},
    {"huge", {999, 0, -1, -1, -1, -1}},
    {"room", {1, 1, 1, 1, 1, 1}},
    {"pipe", {2, 1, 16, 1, 1, 1}},
};
enum { EDGES = sizeof(edges) / sizeof(edges[0]), TICKS = 8, TICK_US = 20000 };
enum { RESULT = 200 };  // Where a child writes to: none of the above.

// In the table 1 stands for zeroed memory and, in front, 2 for an empty pipe.
static long word_of(int edge, int i) {
  long word = edges[edge].words[i];
  if (word == 2)
    return empty_pipe[0];
  return word == 1 ? (long)(room + 2048 * i) : word;
}

static volatile int ticks;

// What goes on after so many signals waits for ever.
static void tick(int number) {
  (void)number;
  if (++ticks == TICKS)
    _exit(77);
}

static void set_up(void) {
  struct sigaction action = {.sa_handler = tick};
  struct itimerval often = {{0, TICK_US}, {0, TICK_US}};
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
}

// What a call is given by its number is nothing that this test needs itself.
static void hide_descriptors(int result) {
  if (dup2(result, RESULT) != RESULT)
    _exit(79);
  for (int fd = 3; fd < RESULT; fd++)
    if (fd != empty_pipe[0] && fd != empty_pipe[1])
      close(fd);
}

static void call(function *function, int edge, int result, int is_inside) {
  long words[6], outcome[2];
  hide_descriptors(result);
  for (int i = 0; i < 6; i++)
    words[i] = word_of(edge, i);
  setpgid(0, 0);
  if (is_inside)
    __bsan_enter_loop();
  set_up();
  errno = 0;
  outcome[0] = (int)function(words[0], words[1], words[2], words[3], words[4],
                             words[5], 0, 0);
  outcome[1] = errno;
  signal(SIGALRM, SIG_IGN);
  if (is_inside)
    __bsan_leave_loop();
  if (write(RESULT, outcome, sizeof(outcome)) != sizeof(outcome))
    _exit(78);
  _exit(0);
}

static void describe(int call, int edge, int status, const long outcome[2],
                     FILE *out) {
  fprintf(out, "%s %s: ", calls[call].name, edges[edge].name);
  if (WIFSIGNALED(status))
    fprintf(out, "signal %d\n", WTERMSIG(status));
  else if (WEXITSTATUS(status))
    fprintf(out, "status %d\n", WEXITSTATUS(status));
  else if (strcmp(calls[call].result, "void") == 0)
    fprintf(out, "returned, errno %ld\n", outcome[1]);
  else if (outcome[0] >= -1 && outcome[0] <= 200)
    fprintf(out, "returned %ld, errno %ld\n", outcome[0], outcome[1]);
  else
    fprintf(out, "returned more, errno %ld\n", outcome[1]);
  // A child that exits would print it once more.
  fflush(out);
}

// The call may have blocked the signal that ends it.
static void wait_for(pid_t pid, int *status) {
  int rounds = 0;
  while (waitpid(pid, status, WNOHANG) == 0) {
    usleep(1000);
    if (++rounds == 2000)
      kill(pid, SIGKILL);
  }
}

static void try(int number, function *function, int edge, int is_inside,
                FILE *out) {
  long outcome[2] = {0, 0};
  int result[2], status = 0;
  // What the call starts may keep the other end.
  if (pipe2(result, O_NONBLOCK))
    exit(2);
  pid_t pid = fork();
  if (pid == 0)
    call(function, edge, result[1], is_inside);
  close(result[1]);
  wait_for(pid, &status);
  if (read(result[0], outcome, sizeof(outcome)) < 0)
    outcome[0] = -2;
  kill(-pid, SIGKILL);
  close(result[0]);
  describe(number, edge, status, outcome, out);
}

static int is_skipped(const char *name) {
  for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
    if (strcmp(skipped[i], name) == 0)
      return 1;
  return 0;
}

static void work(int worker, int is_inside, FILE *out) {
  void *libc = dlopen("libc.so.6", RTLD_LAZY);
  for (int i = worker; i < CALLS; i += WORKERS) {
    // What libc is without has a wrapper all the same.
    if (is_skipped(calls[i].name) || !dlsym(libc, calls[i].name))
      continue;
    function *found = (function *)dlsym(RTLD_DEFAULT, calls[i].name);
    for (int edge = 0; edge < EDGES; edge++)
      try(i, found, edge, is_inside, out);
  }
}

int main(int argc, char **argv) {
  int is_inside = argc > 1 && strcmp(argv[1], "inside") == 0;
  FILE *outs[WORKERS];
  // Some of the calls change what they are given: it is a file of our own, and
  // nobody's privilege.
  FILE *own_file = tmpfile();
  int null = own_file ? fileno(own_file) : -1;
  if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
    return 1;
  dup2(null, 0);
  dup2(null, 2);
  if (null < 0 || pipe(empty_pipe) ||
      mmap(room, ROOM_SIZE, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != room)
    return 1;
  for (int i = 0; i < WORKERS; i++) {
    outs[i] = tmpfile();
    if (fork() == 0) {
      work(i, is_inside, outs[i]);
      _exit(0);
    }
  }
  while (wait(NULL) > 0)
    ;
  for (int i = 0; i < WORKERS; i++) {
    char line[256];
    rewind(outs[i]);
    while (fgets(line, sizeof(line), outs[i]))
      fputs(line, stdout);
  }
  return 0;
}
