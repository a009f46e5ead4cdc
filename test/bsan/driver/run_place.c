// Intent: bsan finds the runtime next to itself wherever it was put, whatever
// it was called through, and says where it looked when there is none.

// RUN: %cc %s -o %t
// RUN: rm -rf %t.moved && mkdir -p %t.moved/bin %t.moved/lib/linux %t.moved/links
// RUN: cp %bsan_bin/bsan %t.moved/bin && cp %shared_runtime %t.moved/lib/linux
// RUN: ln -s ../bin/bsan %t.moved/links/bsan
// RUN: %t.moved/bin/bsan run -q %t | FileCheck %s --check-prefix=MOVED
// RUN: %t.moved/links/bsan run -q %t | FileCheck %s --check-prefix=MOVED
// RUN: env PATH=%t.moved/bin bsan run -q %t | FileCheck %s --check-prefix=MOVED
// RUN: env PATH=%t.moved/links bsan run -q %t | FileCheck %s --check-prefix=MOVED
// RUN: cd %t.moved/bin && ./bsan run -q %t | FileCheck %s --check-prefix=MOVED
// MOVED: {{^}}{{.*}}.moved/lib/linux/libclang_rt.bsan-{{.*}}.so{{$}}

// As it is installed.
// RUN: mkdir -p %t.moved/lib/bsan && mv %t.moved/lib/linux %t.moved/lib/bsan
// RUN: %t.moved/bin/bsan run -q %t | FileCheck %s --check-prefix=INSTALLED
// INSTALLED: {{^}}{{.*}}.moved/lib/bsan/linux/libclang_rt.bsan-{{.*}}.so{{$}}

// What the user names wins, and nothing else is tried then.
// RUN: env BSAN_RUNTIME_DIR=%runtime_dir %t.moved/bin/bsan run -q %t | FileCheck %s --check-prefix=NAMED
// NAMED-NOT: .moved
// NAMED: libclang_rt.bsan
// RUN: sh -c 'BSAN_RUNTIME_DIR=%t.none %t.moved/bin/bsan run -q %t; echo status $?' 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: bsan run: error: cannot find the runtime 'libclang_rt.bsan-{{.*}}.so'; looked in: {{.*}}.none (
// NONE: status 2

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return puts(preloaded ? preloaded : "nothing") < 0;
}
