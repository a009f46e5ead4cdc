#!/bin/sh
#===-- exits.sh - Runs a command and checks its exit status ----------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: exits.sh STATUS COMMAND...    (a signal N counts as 128 + N)
#
#===------------------------------------------------------------------------===#

expected=$1
shift
"$@"
actual=$?
if [ "$actual" -ne "$expected" ]; then
  echo "exit status was $actual, expected $expected: $*" >&2
  exit 1
fi
