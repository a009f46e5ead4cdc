// Intent: a callback that takes stall_ms is reported while it does, with what it
// does: it computes, or sleeps in a system call, of a rule or of its own, or waits
// for a mutex of which the owner is named. It does not end the program.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=checks=-all:stall_ms=1000:log_path=%t.log %run %t running
// RUN: cat %t.log.* | FileCheck %s --check-prefix=RUNNING
// RUNNING: ==[[PID:[0-9]+]]==WARNING: BlockSanitizer: stall: callback on event loop thread T0 "kinds.c.tmp" (hooks, ui) has run for {{[1-9][0-9][0-9][0-9]+}} ms
// RUNNING-NEXT: {{^}}  it runs{{$}}
// RUNNING-NEXT: #0 {{.*}} in compute_while {{.*}}stall.h:
// RUNNING-NEXT: #1 {{.*}} in on_event {{.*}}kinds.c:
// RUNNING-NEXT: #2 {{.*}} in main
// RUNNING: The thread entered the loop here:
// RUNNING-NEXT: #0 {{.*}} in main
// RUNNING: HINT: do long work on another thread
// RUNNING-NEXT: SUMMARY: BlockSanitizer: stall {{.*}} in compute_while (running)
// RUNNING: ==[[PID]]==BlockSanitizer: stall ended after {{[1-9][0-9][0-9][0-9]+}} ms: callback on event loop thread T0 "kinds.c.tmp" (hooks, ui)

// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=exitcode=0:halt_on_error=0:stall_ms=1000:log_path=%t.log %run %t mutex
// RUN: cat %t.log.* | FileCheck %s --check-prefix=MUTEX
// MUTEX: WARNING: BlockSanitizer: stall: callback {{.*}} has run for 1{{[0-9][0-9][0-9]}} ms
// MUTEX-NEXT: it sleeps in the system call futex(0x{{.*}}), in the kernel's futex
// MUTEX-NEXT: pthread_mutex_lock(0x{{.*}}): lock: it waits for another thread
// MUTEX-NEXT: mutex 0x{{.*}} is held by thread "holder" (tid {{[0-9]+}})
// MUTEX-NEXT: #0 {{.*}} in {{(__)?}}pthread_mutex_lock
// MUTEX-NEXT: #1 {{.*}} in on_event {{.*}}kinds.c
// MUTEX-NEXT: #2 {{.*}} in main
// MUTEX: SUMMARY: BlockSanitizer: stall {{.*}} in on_event (pthread_mutex_lock)
// MUTEX-DAG: stall ended after
// MUTEX-DAG: WARNING: BlockSanitizer: blocking-call: pthread_mutex_lock

// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=exitcode=0:halt_on_error=0:stall_ms=200:log_path=%t.log %run %t read
// RUN: cat %t.log.* | FileCheck %s --check-prefix=READ
// READ: WARNING: BlockSanitizer: stall: callback
// READ-NEXT: it sleeps in the system call read(0x{{.*}}), in the kernel's {{.*}}pipe_read
// READ-NEXT: read({{[0-9]+}}, 0x{{.*}}, 1): pipe: the descriptor is in blocking mode
// READ-NEXT: fd {{[0-9]+}} is pipe:
// READ-NEXT: #0 {{.*}} in {{(__)?}}read
// READ-NEXT: #1 {{.*}} in on_event {{.*}}kinds.c
// READ: SUMMARY: BlockSanitizer: stall {{.*}} in on_event (read)

// Not a rule: what sleeps is all that is known.
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=checks=-all:stall_ms=200:log_path=%t.log %run %t raw
// RUN: cat %t.log.* | FileCheck %s --check-prefix=RAW
// RAW: WARNING: BlockSanitizer: stall: callback
// RAW-NEXT: it sleeps in the system call read(0x{{.*}}), in the kernel's {{.*}}pipe_read
// RAW-NEXT: #0 {{.*}} in read_raw {{.*}}kinds.c
// RAW: SUMMARY: BlockSanitizer: stall {{.*}} in read_raw (sleeping)

// RUN: env LOG=%t.log %run %t running | count 0
// RUN: env BSAN_OPTIONS=stall_ms=-1 %run %t none 2>&1 | FileCheck %s --check-prefix=RANGE
// RANGE: BlockSanitizer: WARNING: -1 is no value for stall_ms: expected 0 or more; keeping 0

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>
#include <sys/syscall.h>

static volatile int is_waiting = 1, is_held;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ends[2];

// Lets the callback go on once it has been told.
static void *watch(void *kind) {
  pthread_setname_np(pthread_self(), "holder");
  pthread_mutex_lock(&lock);
  is_held = 1;
  if (getenv("BSAN_OPTIONS") && strcmp(kind, "none") != 0)
    wait_for_log("SUMMARY: BlockSanitizer: stall", 1);
  is_waiting = 0;
  pthread_mutex_unlock(&lock);
  if (write(ends[1], "x", 1) != 1)
    abort();
  return NULL;
}

__attribute__((noinline)) static void read_raw(char *byte) {
#ifdef __x86_64__
  long result = SYS_read;
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(ends[0]), "S"(byte), "d"(1)
                   : "rcx", "r11", "memory");
  if (result != 1)
    abort();
#endif
}

__attribute__((noinline)) static void on_event(const char *kind) {
  char byte;
  if (strcmp(kind, "running") == 0) {
    compute_while(&is_waiting);
  } else if (strcmp(kind, "mutex") == 0) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
  } else if (strcmp(kind, "read") == 0) {
    if (read(ends[0], &byte, 1) != 1)
      abort();
  } else if (strcmp(kind, "raw") == 0) {
    read_raw(&byte);
  }
  __asm__ volatile("" ::: "memory");
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc < 2 || pipe(ends) || pthread_create(&thread, NULL, watch, argv[1]))
    return 1;
  while (!is_held)
    ;
  __bsan_enter_loop_named("ui");
  on_event(argv[1]);
  __bsan_leave_loop();
  pthread_join(thread, NULL);
  return 0;
}
