#===-- RuntimeFlags.cmake - How code in strangers' processes is compiled --===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# These come after the user's CFLAGS, and undo what a distribution or a user
# turns on for ordinary programs and what a sanitizer runtime cannot have.
#
#===----------------------------------------------------------------------===#

# -O2 whatever the kind of build: the disarmed path of a wrapper must be a jump.
# No frame pointer, for the same reason; unwinding goes by the tables.
# The macros rename calls at compile time: read to __read_chk, open to open64.
# -g1, lines and functions, is what compiler-rt's archives have: all the rest
# goes into every program linked, and through linker and symbolizer each time.
set(BSAN_RUNTIME_COMMON_FLAGS
  -O2 $<IF:$<CONFIG:Debug>,-g,-g1>
  -fomit-frame-pointer -funwind-tables
  -fno-stack-protector -fno-lto -fno-sanitize=all
  -fvisibility=hidden
  -U_FORTIFY_SOURCE -Wp,-U_FORTIFY_SOURCE -U_FILE_OFFSET_BITS -U_TIME_BITS)

# -fexceptions: pthread_cancel unwinds through a wrapper that waits.
# initial-exec: the gate's thread-local word is one load, without a call.
set(BSAN_RUNTIME_CFLAGS
  ${BSAN_RUNTIME_COMMON_FLAGS}
  -fexceptions -ftls-model=initial-exec)

# As compiler-rt compiles sanitizer_common, which has no C++ library.
set(BSAN_SANITIZER_COMMON_CXXFLAGS
  ${BSAN_RUNTIME_COMMON_FLAGS}
  -fno-builtin -fno-exceptions -fno-rtti -fvisibility-inlines-hidden
  -nostdinc++)

# The runtime's frames lie on other people's stacks, which may be small.
set(BSAN_RUNTIME_C_WARNING_FLAGS
  -Wall -Wextra -Werror=implicit-function-declaration -Wframe-larger-than=512)

# Constructors of the runtime would run after others have used it.
set(BSAN_RUNTIME_CXX_WARNING_FLAGS
  -Wall -Wextra $<$<CXX_COMPILER_ID:Clang>:-Wglobal-constructors>)
