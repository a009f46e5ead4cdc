// Intent: a program that closes every descriptor, the symbolizer's pipes among
// them, and gets their numbers for files of its own finds nothing in these but
// what it wrote, nor closed; reports go on with symbols.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %env_bsan_opts=report_thread=1:halt_on_error=0 %exits 44 %run %t %t.dir > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: %env_bsan_opts=report_thread=0:halt_on_error=0 %exits 44 %run %t %t.dir > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// CHECK: in first {{.*}}close_all.c
// CHECK: in second {{.*}}close_all.c
// CHECK: 64 files are as they were

#define _GNU_SOURCE
#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 64 };

static void report_all(void) {
  __bsan_print_stats();  // Waits for what was found before.
}

#define KEEP_FRAME() __asm__ volatile("")

__attribute__((noinline)) static void first(void) {
  usleep(1);
  KEEP_FRAME();
}

__attribute__((noinline)) static void second(void) {
  usleep(2);
  KEEP_FRAME();
}

int main(int argc, char **argv) {
  int files[FILES], good = 0;
  if (argc < 2 || chdir(argv[1]))
    return 1;
  __bsan_enter_loop();
  first();
  __bsan_leave_loop();
  report_all();
  closefrom(3);
  for (int i = 0; i < FILES; i++)
    files[i] = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  __bsan_enter_loop();
  second();
  __bsan_leave_loop();
  report_all();
  for (int i = 0; i < FILES; i++) {
    struct stat st;
    good += fstat(files[i], &st) == 0 && st.st_size == 0 && files[i] == i + 3;
  }
  fprintf(stderr, "%d files are as they were\n", good);
  return 0;
}
