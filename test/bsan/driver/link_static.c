// Intent: by default the runtime is inside the program, visible to the
// libraries of the program, and the user's own as-needed does not drop it.

// RUN: %cc -fsanitize=blocking %s -o %t -ldl
// RUN: %t | FileCheck %s
// RUN: %cc -fsanitize=blocking -c %s -o %t.o
// RUN: %cc -fsanitize=blocking -Wl,--as-needed %t.o -o %t.linked -ldl
// RUN: %t.linked | FileCheck %s
// CHECK: runtime in: program

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int main(void) {
  Dl_info runtime, program;
  void *hook = dlsym(RTLD_DEFAULT, "__bsan_enter_loop");
  if (!hook || !dladdr(hook, &runtime) || !dladdr((void *)main, &program))
    return 1;
  int same = runtime.dli_fbase == program.dli_fbase;
  printf("runtime in: %s\n", same ? "program" : runtime.dli_fname);
  return 0;
}
