// Intent: sources can ask whether they are checked, and the last option decides.

// RUN: %cc -fsanitize=blocking -E %s | FileCheck %s --check-prefix=ON
// RUN: %cc -E %s | FileCheck %s --check-prefix=OFF
// RUN: %cc -fsanitize=blocking -fno-sanitize=blocking -E %s | FileCheck %s --check-prefix=OFF
// RUN: %cc -fsanitize=blocking -fno-sanitize=all -E %s | FileCheck %s --check-prefix=OFF
// RUN: %cc -fno-sanitize=blocking -fsanitize=blocking -E %s | FileCheck %s --check-prefix=ON
// RUN: %cc -fsanitize=blocking -U__SANITIZE_BLOCKING__ -E %s | FileCheck %s --check-prefix=OFF
// ON: value: 1{{$}}
// OFF: value: __SANITIZE_BLOCKING__

value: __SANITIZE_BLOCKING__
