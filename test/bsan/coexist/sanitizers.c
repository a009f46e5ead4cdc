// Intent: next to the compiler's own sanitizers both find what is theirs, and
// the program's calls reach both.

// RUN: %cc -g -fsanitize=address,blocking %s -o %t.asan -lpthread
// RUN: %exits 44 %t.asan block 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not %t.asan memory 2>&1 | FileCheck %s --check-prefix=ASAN
// RUN: %t.asan quiet 2>&1 | FileCheck %s --check-prefix=QUIET
// BLOCK: ERROR: BlockSanitizer: blocking-call: read on
// BLOCK: #{{[12]}} {{.*}} in block {{.*}}sanitizers.c
// BLOCK: SUMMARY: BlockSanitizer: blocking-call {{.*}}sanitizers.c:{{.*}} in block (read)
// BLOCK-NOT: AddressSanitizer
// ASAN: ERROR: AddressSanitizer: heap-use-after-free
// ASAN: in use_after_free {{.*}}sanitizers.c
// ASAN-NOT: BlockSanitizer
// QUIET-NOT: Sanitizer
// QUIET: end

// RUN: %cc -g -fsanitize=blocking -fsanitize=undefined %s -o %t.ubsan -lpthread
// RUN: %exits 44 %t.ubsan block 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: %t.ubsan overflow 2>&1 | FileCheck %s --check-prefix=UBSAN
// RUN: %t.ubsan quiet 2>&1 | FileCheck %s --check-prefix=QUIET
// UBSAN: runtime error: signed integer overflow

// Of a buffer that ASan checks: a wrapper of ours does not hide it from ASan.
// RUN: not %t.asan buffer 2>&1 | FileCheck %s --check-prefix=BUFFER
// BUFFER: ERROR: AddressSanitizer: stack-buffer-overflow
// BUFFER: read_too_much
// REQUIRES: address, undefined, static

#include <fcntl.h>
#include <sanitizer/bsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ends[2];

__attribute__((noinline)) static void block(void) {
  char data[4];
  if (read(ends[0], data, sizeof(data)) != 4)
    exit(1);
}

__attribute__((noinline)) static int use_after_free(void) {
  volatile char *memory = malloc(4);
  free((void *)memory);
  return memory[0];
}

__attribute__((noinline)) static int overflow(int argc) {
  return 0x7fffffff - 2 + argc;
}

__attribute__((noinline)) static void read_too_much(volatile int size) {
  char data[4];
  if (read(ends[0], data, (size_t)size) < 0)
    exit(1);
}

static void run(const char *what, int argc) {
  if (strcmp(what, "block") == 0)
    block();
  if (strcmp(what, "memory") == 0)
    exit(use_after_free());
  if (strcmp(what, "overflow") == 0)
    printf("%d\n", overflow(argc + 1));
  if (strcmp(what, "buffer") == 0)
    read_too_much(8);
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (pipe(ends) || write(ends[1], "12345678", 8) != 8)
    return 1;
  if (strcmp(what, "block") != 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK))
    return 1;
  __bsan_enter_loop();
  run(what, argc);
  __bsan_leave_loop();
  fputs("end\n", stderr);
  return 0;
}
