// Intent: calls are seen however a module binds its functions: lazily, at the
// start with its table made read-only, and without a PLT; also from a library
// into the executable. What is read-only stays so.

// RUN: %plain_cc -g -I%include_dir -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t -rdynamic %t.so -Wl,-z,lazy -ldl
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %run %t 2>&1 | FileCheck %s
// RUN: %bsan_cc %s -o %t -rdynamic %t.so -Wl,-z,now -Wl,-z,relro -ldl
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %run %t 2>&1 | FileCheck %s
// RUN: %bsan_cc %s -o %t -rdynamic %t.so -fno-plt -ldl
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %run %t 2>&1 | FileCheck %s
// RUN: %cc -g -fsanitize=blocking %s -o %t -rdynamic %t.so -fno-pie -no-pie -ldl
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %t 2>&1 | FileCheck %s
// RUN: %plain_cc -g -I%include_dir -shared -fPIC -fno-plt -Wl,-z,now -DLIBRARY %s -o %t.so
// RUN: %bsan_cc %s -o %t -rdynamic %t.so -ldl
// RUN: %env_bsan_opts=blocking_functions=my_query,my_callback:halt_on_error=0:exitcode=0 %exits 0 %run %t 2>&1 | FileCheck %s
// CHECK-NOT: WARNING: blocking_functions
// CHECK: outside
// CHECK: blocking-call: my_query on event loop thread
// CHECK: #0 {{.*}} in main
// CHECK: direct
// CHECK: blocking-call: my_callback on event loop thread
// CHECK: #0 {{.*}} in call_back
// CHECK: #1 {{.*}} in main
// CHECK: called back
// CHECK-NOT: blocking-call
// CHECK: read-only
// CHECK: end

#define _GNU_SOURCE
#include <link.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <string.h>

int my_query(int value);
int my_callback(int value);
int call_back(int value);

#ifdef LIBRARY
int my_query(int value) { return value + 1; }
int call_back(int value) { return 2 * my_callback(value); }
#else
static volatile int calls;

int my_callback(int value) { return value + 10; }

// Whether the pages that a module asked to have read-only are.
static int is_writable(unsigned long address) {
  char line[512], allowed[5] = "";
  unsigned long low, high;
  int found = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof(line), maps))
    if (sscanf(line, "%lx-%lx %4s", &low, &high, allowed) == 3 &&
        address >= low && address < high)
      found = allowed[1] == 'w';
  if (maps)
    fclose(maps);
  return found;
}

static int check_module(struct dl_phdr_info *info, size_t size, void *arg) {
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type == PT_GNU_RELRO && part->p_memsz >= 4096 &&
        is_writable(info->dlpi_addr + part->p_vaddr))
      *(int *)arg += 1;
  }
  return 0;
}

int main(void) {
  int writable = 0;
  calls += my_query(1);
  calls += call_back(1);
  fputs("outside\n", stderr);
  __bsan_enter_loop();
  calls += my_query(1);
  fputs("direct\n", stderr);
  calls += call_back(1);
  fputs("called back\n", stderr);
  __bsan_leave_loop();
  calls += my_query(1);
  dl_iterate_phdr(check_module, &writable);
  if (writable)
    return 2;
  fputs("read-only\n", stderr);
  fputs("end\n", stderr);
  return calls == 2 + 22 + 2 + 22 + 2 ? 0 : 1;
}
#endif
