// Intent: -shared-libsan links the shared runtime, which is found at run time
// without LD_LIBRARY_PATH and is the first library of the program.

// RUN: %cc -fsanitize=blocking -shared-libsan -Wl,--as-needed %s -o %t -ldl
// RUN: %t | FileCheck %s --check-prefix=SHARED
// RUN: %cc -fsanitize=blocking -shared-libsan -static-libsan %s -o %t.static -ldl
// RUN: %t.static | FileCheck %s --check-prefix=STATIC
// SHARED: runtime in: {{.*}}/libclang_rt.bsan-{{.*}}.so
// STATIC: runtime in: {{.*}}link_shared.c.tmp.static

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int main(void) {
  Dl_info runtime;
  void *hook = dlsym(RTLD_DEFAULT, "__bsan_enter_loop");
  if (!hook || !dladdr(hook, &runtime))
    return 1;
  printf("runtime in: %s\n", runtime.dli_fname);
  return 0;
}
