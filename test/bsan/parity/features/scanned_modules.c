// Intent: scanned_modules and excluded_modules: a call is reported when a frame
// at any depth is in a module that is scanned; excluded is "not scanned", which
// is not "allowed".

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %plain_cc -g -shared -fPIC -fno-omit-frame-pointer -DMODULE=app_main %s -o %t.dir/libapp_main.so
// RUN: %plain_cc -g -shared -fPIC -fno-omit-frame-pointer -DMODULE=app_test %s -o %t.dir/libapp_test.so
// RUN: %plain_cc -g -shared -fPIC -fno-omit-frame-pointer -DMODULE=vendor %s -o %t.dir/libvendor.so
// RUN: %bsan_cc %s -o %t.dir/program -Wl,-rpath,%t.dir %t.dir/libapp_main.so %t.dir/libapp_test.so %t.dir/libvendor.so
// The RUN lines below differ in the two lists only.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %run %t.dir/program 2>&1 | FileCheck %s --check-prefixes=MAIN,TEST,VENDOR,BELOW
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:scan_modules=libapp_main.so %run %t.dir/program 2>&1 | FileCheck %s --check-prefixes=MAIN,NOTEST,NOVENDOR,BELOW
// RUN: %env_bsan_opts="halt_on_error=0:exitcode=0:scan_modules=libapp*,libother*" %run %t.dir/program 2>&1 | FileCheck %s --check-prefixes=MAIN,TEST,NOVENDOR,BELOW
// RUN: %env_bsan_opts="halt_on_error=0:exitcode=0:scan_modules=libapp*:exclude_modules=*_test*" %run %t.dir/program 2>&1 | FileCheck %s --check-prefixes=MAIN,NOTEST,NOVENDOR,BELOW
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:scan_modules=libvendor.so:exclude_modules=libapp_main.so %run %t.dir/program 2>&1 | FileCheck %s --check-prefixes=NOMAIN,NOTEST,VENDOR,BELOW
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0:scan_modules=libnone.so %run %t.dir/program 2>&1 | FileCheck %s --check-prefixes=NOMAIN,NOTEST,NOVENDOR,NOBELOW

// MAIN: #1 {{.*}} in app_main
// NOMAIN-NOT: WARNING
// TEST: main done
// TEST: #1 {{.*}} in app_test
// NOTEST: main done
// NOTEST-NOT: WARNING
// VENDOR: test done
// VENDOR: #1 {{.*}} in vendor
// NOVENDOR: test done
// NOVENDOR-NOT: WARNING
// The vendor's call, made for app_main.
// BELOW: vendor done
// BELOW: #1 {{.*}} in vendor
// BELOW: #2 {{.*}} in app_main
// NOBELOW: vendor done
// NOBELOW-NOT: WARNING
// BELOW: end
// NOBELOW: end

#include <unistd.h>

// Calls `inner` with NULL, or blocks when that is NULL.
typedef void module_function(void *inner);

#ifdef MODULE

module_function MODULE;

void MODULE(void *inner) {
  volatile int after = 0;
  if (inner)
    ((module_function *)inner)(NULL);
  else
    usleep(1);
  after++;
}

#else

#  include "Inputs/caller.h"

module_function app_main, app_test, vendor;

int main(void) {
  __bsan_enter_loop();
  app_main(NULL);
  SAY("main done");
  app_test(NULL);
  SAY("test done");
  vendor(NULL);
  SAY("vendor done");
  app_main((void *)vendor);
  __bsan_leave_loop();
  SAY("end");
  return 0;
}

#endif
