// Intent: a program that closes descriptors it does not know, and opens a file
// of its own at the number of the log, finds no reports in that file.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %env_bsan_opts=log_path=%t.dir/log:halt_on_error=0 %exits 44 %run %t %t.data
// RUN: FileCheck %s --check-prefix=DATA < %t.data
// DATA: the program's
// DATA-NOT: BlockSanitizer
// RUN: cat %t.dir/log.* | grep -c "^SUMMARY: BlockSanitizer" | FileCheck %s --check-prefix=LOG
// LOG: {{^}}2{{$}}

#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *text = "the program's\n";
  if (argc != 2)
    return 1;
  __bsan_enter_loop();
  usleep(1);
  __bsan_leave_loop();
  for (int fd = 3; fd < 64; fd++)
    close(fd);
  int file = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (int fd = file + 1; fd < 64; fd++)
    dup2(file, fd);
  if (write(file, text, strlen(text)) < 0)
    return 1;
  __bsan_enter_loop();
  usleep(2);
  __bsan_leave_loop();
  return 0;
}
