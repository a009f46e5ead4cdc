#!/bin/sh
#===-- unless.sh - Checks a log that may say that it has nothing -----------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: unless.sh TEXT LOG COMMAND...
# Runs COMMAND with LOG as its input unless there is TEXT in LOG.
#
#===------------------------------------------------------------------------===#

text=$1
log=$2
shift 2
if grep -q "$text" "$log"; then
  exit 0
fi
exec "$@" < "$log"
