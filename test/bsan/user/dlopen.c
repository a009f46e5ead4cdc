// Intent: what is loaded while the program runs is bound before the next round
// of the loop: a plugin's calls of its own library, and of the program.

// RUN: rm -rf %t.dir && mkdir %t.dir
// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.dir/libquery.so
// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DPLUGIN %s -o %t.dir/plugin.so -Wl,-z,lazy %t.dir/libquery.so -Wl,-rpath,%t.dir
// RUN: %bsan_cc %s -o %t -rdynamic -ldl
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %run %t %t.dir/plugin.so now > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// RUN: FileCheck %s --check-prefix=UNBOUND < %t.log
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %run %t %t.dir/plugin.so lazy > %t.log 2>&1
// RUN: FileCheck %s < %t.log
// UNBOUND: WARNING: blocking_functions: {{.*}} 'my_query' of another one (yet)
// UNBOUND-NEXT: WARNING: blocking_functions: {{.*}} 'my_callback' of another one (yet)
// CHECK: loaded
// CHECK-DAG: blocking-call: my_query on event loop thread
// CHECK-DAG: #0 {{.*}} in plugin_run
// CHECK: queried
// CHECK: blocking-call: my_callback on event loop thread
// CHECK: #0 {{.*}} in plugin_run
// CHECK: end

#include <dlfcn.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>

int my_query(int value);
int my_callback(int value);

#if defined(LIBRARY)
int my_query(int value) { return value + 1; }
#elif defined(PLUGIN)
int plugin_run(int value);
int plugin_run(int value) {
  int result = my_query(value);
  fputs("queried\n", stderr);
  return result + 2 * my_callback(value);
}
#else
int my_callback(int value) { return value + 10; }

int main(int argc, char **argv) {
  int mode = argc > 2 && strcmp(argv[2], "lazy") == 0 ? RTLD_LAZY : RTLD_NOW;
  void *plugin = argc > 1 ? dlopen(argv[1], mode | RTLD_LOCAL) : NULL;
  if (!plugin) {
    fprintf(stderr, "dlopen: %s\n", dlerror());
    return 2;
  }
  fputs("loaded\n", stderr);
  int (*run)(int) = (int (*)(int))dlsym(plugin, "plugin_run");
  __bsan_enter_loop();
  int result = run(1);
  __bsan_leave_loop();
  // Its code is gone, and with it what was bound.
  dlclose(plugin);
  __bsan_enter_loop();
  __bsan_leave_loop();
  plugin = dlopen(argv[1], mode | RTLD_LOCAL);
  run = (int (*)(int))dlsym(plugin, "plugin_run");
  __bsan_enter_loop();
  result += run(1);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return result == 2 * (2 + 22) ? 0 : 1;
}
#endif
