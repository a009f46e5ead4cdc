// Intent: whatever the runtime has to say is a line of its own, so that every
// line of the log parses; an unknown format is said to be one.

// RUN: %bsan_cc %s -o %t
// RUN: echo 'read:*:main' > %t.supp
// RUN: rm -f %t.log.*
// RUN: %env_bsan_opts=halt_on_error=0:verbosity=1:log_format=json:log_path=%t.log:max_reports=1:suppressions=%t.supp %exits 44 %run %t
// RUN: cat %t.log.* > %t.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.log | FileCheck %s
// CHECK: message text='=={{[0-9]+}}==BlockSanitizer: started
// CHECK: blocking-call {{.*}} call='usleep'
// CHECK: message text='BlockSanitizer: 1 reports printed (max_reports)
// CHECK: site call='usleep' {{.*}} stack:main
// CHECK: site call='usleep' {{.*}} stack:main
// CHECK: summary sites=2 calls=2 final=False
// CHECK: site call='usleep' {{.*}} stack:main
// CHECK: site call='usleep' {{.*}} stack:main
// CHECK: summary sites=2 calls=2 final=True

// What sanitizer_common says by itself: no option is its, the program is not.
// RUN: rm -f %t.log.*
// RUN: %env_bsan_opts=nonsense=1:help=1:verbosity=3:log_format=json:log_path=%t.log:external_symbolizer_path=/nowhere %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN-DAG: nonsense
// UNKNOWN-DAG: Available flags for BlockSanitizer
// RUN: cat %t.log.* > %t.log
// RUN: %python %S/Inputs/check_log.py %source_dir/docs/bsan-log.schema.json %t.log | FileCheck %s --check-prefix=PARSED
// PARSED: message text='=={{[0-9]+}}==BlockSanitizer: started
// PARSED: message text='=={{[0-9]+}}==External symbolizer is explicitly disabled
// PARSED: blocking-call {{.*}} call='usleep'

// RUN: %env_bsan_opts=log_format=xml %exits 44 %run %t 2>&1 | FileCheck %s --check-prefix=XML
// XML: BlockSanitizer: WARNING: 'xml' is no value for log_format: expected text or json; keeping text
// XML: ERROR: BlockSanitizer: blocking-call: usleep

#include <sanitizer/bsan_interface.h>
#include <unistd.h>

int main(void) {
  __bsan_enter_loop();
  usleep(1);
  usleep(2);
  __bsan_leave_loop();
  __bsan_print_stats();
  return 0;
}
