// Intent: every register that can hold an argument, a static chain or state of
// the caller is the same after a trampoline as before, with the upper halves of
// vector registers and the masks that the processor has.

// RUN: %plain_cc -O1 -g -shared -fPIC -DLIBRARY %s -o %t.so
// The loader's lazy binding does not keep r10.
// RUN: %bsan_cc %s -o %t %t.so -Wl,-z,now
// RUN: %run %t outside > %t.plain
// RUN: FileCheck %s < %t.plain
// CHECK: rax: 1042
// CHECK: r10: 100a
// CHECK: rsp: 0
// CHECK: stack: 1eee
// CHECK: above: 2fff
// CHECK: xmm0: 04040404
// CHECK: done
// RUN: %env_bsan_opts="blocking_functions=dump_*" %exits 0 %run %t outside > %t.outside
// RUN: diff %t.plain %t.outside
// RUN: %env_bsan_opts="blocking_functions=dump_*:halt_on_error=0:exitcode=0" %run %t inside > %t.inside 2> %t.log
// RUN: diff %t.plain %t.inside
// RUN: FileCheck %s --check-prefix=REPORT < %t.log
// REPORT: blocking-call: dump_general
// REPORT: blocking-call: dump_sse

#include <stdio.h>
#include <string.h>

// In the order of `names`.
struct general {
  unsigned long values[17];
};

#ifdef LIBRARY

// Each stores what it finds where `place_of_dump` points; they use no stack.
unsigned char *place_of_dump;
extern void set_place(void *place);
void set_place(void *place) { place_of_dump = place; }

// clang-format off
__asm__(
    ".text\n"
    ".globl dump_general\n"
    ".type dump_general, @function\n"
    "dump_general:\n"
    "  pushq %rax\n"
    "  movq place_of_dump@GOTPCREL(%rip), %rax\n"
    "  movq (%rax), %rax\n"
    "  movq %rdi, 8(%rax)\n"
    "  movq %rsi, 16(%rax)\n"
    "  movq %rdx, 24(%rax)\n"
    "  movq %rcx, 32(%rax)\n"
    "  movq %r8, 40(%rax)\n"
    "  movq %r9, 48(%rax)\n"
    "  movq %r10, 56(%rax)\n"
    "  movq %rbx, 64(%rax)\n"
    "  movq %rbp, 72(%rax)\n"
    "  movq %r12, 80(%rax)\n"
    "  movq %r13, 88(%rax)\n"
    "  movq %r14, 96(%rax)\n"
    "  movq %r15, 104(%rax)\n"
    "  leaq 8(%rsp), %rcx\n"
    "  movq %rcx, 112(%rax)\n"
    "  movq 16(%rsp), %rcx\n"
    "  movq %rcx, 120(%rax)\n"
    "  movq 24(%rsp), %rcx\n"
    "  movq %rcx, 128(%rax)\n"
    "  popq %rcx\n"
    "  movq %rcx, (%rax)\n"
    "  ret\n"
    ".size dump_general, .-dump_general\n");

#define STORE(register, number, size)                                          \
    "  vmovups %" #register #number ", " #size "*" #number "(%rax)\n"
