#!/bin/sh
#===-- same.sh - Runs a command with and without the runtime ---------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: same.sh RUNTIME COMMAND...
# Fails when standard output, standard error or the exit status differ. Reports
# go to a file and do not change the status: that node blocks in its loop is a
# finding, not a difference.
#
#===------------------------------------------------------------------------===#

runtime=$1
shift
"$@" > plain.out 2> plain.err < /dev/null
plain=$?
env LD_PRELOAD="$runtime" \
  BSAN_OPTIONS="halt_on_error=0:exitcode=0:log_path=$PWD/report" \
  "$@" > preloaded.out 2> preloaded.err < /dev/null
preloaded=$?
# Shells tell the process id of a job that was killed.
sed -i 's/: line [0-9]*: *[0-9]* Killed.*/: Killed/' plain.err preloaded.err
if [ "$plain" -ne "$preloaded" ]; then
  echo "exit status $plain, with the runtime $preloaded: $*" >&2
  cat preloaded.err >&2
  exit 1
fi
diff plain.out preloaded.out && diff plain.err preloaded.err
