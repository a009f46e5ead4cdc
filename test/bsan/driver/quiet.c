// Intent: every stage of a build stays free of warnings, so that configure
// scripts and -Werror work; -x and standard input are understood.

// RUN: %cc -Werror -fsanitize=blocking -E %s -o %t.i
// RUN: %cc -Werror -fsanitize=blocking -S %t.i -o %t.s
// RUN: %cc -Werror -fsanitize=blocking -c %t.s -o %t.o
// RUN: %cc -Werror -fsanitize=blocking %t.o -o %t
// RUN: %cc -Werror -fsanitize=blocking -shared-libsan -c %s -o %t.o
// RUN: %cc -Werror -fsanitize=blocking -static-libsan %s -o %t
// RUN: %cc -Werror -fsanitize=blocking -x c %s -o %t
// RUN: %cc -Werror -fsanitize=blocking -xc -o %t - < %s
// RUN: %t

// The user's own choice of frame pointers wins.
// RUN: %cc -Werror -fsanitize=blocking -O2 -fomit-frame-pointer -S %s -o - | FileCheck %s --check-prefix=OMITTED
// RUN: %cc -Werror -fsanitize=blocking -O2 -S %s -o - | FileCheck %s --check-prefix=KEPT
// OMITTED-NOT: %rbp
// KEPT: %rbp

int call(int (*function)(void)) { return function() + 1; }

int main(void) { return 0; }