#define DUMP_VECTORS(name, store)                                              \
  __asm__(                                                                     \
    ".text\n"                                                                  \
    ".globl " #name "\n"                                                       \
    ".type " #name ", @function\n"                                             \
    #name ":\n"                                                                \
    "  movq place_of_dump@GOTPCREL(%rip), %rax\n"                              \
    "  movq (%rax), %rax\n"                                                    \
    store(0) store(1) store(2) store(3) store(4) store(5) store(6) store(7)    \
    store(8) store(9) store(10) store(11) store(12) store(13) store(14)        \
    store(15)                                                                  \
    "  ret\n"                                                                  \
    ".size " #name ", .-" #name "\n")
#define STORE_SSE(number) "  movups %xmm" #number ", 16*" #number "(%rax)\n"
#define STORE_AVX(number) STORE(ymm, number, 32)
#define STORE_AVX512(number) STORE(zmm, number, 64)
DUMP_VECTORS(dump_sse, STORE_SSE);
DUMP_VECTORS(dump_avx, STORE_AVX);
DUMP_VECTORS(dump_avx512, STORE_AVX512);

__asm__(
    ".text\n"
    ".globl dump_masks\n"
    ".type dump_masks, @function\n"
    "dump_masks:\n"
    "  movq place_of_dump@GOTPCREL(%rip), %rax\n"
    "  movq (%rax), %rax\n"
    "  kmovq %k1, (%rax)\n"
    "  kmovq %k7, 8(%rax)\n"
    "  vmovups %zmm31, 64(%rax)\n"
    "  vmovups %zmm16, 128(%rax)\n"
    "  vzeroupper\n"
    "  ret\n"
    ".size dump_masks, .-dump_masks\n");
// clang-format on

#else

#include <sanitizer/bsan_interface.h>

void set_place(void *place);

static const char *const names[] = {
    "rax", "rdi", "rsi", "rdx", "rcx", "r8",  "r9",    "r10",  "rbx",
    "rbp", "r12", "r13", "r14", "r15", "rsp", "stack", "above"};

static unsigned char place[1024] __attribute__((aligned(64)));
static unsigned char pattern[1024] __attribute__((aligned(64)));
void call_general(unsigned long *rsp);
void call_sse(void *pattern);
void call_avx(void *pattern);
void call_avx512(void *pattern);
void call_masks(void *pattern);

// clang-format off
__asm__(
    ".text\n"
    ".globl call_general\n"
    ".type call_general, @function\n"
    "call_general:\n"
    ".cfi_startproc\n"
    "  pushq %rbx\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %rbx, 0\n"
    "  pushq %rbp\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %rbp, 0\n"
    "  pushq %r12\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %r12, 0\n"
    "  pushq %r13\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %r13, 0\n"
    "  pushq %r14\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %r14, 0\n"
    "  pushq %r15\n"
    ".cfi_adjust_cfa_offset 8\n"
    ".cfi_rel_offset %r15, 0\n"
    "  pushq $0x7777\n"
    ".cfi_adjust_cfa_offset 8\n"
    "  pushq $0x2fff\n"
    ".cfi_adjust_cfa_offset 8\n"
    "  pushq $0x1eee\n"
    ".cfi_adjust_cfa_offset 8\n"
    "  leaq -8(%rsp), %rax\n"
    "  movq %rax, (%rdi)\n"
    "  movl $0x1001, %edi\n"
    "  movl $0x1002, %esi\n"
    "  movl $0x1003, %edx\n"
    "  movl $0x1004, %ecx\n"
    "  movl $0x1005, %r8d\n"
    "  movl $0x1006, %r9d\n"
    "  movl $0x100a, %r10d\n"
    "  movl $0x1042, %eax\n"
    "  movl $0x100b, %ebx\n"
    "  movl $0x100c, %ebp\n"
    "  movl $0x1012, %r12d\n"
    "  movl $0x1013, %r13d\n"
    "  movl $0x1014, %r14d\n"
    "  movl $0x1015, %r15d\n"
    "  call dump_general@PLT\n"
    "  addq $24, %rsp\n"
    ".cfi_adjust_cfa_offset -24\n"
    "  popq %r15\n"
    ".cfi_adjust_cfa_offset -8\n"
    ".cfi_restore %r15\n"
    "  popq %r14\n"
    ".cfi_adjust_cfa_offset -8\n"
    ".cfi_restore %r14\n"
    "  popq %r13\n"
    ".cfi_adjust_cfa_offset -8\n"
    ".cfi_restore %r13\n"
    "  popq %r12\n"
    ".cfi_adjust_cfa_offset -8\n"
    ".cfi_restore %r12\n"
    "  popq %rbp\n"
    ".cfi_adjust_cfa_offset -8\n"
    ".cfi_restore %rbp\n"
    "  popq %rbx\n"
    ".cfi_adjust_cfa_offset -8\n"
    ".cfi_restore %rbx\n"
    "  ret\n"
    ".cfi_endproc\n"
    ".size call_general, .-call_general\n");

#define CALL_VECTORS(name, target, load)                                       \
  __asm__(                                                                     \
    ".text\n"                                                                  \
    ".globl " #name "\n"                                                       \
    ".type " #name ", @function\n"                                             \
    #name ":\n"                                                                \
    ".cfi_startproc\n"                                                         \
    "  subq $8, %rsp\n"                                                        \
    ".cfi_adjust_cfa_offset 8\n"                                               \
    load(0) load(1) load(2) load(3) load(4) load(5) load(6) load(7)            \
    load(8) load(9) load(10) load(11) load(12) load(13) load(14) load(15)      \
    "  call " #target "@PLT\n"                                                 \
    "  addq $8, %rsp\n"                                                        \
    ".cfi_adjust_cfa_offset -8\n"                                              \
    "  ret\n"                                                                  \
    ".cfi_endproc\n"                                                           \
    ".size " #name ", .-" #name "\n")
#define LOAD_SSE(number) "  movups 16*" #number "(%rdi), %xmm" #number "\n"
#define LOAD_AVX(number) "  vmovups 32*" #number "(%rdi), %ymm" #number "\n"
#define LOAD_AVX512(number) "  vmovups 64*" #number "(%rdi), %zmm" #number "\n"
CALL_VECTORS(call_sse, dump_sse, LOAD_SSE);
CALL_VECTORS(call_avx, dump_avx, LOAD_AVX);
CALL_VECTORS(call_avx512, dump_avx512, LOAD_AVX512);

__asm__(
    ".text\n"
    ".globl call_masks\n"
    ".type call_masks, @function\n"
    "call_masks:\n"
    ".cfi_startproc\n"
    "  subq $8, %rsp\n"
    ".cfi_adjust_cfa_offset 8\n"
    "  kmovq (%rdi), %k1\n"
    "  kmovq 8(%rdi), %k7\n"
    "  vmovups 64(%rdi), %zmm31\n"
    "  vmovups 128(%rdi), %zmm16\n"
    "  call dump_masks@PLT\n"
    "  addq $8, %rsp\n"
    ".cfi_adjust_cfa_offset -8\n"
    "  ret\n"
    ".cfi_endproc\n"
    ".size call_masks, .-call_masks\n");
// clang-format on

static void dump_integers(void) {
  unsigned long rsp;
  struct general found;
  call_general(&rsp);
  memcpy(&found, place, sizeof(found));
  found.values[14] -= rsp;  // The stack is not at the same place in two runs.
  for (int i = 0; i < 17; i++)
    printf("%s: %lx\n", names[i], found.values[i]);
}

static void dump(const char *what, void (*call)(void *), size_t size) {
  memset(place, 0, sizeof(place));
  call(pattern);
  for (size_t i = 0; i < 16; i++) {
    printf("%s%zu: ", what, i);
    for (size_t at = 0; at < size; at++)
      printf("%02x", place[i * size + at]);
    printf("\n");
  }
}

int main(int argc, char **argv) {
  int is_inside = argc > 1 && strcmp(argv[1], "inside") == 0;
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  for (size_t i = 0; i < sizeof(pattern); i++)
    pattern[i] = (unsigned char)(i / 4 * 7 + 4);
  set_place(place);
  if (is_inside)
    __bsan_enter_loop();
  dump_integers();
  dump("xmm", call_sse, 16);
  if (__builtin_cpu_supports("avx"))
    dump("ymm", call_avx, 32);
  if (__builtin_cpu_supports("avx512bw")) {
    dump("zmm", call_avx512, 64);
    dump("masks", call_masks, 64);
  }
  if (is_inside)
    __bsan_leave_loop();
  printf("done\n");
  return 0;
}

#endif
