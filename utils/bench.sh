#!/bin/sh
#===-- bench.sh - What checking costs, as ratios --------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Nanoseconds depend on the machine and its load; instructions in user space do
# not.  Both are measured, the second with valgrind when it is there: by the
# difference of two runs, so that start-up does not count.
#
#===----------------------------------------------------------------------===#

set -eu

usage() {
  cat <<END
Usage: utils/bench.sh [BUILD_DIR]

Prints, per kind of call, what one call costs without the runtime, with it
outside loops, and with it in a loop where the call cannot block; "found" can,
and is counted each time.
BUILD_DIR is build by default.
END
}

case ${1:-} in --help | -h) usage; exit 0 ;; esac
cd "$(dirname "$0")/.."
build=${1:-build}
bench=$build/bin/bsan-bench
runtime=$(ls "$build"/lib/linux/libclang_rt.bsan-*.so)
[ -x "$bench" ] || { echo "bench.sh: $bench is not built" >&2; exit 2; }

export BSAN_OPTIONS=halt_on_error=0:exitcode=0:symbolize=0

run() { # mode command...
  mode=$1
  shift
  if [ "$mode" = plain ]; then "$@"; else LD_PRELOAD=$runtime "$@"; fi
}

nanoseconds() { # kind mode
  for _ in 1 2 3 4 5; do run "$2" "$bench" "$1" 300000 "$2" 2>/dev/null; done |
    sort -n | head -n 1
}

counted() { # kind mode count
  LD_PRELOAD='' valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$bench" "$1" "$3" "$2" 2>&1 | sed -n 's/.*Collected : *//p'
}

# valgrind runs the program itself: the runtime is preloaded through a variable
# that only the program sees.
instructions() { # kind mode
  command -v valgrind >/dev/null || { echo -; return; }
  if [ "$2" = plain ]; then
    few=$(counted "$1" "$2" 1000) many=$(counted "$1" "$2" 11000)
  else
    few=$(LD_PRELOAD=$runtime valgrind --tool=callgrind \
      --callgrind-out-file=/dev/null "$bench" "$1" 1000 "$2" 2>&1 |
      sed -n 's/.*Collected : *//p')
    many=$(LD_PRELOAD=$runtime valgrind --tool=callgrind \
      --callgrind-out-file=/dev/null "$bench" "$1" 11000 "$2" 2>&1 |
      sed -n 's/.*Collected : *//p')
  fi
  echo $(((many - few) / 10000))
}

printf '%-10s %10s %10s %10s   %s\n' call plain outside inside \
  'instructions (plain outside inside)'
for kind in recv read mutex fcntl dontwait epoll open socket found; do
  printf '%-10s' $kind
  for mode in plain outside inside; do
    printf ' %7s ns' "$(nanoseconds $kind $mode)"
  done
  printf '  '
  for mode in plain outside inside; do
    printf ' %s' "$(instructions $kind $mode)"
  done
  printf '\n'
done
