// Intent: where there can be no more threads reports are printed in place.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 44 %run %t > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: step: pthread_create: 11
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK-NEXT: usleep(1)
// CHECK: SUMMARY
// CHECK: step: first
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK-NEXT: usleep(2)
// CHECK: SUMMARY
// CHECK: step: second

#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// clone3 is not there, and clone makes processes, but no threads.
static int forbid_threads(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
               offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void *do_nothing(void *unused) { return unused; }

int main(void) {
  pthread_t thread;
  if (forbid_threads())
    return 1;
  fprintf(stderr, "step: pthread_create: %d\n",
          pthread_create(&thread, NULL, do_nothing, NULL));
  __bsan_enter_loop();
  usleep(1);
  fprintf(stderr, "step: first\n");
  usleep(2);
  fprintf(stderr, "step: second\n");
  __bsan_leave_loop();
  return 0;
}
