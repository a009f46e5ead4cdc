#!/bin/sh
#===-- check.sh - Everything that has to hold, in one command -------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Installs what is missing, builds with gcc and with clang, warnings being
# errors, and runs every test.
#
# What takes long runs with one of the two builds, so that all is done in five
# minutes on two processors: each configuration of the whole-program tests, the
# distribution's programs and the documentation have a label, with-gcc or
# with-clang.  The other tests run with both.  --full is what continuous
# integration has the time for: everything with both.
#
#===----------------------------------------------------------------------===#

set -eu

usage() {
  cat <<END
Usage: utils/check.sh [--no-install] [--compiler gcc|clang]...
                      [--quick | --full]

  --no-install   do not install packages
  --compiler C   only with this compiler (default: gcc and clang)
  --quick        the unit tests and lints only
  --full         every test with every build (the default when there is only
                 one compiler)
  --help         this text

Builds are kept in build-check-gcc and build-check-clang.
END
}

fail() {
  echo "check.sh: $*" >&2
  exit 2
}

install=yes compilers= quick= full=
while [ $# -gt 0 ]; do
  case $1 in
    --no-install) install=no ;;
    --compiler)
      [ $# -gt 1 ] || fail "--compiler needs gcc or clang"
      case $2 in gcc | clang) ;; *) fail "unknown compiler '$2'" ;; esac
      compilers="$compilers $2"
      shift
      ;;
    --quick) quick=yes ;;
    --full) full=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "unknown argument '$1'" ;;
  esac
  shift
done
compilers=${compilers:-gcc clang}
case $compilers in *gcc*clang* | *clang*gcc*) ;; *) full=yes ;; esac

cd "$(dirname "$0")/.."
jobs=$(nproc 2>/dev/null || echo 2)
# Many tests wait most of the time.
tests=$((jobs + 2))
passed=0 failed=0 skipped=0 broken=

step() { printf '\n== %s\n' "$*"; }

# "100% tests passed, 0 tests failed out of 12", and the lines of those that did
# not run.
count_results() {
  total=$(sed -n 's/.* tests failed out of \([0-9]*\).*/\1/p' "$1" | tail -n 1)
  bad=$(sed -n 's/.*passed, \([0-9]*\) tests failed.*/\1/p' "$1" | tail -n 1)
  idle=$(grep -c '\*\*\*Skipped' "$1" || true)
  passed=$((passed + ${total:-0} - ${bad:-0} - idle))
  failed=$((failed + ${bad:-0}))
  skipped=$((skipped + idle))
  [ "${total:-0}" -gt 0 ] || broken=yes
}

check_with() {
  compiler=$1
  case $compiler in
    gcc) c=gcc cxx=g++ other=clang ;;
    clang) c=clang cxx=clang++ other=gcc ;;
  esac
  build=build-check-$compiler
  step "Building with $($c --version | head -n 1)"
  cmake -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=$c \
    -DCMAKE_CXX_COMPILER=$cxx -DBSAN_WERROR=ON >"$build.log" 2>&1 ||
    { cat "$build.log"; fail "cannot configure with $compiler"; }
  rm -f "$build.log"
  cmake --build "$build" -j "$jobs" || fail "cannot build with $compiler"
  step "Testing the build of $compiler"
  results=$build/check-results.txt
  not_here=with-$other
  [ -z "$full" ] || not_here=none
  ctest --test-dir "$build" --output-on-failure -j "$tests" \
    ${quick:+-L 'unit|lint'} -LE "^$not_here\$" 2>&1 | tee "$results"
  count_results "$results"
}

if [ $install = yes ]; then
  step "Packages"
  ./utils/deps.sh install build
  ./utils/deps.sh install test
fi
for compiler in $compilers; do
  check_with "$compiler"
done

printf '\n%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ] && [ -z "$broken" ]
