//===-- all_hooks.c - Calls every hook ------------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C and C++ of every standard the header promises.  Exits with 0 when no
// runtime is there.
//
//===----------------------------------------------------------------------===//

#include <sanitizer/bsan_interface.h>
#include <stddef.h>

static void callback(void) {}

static void report_callback(const char *report, void *arg) {
  (void)report;
  (void)arg;
}

static int predicate(const char *function, int fd, void *arg) {
  (void)function;
  (void)arg;
  return fd < -1;
}

int main(void) {
  int in_loop;
  __bsan_set_death_callback(callback);
  __bsan_set_death_callback(NULL);
  __bsan_set_report_callback(report_callback, NULL);
  __bsan_set_report_callback(NULL, NULL);
  __bsan_set_check("all", 1);
  __bsan_set_predicate("usleep", predicate, NULL);
  __bsan_can_block_in("usleep", "none.c", NULL);
  BSAN_CTX { (void)__bsan_in_loop(); }
  __bsan_activate();
  __bsan_enter_loop();
  __bsan_enter_loop_named("name");
  in_loop = __bsan_in_loop();
  __bsan_disable();
  in_loop += __bsan_in_loop();
  __bsan_enable();
  __bsan_notify_blocking_call("query");
  __bsan_leave_loop();
  __bsan_leave_loop();
  __bsan_deactivate();
  if (in_loop)
    __bsan_print_stats();
  return in_loop;
}
