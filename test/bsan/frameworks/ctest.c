// Intent: a blocking call fails the test of CTest that makes it, which goes on to
// its end and says so with the report's summary; the other tests pass.

// REQUIRES: ctest
// RUN: %bsan_cc %s -o %t
// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: echo 'add_test(answers %run %t)' > %t.dir/CTestTestfile.cmake
// RUN: echo 'add_test(saves %run %t saves)' >> %t.dir/CTestTestfile.cmake
// RUN: echo 'add_test(answers_again %run %t)' >> %t.dir/CTestTestfile.cmake
// RUN: %exits 8 ctest --test-dir %t.dir --output-on-failure > %t.out 2>&1
// RUN: FileCheck %s < %t.out
// CHECK: Test #1: answers {{.*}} Passed
// CHECK: Test #2: saves {{.*}}Failed
// CHECK: failed: SUMMARY: BlockSanitizer: blocking-call {{.*}}ctest.c:[[#]]:{{.*}} (usleep)
// CHECK: the end
// CHECK: Test #3: answers_again {{.*}} Passed
// CHECK: 67% tests passed, 1 tests failed out of 3

#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *__bsan_default_options(void) {
  return "halt_on_error=0:exitcode=0:suppress_equal_stacks=0";
}

static void fail(const char *report, void *failed) {
  printf("failed: %s", strstr(report, "SUMMARY: "));
  *(int *)failed = 1;
}

int main(int argc, char **argv) {
  int failed = 0;
  __bsan_set_report_callback(fail, &failed);
  __bsan_enter_loop();
  if (argc > 1 && strcmp(argv[1], "saves") == 0)
    usleep(1);
  __bsan_leave_loop();
  puts("the end");
  return failed;
}
