// Intent: the runtime goes into programs only; whatever else a compiler makes
// stays as it is.

// RUN: %cc -fsanitize=blocking -shared -fPIC %s -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -r %s -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -c %s -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -S %s -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -fsyntax-only %s -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -x c-header %s -o %t.gch -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -fno-sanitize=blocking %s -### 2>&1 | FileCheck %s
// RUN: %cc %s -### 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking --version 2>&1 | FileCheck %s
// RUN: %cc -fsanitize=blocking -v 2>&1 | FileCheck %s
// CHECK-NOT: libclang_rt.bsan
// CHECK-NOT: sanitize=blocking

// The words after these options are no inputs.
// RUN: not %cc -fsanitize=blocking -o %t.c -include %s -MF %t.d.c -I %s 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: no input files
// EMPTY-NOT: libclang_rt.bsan

int answer(void) { return 42; }
