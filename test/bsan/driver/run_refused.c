// Intent: a program that the loader would not preload the runtime into is
// refused instead of being run unchecked; scripts are judged by what runs them.

// RUN: %cc %s -o %t
// RUN: %cc -static %s -o %t.static
// RUN: not %bsan_bin/bsan run %t.static 2>&1 | FileCheck %s --check-prefix=STATIC
// STATIC: bsan run: error: '{{.*}}.static' is statically linked
// RUN: echo "#!%t.static" > %t.script
// RUN: chmod +x %t.script
// RUN: not %bsan_bin/bsan run %t.script 2>&1 | FileCheck %s --check-prefix=STATIC
// RUN: echo "exit 5" > %t.plain
// RUN: chmod +x %t.plain
// RUN: sh -c '%bsan_bin/bsan run -q %t.plain; echo status $?' | FileCheck %s --check-prefix=PLAIN
// PLAIN: status 5

// RUN: printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0' > %t.i386
// RUN: chmod +x %t.i386
// RUN: not %bsan_bin/bsan run %t.i386 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: '{{.*}}.i386' is built for another machine: expected
// RUN: head -c 100 %t > %t.cut
// RUN: chmod +x %t.cut
// RUN: sh -c '%bsan_bin/bsan run %t.cut; echo status $?' 2>&1 | FileCheck %s --check-prefix=CUT
// CUT: error: '{{.*}}.cut' is a damaged ELF file
// CUT: status 126

// RUN: sh -c '%bsan_bin/bsan run %t.nosuch; echo status $?' 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot run '{{.*}}.nosuch': no such program
// MISSING: status 127
// RUN: sh -c '%bsan_bin/bsan run %s; echo status $?' 2>&1 | FileCheck %s --check-prefix=DENIED
// DENIED: error: cannot run '{{.*}}.c': Permission denied
// DENIED: status 126
// RUN: sh -c '%bsan_bin/bsan run %t.static; echo status $?' 2>&1 | FileCheck %s --check-prefix=STATUS
// STATUS: status 2

int main(void) { return 0; }
