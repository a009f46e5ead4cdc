#!/bin/sh
#===-- check_format.sh - Lint: sources are as clang-format leaves them ----===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_format.sh SOURCE_DIR
#
# The C and C++ of lib, utils and test/unit, by .clang-format.  Releases of
# clang-format differ: only 14 is asked, and without it the check is skipped
# (exit status 77).  What is wrong is mended by
#   clang-format -i FILE...
#
#===----------------------------------------------------------------------===#

set -eu

cd "$1"
for tool in clang-format-14 clang-format ''; do
  case $("${tool:-true}" --version 2>/dev/null) in
    *'version 14.'*) break ;;
  esac
done
if [ -z "$tool" ]; then
  echo "check_format.sh: skipped: there is no clang-format 14"
  exit 77
fi
find lib utils test/unit -name '*.[ch]' -o -name '*.cpp' |
  xargs "$tool" --dry-run --Werror || exit 1
echo "check_format.sh: ok"
