// Intent: other sanitizers in the list stay on, and the shared runtime is used
// next to them because two static ones define the same functions.

// RUN: %cc -fsanitize=address,blocking %s -o %t.asan -ldl
// RUN: %t.asan | FileCheck %s
// RUN: %cc -fsanitize=blocking,undefined %s -o %t.ubsan -ldl
// RUN: %t.ubsan | FileCheck %s
// RUN: %cc -fsanitize=thread -fsanitize=blocking %s -o %t.tsan -ldl
// RUN: %t.tsan | FileCheck %s
// CHECK: libclang_rt.bsan-{{.*}}.so

// RUN: %cc -fsanitize=address,blocking -### %s 2>&1 | FileCheck %s --check-prefix=KEPT
// KEPT: fsanitize=address{{["' ]}}
// RUN: %cc -fsanitize=address,blocking -fno-sanitize=address %s -o %t.alone -ldl
// RUN: %t.alone | FileCheck %s --check-prefix=ALONE
// ALONE: other_sanitizers.c.tmp.alone

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int main(void) {
  Dl_info runtime;
  void *hook = dlsym(RTLD_DEFAULT, "__bsan_enter_loop");
  if (!hook || !dladdr(hook, &runtime))
    return 1;
  puts(runtime.dli_fname);
  return 0;
}
