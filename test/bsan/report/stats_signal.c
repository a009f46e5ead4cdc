// Intent: the statistics are printed when the signal of stats_signal comes, on no
// thread of the program, and the program goes on; a handler of its own stands.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:stats_signal=USR2 %exits 0 %run %t ask > %t.log
// RUN: FileCheck %s < %t.log
// CHECK: asked
// CHECK: BlockSanitizer: 1 blocking site, 1 call, {{.*}} blocked on loop "block_and_ask"
// CHECK-NEXT: calls
// CHECK-NEXT: 1 {{.*}} usleep {{ *}}block_and_ask
// CHECK-NEXT: Loop "block_and_ask" {{.*}}: 1 iteration
// CHECK: asked
// CHECK: BlockSanitizer: 1 blocking site, 2 calls, {{.*}} blocked on loop "block_and_ask"
// CHECK: interrupted calls: 0
// CHECK-NEXT: threads of the program: 2

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:report_thread=1:stats_signal=SIGUSR2 %exits 0 %run %t ask | FileCheck %s --check-prefix=TWICE
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:stats_signal=12 %exits 0 %run %t ask | FileCheck %s --check-prefix=TWICE
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:stats_signal=USR2 %exits 0 %run %t fork | FileCheck %s --check-prefix=TWICE
// TWICE: 1 call,
// TWICE: 2 calls,

// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:log_format=json:stats_signal=USR2 %exits 0 %run %t ask | FileCheck %s --check-prefix=JSON
// JSON: "type":"site",{{.*}}"count":1,
// JSON: "type":"loop",
// JSON: "type":"summary",{{.*}}"final":false
// JSON: "type":"site",{{.*}}"count":2,

// The program's handler stands, which is said once.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:stats_signal=USR2 %exits 0 %run %t handler > %t.log 2>&1
// RUN: FileCheck %s --check-prefix=HANDLER < %t.log
// HANDLER: WARNING: stats_signal=USR2: the program has a handler of its own for it, which stands; name another signal
// HANDLER-NOT: WARNING: stats_signal
// HANDLER: handled 2 times

// Without the flag the signal is nobody's.
// RUN: %env_bsan_opts=halt_on_error=0 %exits 140 sh -c '%run %t default' 2>/dev/null

// RUN: %env_bsan_opts=stats_signal=KILL %exits 0 %run %t none 2>&1 | FileCheck %s --check-prefix=WRONG -DVALUE=KILL
// RUN: %env_bsan_opts=stats_signal=11 %exits 0 %run %t none 2>&1 | FileCheck %s --check-prefix=WRONG -DVALUE=11
// RUN: %env_bsan_opts=stats_signal=65 %exits 0 %run %t none 2>&1 | FileCheck %s --check-prefix=WRONG -DVALUE=65
// RUN: %env_bsan_opts=stats_signal=12x %exits 0 %run %t none 2>&1 | FileCheck %s --check-prefix=WRONG -DVALUE=12x
// WRONG: WARNING: '[[VALUE]]' is no value for stats_signal: expected a signal such as USR2, or a number from 34 to 64; keeping none

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int interrupted, handled;

static void *ask(void *unused) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  kill(getpid(), SIGUSR2);
  return unused;
}

// Asks from another thread, while this one waits for the answer in LOG.
static void ask_and_wait(int log) {
  static char text[1 << 16];
  size_t length = 0;
  pthread_t thread;
  puts("asked");
  text[0] = 0;
  if (pthread_create(&thread, NULL, ask, NULL))
    return;
  while (!strstr(text, "callbacks between two waits") &&
         !strstr(text, "\"type\":\"summary\"")) {
    ssize_t got = read(log, text + length, sizeof(text) - 1 - length);
    interrupted += got < 0 && errno == EINTR;
    length += got > 0 ? (size_t)got : 0;
    text[length] = 0;
  }
  pthread_join(thread, NULL);
  fputs(text, stdout);
}

static int count_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  for (struct dirent *entry; tasks && (entry = readdir(tasks));)
    count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

static void block_and_ask(void) {
  int ends[2];
  if (pipe(ends) || dup2(ends[1], 2) < 0)
    return;
  for (volatile int i = 0; i < 2; i++) {
    __bsan_enter_loop();
    usleep(1);
    __bsan_leave_loop();
    ask_and_wait(ends[0]);
  }
  printf("interrupted calls: %d\n", interrupted);
  printf("threads of the program: %d\n", count_threads());
}

static void handle(int number) { handled += number == SIGUSR2; }

static void enter_with_handler(void) {
  signal(SIGUSR2, handle);
  for (volatile int i = 0; i < 2; i++) {
    __bsan_enter_loop();
    raise(SIGUSR2);
    __bsan_leave_loop();
  }
  printf("handled %d times\n", handled);
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "fork") == 0) {
    __bsan_enter_loop();
    __bsan_leave_loop();
    pid_t child = fork();
    if (child > 0)
      waitpid(child, NULL, 0);
    else
      block_and_ask();
  } else if (strcmp(mode, "ask") == 0) {
    block_and_ask();
  } else if (strcmp(mode, "handler") == 0) {
    enter_with_handler();
  } else if (strcmp(mode, "default") == 0) {
    raise(SIGUSR2);
  }
  return 0;
}
