// Intent: constructors of libraries that run before the runtime is ready may
// call wrapped functions and the hooks.

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %bsan_cc -DLIBRARY -shared -fPIC %s -o %t.dir/libearly.so
// RUN: %bsan_cc %s -o %t %t.dir/libearly.so -Wl,-rpath,%t.dir
// RUN: %exits 44 %run %t 2>&1 | FileCheck %s
// CHECK: early read: 4
// CHECK: main
// CHECK: ERROR: BlockSanitizer: blocking-call: usleep
// CHECK-NEXT: usleep(2)

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int early_result(void);

#ifdef LIBRARY
static int result;

// 101 is the first priority that is not the implementation's.
__attribute__((constructor(101))) static void start(void) {
  char data[4];
  struct stat st;
  struct pollfd none = {.fd = -1};
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  int fd = open("/proc/self/stat", O_RDONLY);
  __bsan_enter_loop();
  result = (int)read(fd, data, sizeof(data));
  __bsan_leave_loop();
  stat("/etc", &st);
  poll(&none, 1, 0);
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  usleep(1);
  close(fd);
}

int early_result(void) { return result; }
#else
int main(void) {
  fprintf(stderr, "early read: %d\nmain\n", early_result());
  __bsan_enter_loop();
  usleep(2);
  __bsan_leave_loop();
  return 0;
}
#endif
