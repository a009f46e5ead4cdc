// Intent: what a plugin calls is seen, however its slots are filled: by lazy
// binding, when it is loaded, without a PLT, and with the library in no scope
// but the plugin's.

// REQUIRES: sqlite3
// RUN: %bsan_cc -Wall -Werror %s -o %t -ldl
// RUN: %plain_cc -g -DPLUGIN -shared -fPIC %s -o %t.lazy.so -Wl,-z,lazy -lsqlite3
// RUN: %exits 44 %run %t %t.lazy.so 2>&1 | FileCheck %s
// RUN: %plain_cc -g -DPLUGIN -shared -fPIC %s -o %t.now.so -Wl,-z,relro,-z,now -lsqlite3
// RUN: %exits 44 %run %t %t.now.so 2>&1 | FileCheck %s
// RUN: %plain_cc -g -DPLUGIN -shared -fPIC -fno-plt %s -o %t.no_plt.so -lsqlite3
// RUN: %exits 44 %run %t %t.no_plt.so 2>&1 | FileCheck %s
// RUN: %exits 44 %run %t %t.lazy.so global 2>&1 | FileCheck %s
// CHECK: ERROR: BlockSanitizer: blocking-call: sqlite3_exec on event loop thread T0
// CHECK-NEXT: sqlite3_exec({{.*}}, "CREATE TABLE t (x)"): db: it waits for a database
// CHECK-NEXT: #0 {{.*}} in sqlite3_exec (
// CHECK-NEXT: #1 {{.*}} in run_sql {{.*}}plugin.c
// CHECK: SUMMARY: BlockSanitizer: blocking-call {{.*}}plugin.c:{{[0-9]+}}:{{.*}} in run_sql (sqlite3_exec)

// And it works as without.
// RUN: %env_bsan_opts=halt_on_error=0:exitcode=0 %exits 0 %run %t %t.lazy.so 2>&1 | FileCheck %s --check-prefix=GOES-ON
// GOES-ON: WARNING: BlockSanitizer: blocking-call: sqlite3_exec
// GOES-ON-NOT: WARNING
// GOES-ON: returned 0

#ifdef PLUGIN

#  include <sqlite3.h>

static sqlite3 *db;

int open_db(void);
int open_db(void) { return sqlite3_open(":memory:", &db); }

int run_sql(void);
int run_sql(void) {
  int status = sqlite3_exec(db, "CREATE TABLE t (x)", 0, 0, 0);
  return status;
}

#else

#  include <dlfcn.h>
#  include <sanitizer/bsan_interface.h>
#  include <stdio.h>

int main(int argc, char **argv) {
  int scope = argc > 2 ? RTLD_GLOBAL : RTLD_LOCAL;
  void *plugin = dlopen(argv[1], RTLD_LAZY | scope);
  if (!plugin) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  int (*open_db)(void) = (int (*)(void))dlsym(plugin, "open_db");
  int (*run_sql)(void) = (int (*)(void))dlsym(plugin, "run_sql");
  if (open_db())
    return 2;
  __bsan_enter_loop();
  int status = run_sql();
  __bsan_leave_loop();
  fprintf(stderr, "returned %d\n", status);
  return 0;
}

#endif
