// Intent: with two copies of a library in one process every caller gets the one
// that it would have got: the first is checked, the other left alone.

// RUN: %plain_cc -DLIBRARY=1 -shared -fPIC %s -o %t.one.so
// RUN: %plain_cc -DLIBRARY=2 -shared -fPIC %s -o %t.two.so
// RUN: %plain_cc -DPLUGIN -shared -fPIC %s -o %t.of_one.so -Wl,-z,lazy %t.one.so
// RUN: %plain_cc -DPLUGIN -shared -fPIC %s -o %t.of_two.so -Wl,-z,lazy %t.two.so
// RUN: %bsan_cc -Wall -Werror %s -o %t -ldl
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t %t.of_one.so %t.of_two.so 2>&1 | FileCheck %s
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 env LD_BIND_NOW=1 %run %t %t.of_one.so %t.of_two.so 2>&1 | FileCheck %s
// The first is in the scope of the executable, so the loader gives it to all.
// RUN: %bsan_cc -Wall -Werror -DLINKED %s -o %t.linked %t.one.so -ldl
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t.linked %t.of_one.so %t.of_two.so 2>&1 | FileCheck %s --check-prefix=LINKED
// CHECK: WARNING: BlockSanitizer: blocking-call: sqlite3_step
// CHECK: step 1
// CHECK-NEXT: step 2
// CHECK-NOT: blocking-call
// LINKED: WARNING: BlockSanitizer: blocking-call: sqlite3_step
// LINKED: step 1
// LINKED: step 1

int sqlite3_step(void *statement);

#if defined(LIBRARY)

int sqlite3_step(void *statement) { return LIBRARY + (statement != 0); }

#elif defined(PLUGIN)

int step(void);
int step(void) { return sqlite3_step(0) + 0; }

#else

#  include <dlfcn.h>
#  include <sanitizer/bsan_interface.h>
#  include <stdio.h>

static int step_of(const char *path) {
  void *plugin = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (!plugin) {
    fprintf(stderr, "%s\n", dlerror());
    return -1;
  }
  int (*step)(void) = (int (*)(void))dlsym(plugin, "step");
  __bsan_enter_loop();
  int value = step();
  __bsan_leave_loop();
  return value;
}

int main(int argc, char **argv) {
#  ifdef LINKED
  if (sqlite3_step(0) != 1)
    return 1;
#  endif
  for (int i = 1; i < argc; i++)
    fprintf(stderr, "step %d\n", step_of(argv[i]));
  return 0;
}

#endif
