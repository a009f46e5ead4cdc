// Intent: waiting for the disk is reported unless there is no disk behind the
// descriptor.

// RUN: %bsan_cc -Wall -Werror -Wno-unused-result %s %S/Inputs/rule_main.c -o %t -ldl -lpthread
// RUN: %python %S/check_rule.py %s %t.dir %run %t

#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rule.h"

enum { SIZE = 4096 };

static int file, pipe_fd, no_fd = -1;
static void *memory;

void rule_setup(void) {
  int pair[2];
  file = open("/dev/shm", O_TMPFILE | O_RDWR, 0600);
  ftruncate(file, SIZE);
  memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  pipe(pair);
  pipe_fd = pair[0];
}

void rule_teardown(void) { munmap(memory, SIZE); }

RULE(fsync, fsync, sync, fsync(file), fsync(pipe_fd));
RULE(fdatasync, fdatasync, sync, fdatasync(file), fdatasync(no_fd));
RULE(sync, sync, sync, (sync(), 0), RULE_OUTSIDE((sync(), 0)));
RULE(syncfs, syncfs, sync, syncfs(file), syncfs(no_fd));
RULE(sync_file_range, sync_file_range, sync,
     sync_file_range(file, 0, SIZE, SYNC_FILE_RANGE_WRITE),
     sync_file_range(pipe_fd, 0, SIZE, SYNC_FILE_RANGE_WRITE));
RULE(msync, msync, sync, msync(memory, SIZE, MS_SYNC),
     msync(memory, SIZE, MS_ASYNC));
