// Intent: a blocking call fails the greatest test that makes it, with the report's
// summary; the tests behind it run, and a clean one passes.

// RUN: %bsan_cc -I%greatest_dir %s -o %t
// RUN: %exits 1 %run %t -v > %t.out 2> %t.log
// RUN: FileCheck %s < %t.out
// RUN: FileCheck %s --check-prefix=LOG < %t.log
// CHECK: PASS does_not_block
// CHECK: FAIL saves_later: SUMMARY: BlockSanitizer: blocking-call {{.*}}greatest.c:[[#]]:{{.*}} (usleep)
// CHECK: PASS does_not_block_either
// CHECK: Pass: 2, fail: 1, skip: 0.
// LOG: WARNING: BlockSanitizer: blocking-call: usleep

#include <sanitizer/bsan_interface.h>
#include <string.h>
#include <unistd.h>

#include "greatest.h"

const char *__bsan_default_options(void) {
  return "halt_on_error=0:exitcode=0:suppress_equal_stacks=0";
}

static char blocked[512];

static void keep_summary(const char *report, void *arg) {
  const char *summary = strstr(report, "SUMMARY: ");
  size_t length = strcspn(summary ? summary : report, "\n");
  (void)arg;
  if (length >= sizeof(blocked))
    length = sizeof(blocked) - 1;
  memcpy(blocked, summary ? summary : report, length);
  blocked[length] = 0;
}

static void forget(void *unused) {
  (void)unused;
  blocked[0] = 0;
}

#define PASS_UNLESS_BLOCKED()                                                  \
  do {                                                                         \
    ASSERTm(blocked, !blocked[0]);                                             \
    PASS();                                                                    \
  } while (0)

static volatile int saves;

static void save_later(void) {
  usleep(1);
  saves++;
}

TEST does_not_block(void) {
  __bsan_enter_loop();
  int count = saves;
  __bsan_leave_loop();
  ASSERT_EQ(0, count);
  PASS_UNLESS_BLOCKED();
}

TEST saves_later(void) {
  __bsan_enter_loop();
  save_later();
  __bsan_leave_loop();
  PASS_UNLESS_BLOCKED();
}

TEST does_not_block_either(void) {
  save_later();
  PASS_UNLESS_BLOCKED();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv) {
  GREATEST_MAIN_BEGIN();
  __bsan_set_report_callback(keep_summary, NULL);
  SET_SETUP(forget, NULL);
  RUN_TEST(does_not_block);
  RUN_TEST(saves_later);
  RUN_TEST(does_not_block_either);
  GREATEST_MAIN_END();
}
