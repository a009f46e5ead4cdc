// Intent: the shared runtime may be loaded late; it finds nothing then, says
// no nonsense, and its hooks work.

// REQUIRES: static
// RUN: %plain_cc -g %s -o %t -ldl
// RUN: %t %shared_runtime 2>&1 | FileCheck %s
// CHECK: loaded
// CHECK: in loop: 1
// CHECK: end
// RUN: env BSAN_OPTIONS=verbosity=1 %t %shared_runtime 2>&1 | FileCheck %s --check-prefix=VERBOSE
// VERBOSE: BlockSanitizer: started

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  void *runtime = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!runtime) {
    fprintf(stderr, "dlopen: %s\n", dlerror());
    return 1;
  }
  fputs("loaded\n", stderr);
  void (*enter)(void) = (void (*)(void))dlsym(runtime, "__bsan_enter_loop");
  void (*leave)(void) = (void (*)(void))dlsym(runtime, "__bsan_leave_loop");
  int (*in_loop)(void) = (int (*)(void))dlsym(runtime, "__bsan_in_loop");
  enter();
  fprintf(stderr, "in loop: %d\n", in_loop());
  leave();
  usleep(1);
  dlclose(runtime);
  usleep(1);
  fputs("end\n", stderr);
  return 0;
}
