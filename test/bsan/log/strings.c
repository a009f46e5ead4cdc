// Intent: names and paths are any bytes; the lines are UTF-8 all the same.

// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %env_bsan_opts=halt_on_error=0:log_format=json:symbolize=0 %exits 44 %run %t %t.dir 2>%t.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.log | FileCheck %s
// CHECK: blocking-call thread='a\\x1b"\ufffdb' loop='u\\ni\ufffd' {{.*}} call='read' {{.*}} object='/{{.*}}strings.c.tmp.dir/x?\ufffd\ufffd\u20ac"'
// CHECK: blocking-call {{.*}} call='read' {{.*}} object='/{{.*}}/yyyyyyyy{{.*}}y/end' nonblock
// CHECK: summary sites=2

#include <sanitizer/bsan_interface.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_file(const char *name) {
  int fd = open(name, O_CREAT | O_RDWR, 0600);
  if (fd < 0)
    perror(name);
  return fd;
}

// A path of more than 3600 bytes, by its parts.
static int open_deep(void) {
  static char name[241];
  memset(name, 'y', sizeof(name) - 1);
  for (int i = 0; i < 15; i++)
    if (mkdir(name, 0700) || chdir(name))
      return -1;
  return open_file("end");
}

int main(int argc, char **argv) {
  char data[4];
  if (argc < 2 || chdir(argv[1]))
    return 1;
  prctl(PR_SET_NAME, "a\x1b\"\xff" "b");
  int strange = open_file("x\a\xff\xfe\xe2\x82\xac\""), deep = open_deep();
  if (strange < 0 || deep < 0)
    return 2;
  __bsan_enter_loop_named("u\ni\xc3");
  int sum = (int)read(strange, data, sizeof(data));
  sum += (int)read(deep, data, sizeof(data));
  __bsan_leave_loop();
  return sum;
}
