// Intent: the runtime comes before the user's files and its system libraries
// after them; without default libraries only the runtime is added, as for the
// compiler's own sanitizers.

// RUN: %cc -fsanitize=blocking %s -L/user-directory -### 2>&1 | FileCheck %s --check-prefix=DEFAULT
// RUN: %cc -fsanitize=blocking -nodefaultlibs %s -L/user-directory -### 2>&1 | FileCheck %s --check-prefix=BARE
// RUN: %cc -fsanitize=blocking -nostdlib %s -L/user-directory -### 2>&1 | FileCheck %s --check-prefix=BARE
// DEFAULT: whole-archive{{.*}}libclang_rt.bsan-{{[a-z0-9_]+}}.a{{.*}}no-whole-archive{{.*}}dynamic-list={{.*}}.a.syms{{.*}}push-state{{.*}}-lpthread{{.*}}-ldl{{.*}}pop-state
// BARE: whole-archive{{.*}}libclang_rt.bsan-{{[a-z0-9_]+}}.a{{.*}}no-whole-archive
// BARE-NOT: -lpthread

int main(void) { return 0; }
