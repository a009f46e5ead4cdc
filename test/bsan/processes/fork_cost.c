// Intent: what the runtime does in the child of a fork touches a few pages of
// its memory, not its tables from end to end.

// RUN: %bsan_cc %s -o %t
// RUN: %run %t | FileCheck %s
// CHECK: few pages

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// A process of any kind touches some twenty; the tables have two thousand.
enum { FEW = 200 };

int main(void) {
  close(open("/dev/null", O_RDONLY));  // The tables are in use.
  pid_t child = fork();
  if (child == 0) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    if (used.ru_minflt < FEW)
      puts("few pages");
    else
      printf("%ld pages\n", used.ru_minflt);
  }
  return child ? waitpid(child, NULL, 0) != child : 0;
}
