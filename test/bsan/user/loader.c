// Intent: one thread loads and unloads plugins while others go round their
// loops, where slots are bound: nobody waits for ever, and nothing crashes.

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.dir/libquery.so
// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DPLUGIN %s -o %t.dir/plugin.so -Wl,-z,lazy %t.dir/libquery.so -Wl,-rpath,%t.dir
// RUN: %bsan_cc %s -o %t -ldl -lpthread
// RUN: %env_bsan_opts=blocking_functions=my_query:halt_on_error=0:exitcode=0 %exits 0 %run %t %t.dir/plugin.so 2>&1 | FileCheck %s
// CHECK: end

#include <dlfcn.h>
#include <pthread.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <unistd.h>

int my_query(int value);

#if defined(LIBRARY)
int my_query(int value) { return value + 1; }
#elif defined(PLUGIN)
int plugin_run(int value);
int plugin_run(int value) { return my_query(value); }
#else
enum { LOADS = 2000, LOOPS = 2 };

static volatile int is_over;

static void *go_round(void *unused) {
  while (!is_over) {
    __bsan_enter_loop();
    __bsan_leave_loop();
  }
  return unused;
}

static int load(const char *path) {
  void *plugin = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  int (*run)(int) = plugin ? (int (*)(int))dlsym(plugin, "plugin_run") : NULL;
  int result = run ? run(1) : 0;
  if (plugin)
    dlclose(plugin);
  return result == 2;
}

int main(int argc, char **argv) {
  pthread_t loops[LOOPS];
  int loaded = 0;
  // An end for the test, should there be none.
  alarm(60);
  for (int i = 0; i < LOOPS; i++)
    if (pthread_create(&loops[i], NULL, go_round, NULL))
      return 2;
  for (int i = 0; argc > 1 && i < LOADS; i++)
    loaded += load(argv[1]);
  is_over = 1;
  for (int i = 0; i < LOOPS; i++)
    pthread_join(loops[i], NULL);
  fputs("end\n", stderr);
  return loaded == LOADS ? 0 : 1;
}
#endif
