// Intent: can_block_predicate: the program is asked with the call's name and
// descriptor on the thread that makes it; what it accepts is not reported, and
// what it does itself is not looked at.

// RUN: %bsan_cc %s -o %t
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:print_stats_on_exit=1 %run %t 2>&1 | FileCheck %s
// CHECK-NOT: in reads_log
// CHECK: #1 {{.*}} in reads_other
// CHECK: #1 {{.*}} in stats
// CHECK: asked 2, wrong 0
// CHECK: unset
// CHECK: #1 {{.*}} in reads_log_again
// CHECK: asked 2, wrong 0
// CHECK: unknown 0
// CHECK-NOT: in reads_log {{.*}}

#include <fcntl.h>
#include <string.h>

#include "Inputs/caller.h"

static int log_fd, other_fd, asked, wrong;
static char data[8];

CALLER(reads_log, (void)!read(log_fd, data, 1))
CALLER(reads_other, (void)!read(other_fd, data, 1))
CALLER(reads_log_again, (void)!read(log_fd, data, 1))
CALLER(stats, stat("/", &status))

static int may_read_log(const char *function, int fd, void *arg) {
  usleep(1);
  asked++;
  wrong += strcmp(function, "read") != 0 || !__bsan_in_loop();
  return fd == *(int *)arg;
}

static int is_never_asked(const char *function, int fd, void *arg) {
  (void)function, (void)fd, (void)arg;
  return 0;
}

int main(int argc, char **argv) {
  (void)argc;
  log_fd = open(argv[0], O_RDONLY);
  other_fd = open(argv[0], O_RDONLY);
  if (!__bsan_set_predicate("read", may_read_log, &log_fd))
    return 1;
  reads_log();  // Not in a loop: not asked.
  __bsan_enter_loop();
  reads_log();
  reads_other();
  stats();
  fprintf(stderr, "asked %d, wrong %d\n", asked, wrong);
  __bsan_set_predicate("read", NULL, NULL);
  SAY("unset");
  reads_log_again();
  fprintf(stderr, "asked %d, wrong %d\n", asked, wrong);
  int unknown = __bsan_set_predicate("reads", is_never_asked, NULL);
  fprintf(stderr, "unknown %d\n", unknown);
  __bsan_leave_loop();
  return 0;
}
