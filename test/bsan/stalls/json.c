// Intent: stalls are lines of the log, which bsan report counts, each once.

// RUN: %bsan_cc %s -o %t -lpthread
// RUN: rm -f %t.log.*
// RUN: env LOG=%t.log BSAN_OPTIONS=checks=-dns:halt_on_error=0:exitcode=0:stall_ms=100:log_format=json:log_path=%t.log %run %t
// RUN: cat %t.log.* > %t.all
// RUN: %python %S/../log/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.all > %t.txt
// RUN: grep '"type":"stall"' %t.all | FileCheck %s
// CHECK: "tid":{{[0-9]+}},"thread":"json.c.tmp","loop":"ui","adapter":"hooks","iteration":1,"duration_us":{{[0-9]+}},"number":1,"ended":false,"state":"sleeping","wchan":"futex{{[a-z_]*}}","system_call_number":{{[0-9]+}},"system_call":"futex","system_call_args":["0x{{[^]]*}}],"call":"pthread_mutex_lock","class":"lock","hash":"{{[0-9a-f]+}}","stack":[{{.*}}"function":"on_event"{{.*}},"owner_tid":{{[0-9]+}},"owner":"holder"
// CHECK: "number":2,"ended":false,"state":"sleeping"
// CHECK: "duration_us":{{[0-9]+}},"number":{{[2-9]}},"ended":true}
// RUN: %bsan_bin/bsan report %t.log.* | FileCheck %s --check-prefix=REPORT
// REPORT: 1 stall, the longest {{[0-9.]+}}
// RUN: %bsan_bin/bsan report --format=chrome-trace %t.log.* | grep -c '"name":"stall"' | FileCheck %s --check-prefix=TRACE
// TRACE: {{^[3-9]$}}

#include "Inputs/stall.h"

#include <sanitizer/bsan_interface.h>

static volatile int is_held;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *hold(void *unused) {
  pthread_setname_np(pthread_self(), "holder");
  pthread_mutex_lock(&lock);
  is_held = 1;
  wait_for_log("\"type\":\"stall\"", 2);
  pthread_mutex_unlock(&lock);
  return unused;
}

__attribute__((noinline)) static void on_event(void) {
  pthread_mutex_lock(&lock);
  pthread_mutex_unlock(&lock);
}

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, hold, NULL))
    return 1;
  while (!is_held)
    ;
  __bsan_enter_loop_named("ui");
  on_event();
  __bsan_leave_loop();
  pthread_join(thread, NULL);
  return 0;
}
