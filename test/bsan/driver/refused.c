// Intent: what cannot be checked is refused with one clear error, and only when
// checking was asked for.

// RUN: not %cc -fsanitize=blocking -static %s -o %t 2>&1 | FileCheck %s --check-prefix=STATIC
// RUN: not %cc -fsanitize=blocking -static-pie %s -o %t 2>&1 | FileCheck %s --check-prefix=STATIC
// STATIC: error: statically linked programs cannot be checked
// RUN: %cc -fsanitize=blocking -static -c %s -o %t.o
// RUN: %cc -static %s -o %t

// RUN: not %cc -fsanitize=blocking -m32 %s -o %t 2>&1 | FileCheck %s --check-prefix=M32
// M32: error: -fsanitize=blocking is not available for '-m32': expected the native {{.*}} Linux target
// RUN: %cc -fsanitize=blocking -m32 -m64 -c %s -o %t.o

// RUN: not %cc -fsanitize=blocking --target=riscv64-linux-gnu -c %s 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not %cc -fsanitize=blocking -target riscv64-linux-gnu -c %s 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: -fsanitize=blocking is not available for 'riscv64-linux-gnu'

// RUN: env BSAN_RUNTIME_DIR=%t.nowhere not %cc -fsanitize=blocking %s -o %t 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot find the runtime 'libclang_rt.bsan-{{.*}}.a'; looked in: {{.*}}.nowhere
// RUN: env BSAN_RUNTIME_DIR=%t.nowhere %cc -fsanitize=blocking -c %s -o %t.o

int main(void) { return 0; }
