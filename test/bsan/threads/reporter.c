// Intent: the thread that prints is none that the program notices: it has a name,
// takes no signal, is not waited for, and answers when setuid asks all threads.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 44 %run %t > %t.log 2> %t.err
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=REPORT < %t.err
// REPORT: blocking-call: usleep
// CHECK: step: threads before: 1
// CHECK: step: bsan-report: 1
// CHECK-NEXT: step: signal waits: 1
// CHECK-NEXT: step: handler ran: 0
// CHECK-NEXT: step: setuid: 0
// CHECK-NEXT: step: threads after: 1
// CHECK-NEXT: step: bsan-report: 1

// RUN: %env_bsan_opts=report_thread=0:halt_on_error=0 %exits 44 %run %t > %t.log 2> %t.err
// RUN: FileCheck %s --check-prefix=WITHOUT < %t.log
// RUN: FileCheck %s --check-prefix=REPORT < %t.err
// WITHOUT: step: bsan-report: 0

#include <dirent.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t was_handled;

static void handle(int number) {
  (void)number;
  was_handled = 1;
}

// How many threads have NAME, or another one when IS_OTHER.
static int count_threads(const char *name, int is_other) {
  DIR *tasks = opendir("/proc/self/task");
  struct dirent *entry;
  int count = 0;
  while (tasks && (entry = readdir(tasks))) {
    char path[300], line[32] = "";
    snprintf(path, sizeof(path), "/proc/self/task/%s/comm", entry->d_name);
    FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
    if (!file)
      continue;
    if (fgets(line, sizeof(line), file))
      count += (strcmp(line, name) != 0) == is_other;
    fclose(file);
  }
  closedir(tasks);
  return count;
}

static void step(const char *name, int value) {
  printf("step: %s: %d\n", name, value);
}

int main(void) {
  sigset_t set;
  step("threads before", count_threads("", 1));
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  signal(SIGUSR1, handle);
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  // Its name is what it sets first.
  char name[] = "bsan-report\n";
  const char *options = getenv("BSAN_OPTIONS");
  int has_thread = options && strstr(options, "report_thread=1") != NULL;
  while (has_thread && !count_threads(name, 0))
    ;
  step("bsan-report", count_threads(name, 0));
  kill(getpid(), SIGUSR1);
  sigpending(&set);
  step("signal waits", sigismember(&set, SIGUSR1));
  step("handler ran", was_handled);
  step("setuid", setuid(getuid()));
  step("threads after", count_threads(name, 1));
  step("bsan-report", count_threads(name, 0));
  return 0;
}
