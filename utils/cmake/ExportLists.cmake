#===-- ExportLists.cmake - The names a program may bind to ----------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: cmake -DNAMES=FILE -DVERSION_SCRIPT=FILE -DDYNAMIC_LIST=FILE -P this
#
# NAMES is bsan_exports.h after the preprocessor: `BSAN_EXPORT name` for each
# wrapper. Of it are made the shared runtime's version script, which hides
# everything else (a visible __interceptor_* or __sanitizer_* would be taken by
# another sanitizer in the process), and the list by which an executable with
# the static runtime offers the same names to its shared libraries.
#
#===----------------------------------------------------------------------===#

file(READ ${NAMES} text)
string(REGEX REPLACE "[ \t\r\n]+" " " text " ${text} ")

set(export " BSAN_EXPORT ([A-Za-z_][A-Za-z0-9_]*)")
string(REGEX MATCHALL "${export}" names "${text}")
string(REGEX REPLACE "${export}" "" rest "${text}")
string(STRIP "${rest}" rest)
if(rest)
  message(FATAL_ERROR
    "${NAMES}: expected only `BSAN_EXPORT name`, got: ${rest}")
endif()
if(NOT names)
  message(FATAL_ERROR "${NAMES}: expected at least one `BSAN_EXPORT name`")
endif()

list(TRANSFORM names REPLACE "${export}" "\\1")
list(SORT names)
list(JOIN names ";\n  " lines)
file(WRITE ${DYNAMIC_LIST} "{\n  __bsan_*;\n  ${lines};\n};\n")
file(WRITE ${VERSION_SCRIPT}
  "{\nglobal:\n  __bsan_*;\n  ${lines};\nlocal:\n  *;\n};\n")
