// Intent: a blocking call fails the googletest that makes it, with the report's
// summary; the tests behind it run, and a clean one passes.

// REQUIRES: c++, gtest
// RUN: %bsan_cxx %s -o %t -lgtest -lgtest_main -lpthread
// RUN: %exits 1 %run %t > %t.out 2> %t.log
// RUN: FileCheck %s < %t.out
// RUN: FileCheck %s --check-prefix=LOG < %t.log
// CHECK: [ RUN      ] Server.DoesNotBlock
// CHECK-NEXT: [       OK ] Server.DoesNotBlock
// CHECK: [ RUN      ] Server.SavesLater
// CHECK-NEXT: Failure
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}}googletest.cpp:[[#]]:{{.*}} (usleep)
// CHECK-NOT: Failure
// CHECK: [  FAILED  ] Server.SavesLater
// CHECK: [       OK ] Server.DoesNotBlockEither
// CHECK: [  PASSED  ] 2 tests.
// CHECK: [  FAILED  ] 1 test, listed below:
// CHECK-NEXT: [  FAILED  ] Server.SavesLater
// LOG: WARNING: BlockSanitizer: blocking-call: usleep

// A test that is repeated fails each time.
// RUN: %exits 1 %run %t --gtest_filter=*Later --gtest_repeat=2 2>/dev/null | FileCheck %s --check-prefix=AGAIN
// AGAIN: [  FAILED  ] Server.SavesLater
// AGAIN: Repeating all tests (iteration 2)
// AGAIN: SUMMARY: BlockSanitizer:
// AGAIN: [  FAILED  ] Server.SavesLater

#include <gtest/gtest.h>
#include <sanitizer/bsan_interface.h>
#include <string.h>
#include <unistd.h>

extern "C" const char *__bsan_default_options(void) {
  return "halt_on_error=0:exitcode=0:suppress_equal_stacks=0";
}

extern "C" void __bsan_on_report(const char *report) {
  const char *summary = strstr(report, "SUMMARY: ");
  ADD_FAILURE() << (summary ? summary : report);
}

static volatile int saves;

static void save_later() {
  usleep(1);
  saves++;
}

TEST(Server, DoesNotBlock) {
  __bsan_enter_loop();
  EXPECT_EQ(0, saves);
  __bsan_leave_loop();
}

TEST(Server, SavesLater) {
  __bsan_enter_loop();
  save_later();
  EXPECT_EQ(saves, saves);
  __bsan_leave_loop();
}

TEST(Server, DoesNotBlockEither) {
  save_later();
  EXPECT_LE(1, saves);
}
