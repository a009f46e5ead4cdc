// Intent: log_path sends everything the runtime says to a file of the process,
// which survives a program that closes all descriptors.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %env_bsan_opts=log_path=%t.dir/log:halt_on_error=0 %exits 44 %run %t 2>&1 | count 0
// RUN: cat %t.dir/log.* | FileCheck %s
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}} in main (usleep)
// CHECK: WARNING: BlockSanitizer: blocking-call: usleep

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %env_bsan_opts=log_path=%t.dir/log:log_exe_name=1 %exits 44 %run %t 2>&1 | count 0
// RUN: cat %t.dir/log.log_path.c.tmp.* | FileCheck %s --check-prefix=NAME
// NAME: ERROR: BlockSanitizer
// NAME: ABORTING

// RUN: %env_bsan_opts=log_path=stdout %exits 44 %run %t 2>/dev/null | FileCheck %s --check-prefix=NAME

// A folder that does not exist: the program's own behaviour is what counts.
// RUN: %env_bsan_opts=log_path=%t.dir/none/log:halt_on_error=0:exitcode=0 %run %t

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  for (int fd = 3; fd < 64; fd++)
    close(fd);
  __bsan_enter_loop();
  usleep(2);
  __bsan_leave_loop();
  return 0;
}
