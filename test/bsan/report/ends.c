// Intent: a program that ends in a callback, in whatever way, loses no report that
// was found before.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 44 %run %t exit > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 3 %run %t _exit > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 3 %run %t quick_exit > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 134 %run %t abort > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execve > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,GIVEN < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execv > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,KEPT < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execvp > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,KEPT < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execvpe > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,GIVEN < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t fexecve > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,GIVEN < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execveat > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,GIVEN < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execl > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,KEPT < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execlp > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,KEPT < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 5 %run %t execle > %t.log 2>&1
// RUN: FileCheck %s --check-prefixes=CHECK,GIVEN < %t.log
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}}ends.c:{{.*}} in on_request (usleep)
// GIVEN: {{^}}shell: a b given{{$}}
// KEPT: {{^}}shell: a b none{{$}}
// CHECK-NOT: BlockSanitizer

// A callback that does not end: the report comes by itself, and then the signal.
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %python %S/Inputs/kill_after_report.py TERM %run %t spin > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %python %S/Inputs/kill_after_report.py SEGV %run %t spin > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %python %S/Inputs/kill_after_report.py KILL %run %t spin > %t.log 2>&1
// RUN: FileCheck %s < %t.log

#define _GNU_SOURCE
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT "echo shell: $0 $1 ${WORD-none} >&2; exit 5"

static char *const args[] = {"sh", "-c", SCRIPT, "a", "b", NULL};
static char *const words[] = {"WORD=given", NULL};

static void end(const char *way) {
#define WAY(name, call)                                                        \
  if (!strcmp(way, name))                                                      \
  call
  WAY("exit", exit(3));
  WAY("_exit", _exit(3));
  WAY("quick_exit", quick_exit(3));
  WAY("abort", abort());
  WAY("execve", execve("/bin/sh", args, words));
  WAY("execv", execv("/bin/sh", args));
  WAY("execvp", execvp("sh", args));
  WAY("execvpe", execvpe("sh", args, words));
  WAY("fexecve", fexecve(open("/bin/sh", O_RDONLY), args, words));
  WAY("execveat", execveat(AT_FDCWD, "/bin/sh", args, words, 0));
  WAY("execl", execl("/bin/sh", "sh", "-c", SCRIPT, "a", "b", NULL));
  WAY("execlp", execlp("sh", "sh", "-c", SCRIPT, "a", "b", NULL));
  WAY("execle", execle("/bin/sh", "sh", "-c", SCRIPT, "a", "b", NULL, words));
  for (;;)
    ;
}

__attribute__((noinline)) static void on_request(const char *way) {
  usleep(1);
  __bsan_disable();
  end(way);
}

int main(int argc, char **argv) {
  __bsan_enter_loop();
  on_request(argc > 1 ? argv[1] : "exit");
  return 0;
}
