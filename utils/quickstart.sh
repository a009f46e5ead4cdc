#!/bin/sh
#===-- quickstart.sh - From a fresh machine to the first findings ---------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# Installs, builds, and shows the two ways to use it on programs that are not
# toys: a libuv server that is built with the sanitizer, with and without its
# mistakes, and an unmodified redis-server. What it shows it also checks, so it
# is a test as well; the steps are scripts of test/programs.
#
#===----------------------------------------------------------------------===//

set -eu

usage() {
  cat <<END
Usage: utils/quickstart.sh [--no-install] [--build-dir DIR]

Installs what is needed (with apt-get, and sudo when not root; redis-server's
package may start a service of its own), builds BlockSanitizer and shows it at
work on a libuv server and on redis-server. A few minutes from nothing.

  --no-install     do not install packages
  --build-dir DIR  build in DIR (default: \$BSAN_BUILD_DIR or build)
  --help           this text

Environment: that of utils/deps.sh, for the sources of LLVM.
Exit status: 0 when everything was as expected, 1 when not, 2 for wrong usage.
END
}

wrong_usage() {
  echo "quickstart.sh: $* (see utils/quickstart.sh --help)" >&2
  exit 2
}

install=yes build=${BSAN_BUILD_DIR:-}
while [ $# -gt 0 ]; do
  case $1 in
  --no-install) install=no ;;
  --build-dir)
    [ -n "${2:-}" ] || wrong_usage "--build-dir needs a folder"
    build=$2
    shift
    ;;
  --build-dir=?*) build=${1#*=} ;;
  -h | --help) usage; exit 0 ;;
  *) wrong_usage "unknown argument '$1'" ;;
  esac
  shift
done
case $build in
'' | /*) ;;
*) build=$PWD/$build ;; # Before the next line changes what it is relative to.
esac
cd "$(dirname "$0")/.."
build=${build:-$PWD/build}
case $build in "$PWD"/*) shown=${build#"$PWD"/} ;; *) shown=$build ;; esac

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

# headline TEXT, then lines of explanation from standard input.
headline() {
  printf '\n%s== %s%s\n' "$bold" "$1" "$plain"
  sed 's/^/   /'
}

child='' log=$(mktemp)
clean_up() {
  [ -z "$child" ] || { kill -TERM "$child" && wait "$child"; } 2>/dev/null || :
  rm -f "$log"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# In the background: a shell answers signals at once only while it waits.
run() {
  "$@" &
  child=$!
  status=0
  wait "$child" || status=$?
  child=''
  return "$status"
}

# quietly WHAT COMMAND...: its output is shown only when it fails, which is the
# end: nothing after it could work.
quietly() {
  what=$1
  shift
  if run "$@" >"$log" 2>&1; then
    echo "ok      $what"
  else
    cat "$log"
    echo "FAILED  $what: its output is above"
    exit 1
  fi
}

failed=''
# show SCRIPT [ARGUMENT]: a script of test/programs; it says what is ok.
show() {
  run sh "test/programs/$1" "$build/bin" ${2:+"$2"} || failed="$failed $*,"
}

#===-- Packages and the build ---------------------------------------------===//

headline "Packages" <<END
What utils/deps.sh lists for building and for this demonstration.
END
if [ $install = yes ]; then
  quietly "packages for building" ./utils/deps.sh install build
  quietly "packages for the demonstration" ./utils/deps.sh install demo
else
  echo "ok      nothing is installed, as you wished"
fi

headline "Build" <<END
Of sanitizer_common, from LLVM's sources, and of BlockSanitizer itself, in
$shown. The first time this downloads the sources.
END
if [ -e "$build/CMakeCache.txt" ]; then
  quietly "cmake -B $shown" cmake -S . -B "$build"
else
  quietly "cmake -B $shown -G Ninja -DBSAN_INCLUDE_TESTS=OFF" \
    cmake -S . -B "$build" -G Ninja -DBSAN_INCLUDE_TESTS=OFF
fi
quietly "cmake --build $shown" \
  cmake --build "$build" -j "$(nproc 2>/dev/null || echo 2)"

headline "Does it work on this machine?" <<END
bsan check runs a program with known mistakes, in all the ways there are.
END
run "$build/bin/bsan" check || failed="$failed bsan check,"

#===-- The demonstration --------------------------------------------------===//

headline "A libuv server that blocks its loop" <<END
test/programs/uv_http/server.c is an HTTP server. Its answers are right. But
it looks up a name with getaddrinfo() and reads a file with open() and read()
in the callback of a request, and while it waits nobody else is served. Built
with -fsanitize=blocking it says so, with the line, however fast it was today.
(By default it would stop at the first report; halt_on_error=0 goes on.)
END
show uv_http.sh server

headline "The same server without the mistakes" <<END
test/programs/uv_http/fixed.c uses uv_getaddrinfo() and uv_fs_*() with
callbacks: libuv's worker threads wait, not the loop. Nothing is reported.
END
show uv_http.sh fixed

headline "redis-server, unmodified" <<END
bsan run preloads the runtime into a program that nobody rebuilt. With
"appendfsync always" redis syncs its append-only file before it answers, on
the thread of its event loop: this is what that costs. Then BGREWRITEAOF.
END
show redis.sh

#===-- What now -----------------------------------------------------------===//

if [ -n "$failed" ]; then
  printf '\nquickstart.sh: not as expected:%s see FAILED above\n' "$failed"
  exit 1
fi
headline "Everything was as expected. What to do next" <<END
Your own program, rebuilt (lines in reports; stops at the first one):
  $shown/bin/bsan-clang -g -fsanitize=blocking your.c && ./a.out
  CC=$build/bin/bsan-gcc CFLAGS='-g -fsanitize=blocking' ./configure
Your own program, as it is:
  $shown/bin/bsan run -- your-server --its --arguments
All options of the runtime:
  $shown/bin/bsan run -o help=1 true
Install it:
  sudo cmake --install $shown
Run its tests:
  utils/check.sh
END
