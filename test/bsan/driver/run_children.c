// Intent: what a program starts is checked as well, unless told otherwise, and
// then the runtime alone leaves LD_PRELOAD; --fail asks about all of them, and
// changes only the exit status of bsan run itself.

// RUN: %cc %s -o %t
// RUN: sh -c '%bsan_bin/bsan run %t fork; echo status $?' 2>&1 | FileCheck %s --check-prefix=FORK
// FORK: blocking-call: usleep on event loop thread
// FORK: Loop {{.*}}: 1 iteration,
// FORK: child: status 5
// FORK: No event loop was seen in process
// FORK: status 0
// RUN: sh -c '%bsan_bin/bsan run %t exec; echo status $?' 2>&1 | FileCheck %s --check-prefix=FOLLOWED
// RUN: sh -c '%bsan_bin/bsan run %t spawn; echo status $?' 2>&1 | FileCheck %s --check-prefix=FOLLOWED
// RUN: sh -c '%bsan_bin/bsan run %t system; echo status $?' 2>&1 | FileCheck %s --check-prefix=FOLLOWED
// RUN: env BSAN_OPTIONS=follow_children=0 sh -c '%bsan_bin/bsan run --follow-children=1 %t exec; echo status $?' 2>&1 | FileCheck %s --check-prefix=FOLLOWED
// FOLLOWED: child: preloaded {{.*}}libclang_rt.bsan
// FOLLOWED: blocking-call: usleep on event loop thread
// FOLLOWED: child: status 5
// FOLLOWED: status 0

// RUN: sh -c '%bsan_bin/bsan run --follow-children=0 %t exec; echo status $?' 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: sh -c '%bsan_bin/bsan run --follow-children=0 %t spawn; echo status $?' 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: sh -c '%bsan_bin/bsan run --follow-children=0 %t system; echo status $?' 2>&1 | FileCheck %s --check-prefix=ALONE
// RUN: env BSAN_OPTIONS=follow_children=0 sh -c '%bsan_bin/bsan run %t exec; echo status $?' 2>&1 | FileCheck %s --check-prefix=ALONE
// ALONE-NOT: blocking-call
// ALONE: child: preloaded nothing
// ALONE-NOT: blocking-call
// ALONE: child: status 1
// ALONE: No event loop was seen in process
// ALONE: status 0
// The program itself is checked all the same.
// RUN: %bsan_bin/bsan run --follow-children=0 %t block 2>&1 | FileCheck %s --check-prefix=ITSELF
// ITSELF: blocking-call: usleep on event loop thread

// Other libraries stay, in whatever way they are separated.
// RUN: env "LD_PRELOAD=libm.so.6 libdl.so.2" %bsan_bin/bsan run -q --follow-children=0 %t exec 2>&1 | FileCheck %s --check-prefix=OTHERS
// OTHERS: child: preloaded libm.so.6:libdl.so.2{{$}}

// RUN: sh -c '%bsan_bin/bsan run --follow-children=no %t; echo status $?' 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: bsan run: error: --follow-children=no: expected 0 or 1
// VALUE: status 2

// RUN: rm -rf %t.tmp && mkdir %t.tmp
// RUN: env TMPDIR=%t.tmp sh -c '%bsan_bin/bsan run -q --fail %t fork; echo status $?' 2>&1 | FileCheck %s --check-prefix=FAIL
// RUN: env TMPDIR=%t.tmp sh -c '%bsan_bin/bsan run -q --fail %t spawn; echo status $?' 2>&1 | FileCheck %s --check-prefix=FAIL
// RUN: env TMPDIR=%t.tmp sh -c '%bsan_bin/bsan run -q --fail %t _exit; echo status $?' 2>&1 | FileCheck %s --check-prefix=FAIL
// FAIL: child: status 5
// FAIL: status 44
// RUN: env TMPDIR=%t.tmp sh -c '%bsan_bin/bsan run -q --fail sh -c "%t loop; echo child: status $?; exit 0"; echo status $?' 2>&1 | FileCheck %s --check-prefix=SHELL
// SHELL: status 44
// RUN: env TMPDIR=%t.tmp sh -c '%bsan_bin/bsan run -q --fail %t true; echo status $?' 2>&1 | FileCheck %s --check-prefix=CLEAN
// RUN: env TMPDIR=%t.tmp sh -c '%bsan_bin/bsan run -q --fail -o checks=-usleep %t exec; echo status $?' 2>&1 | FileCheck %s --check-prefix=CLEAN
// CLEAN: {{^}}status 0
// RUN: ls %t.tmp | count 0
// RUN: env TMPDIR=%t.none sh -c '%bsan_bin/bsan run -q --fail %t exec; echo status $?' 2>&1 | FileCheck %s --check-prefix=NOWHERE
// NOWHERE: WARNING: cannot make '{{.*}}.none/bsan-run.{{.*}}' (error 2): the exit status of bsan run --fail will not tell
// NOWHERE: child: status 5
// NOWHERE: {{^}}status 0

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((weak)) void __bsan_enter_loop(void);
__attribute__((weak)) void __bsan_leave_loop(void);

extern char **environ;

static int run_loop(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  fprintf(stderr, "child: preloaded %s\n", preloaded ? preloaded : "nothing");
  if (!__bsan_enter_loop)
    return 1;
  __bsan_enter_loop();
  usleep(1000);
  __bsan_leave_loop();
  return 5;
}

static int start(char *self, const char *how) {
  char *child_argv[] = {self, "loop", NULL};
  char command[4096];
  int status = -1;
  pid_t child = 0;
  if (strcmp(how, "system") == 0) {
    snprintf(command, sizeof(command), "'%s' loop; exit $?", self);
    return system(command);
  }
  if (strcmp(how, "spawn") == 0) {
    posix_spawn(&child, self, NULL, NULL, child_argv, environ);
  } else if ((child = fork()) == 0) {
    if (strcmp(how, "exec") == 0)
      execv(self, child_argv);
    exit(run_loop());
  }
  waitpid(child, &status, 0);
  return status;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "true") == 0)
    return 0;
  if (strcmp(mode, "loop") == 0)
    return run_loop();
  if (strcmp(mode, "block") == 0)
    return run_loop() != 5;
  int status = start(argv[0], mode);
  fprintf(stderr, "child: status %d\n", WEXITSTATUS(status));
  if (strcmp(mode, "_exit") == 0)
    _exit(0);
  return 0;
}
