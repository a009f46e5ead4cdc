// Intent: libraries may come and go on one thread while another one, entering
// its loop, looks for what there is to bind.

// RUN: %plain_cc -DLIBRARY -shared -fPIC %s -o %t.library.so
// RUN: %plain_cc -DPLUGIN -shared -fPIC %s -o %t.so -Wl,-z,lazy %t.library.so
// RUN: %bsan_cc -Wall -Werror %s -o %t -ldl -lpthread
// RUN: %exits 0 timeout 60 %run %t %t.library.so %t.so 2>&1 | FileCheck %s
// CHECK-NOT: BlockSanitizer
// CHECK: loaded 3000 times

int sqlite3_step(void *statement);

#if defined(LIBRARY)

int sqlite3_step(void *statement) { return statement != 0; }

#elif defined(PLUGIN)

int step(void);
int step(void) { return sqlite3_step(0) + 0; }

#else

#  include <dlfcn.h>
#  include <pthread.h>
#  include <sanitizer/bsan_interface.h>
#  include <stdio.h>
#  include <stdlib.h>

enum { TIMES = 3000 };

static volatile int loaded;

static void *load(void *path) {
  while (loaded < TIMES) {
    void *plugin = dlopen(path, RTLD_LAZY);
    if (!plugin)
      abort();
    dlclose(plugin);
    loaded++;
  }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t loader;
  // Its function is known to everybody, so that the plugin's slot has a target.
  if (argc < 3 || !dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL))
    return 1;
  pthread_create(&loader, NULL, load, argv[2]);
  while (loaded < TIMES) {
    __bsan_enter_loop();
    __bsan_leave_loop();
  }
  pthread_join(loader, NULL);
  fprintf(stderr, "loaded %d times\n", loaded);
  return 0;
}

#endif
