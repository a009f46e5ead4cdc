#!/bin/sh
#===-- uv_http.sh - A libuv server with and without mistakes --------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# uv_http.sh BIN [server|fixed]: builds one or both with the compiler driver,
# asks for both pages and looks at the reports: the lines of server.c that
# block, each once, and nothing of libuv's own work; nothing at all for fixed.c.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
versions=${2:-server fixed}
test_begin ${1+"$1"}
need curl curl
echo '#include <uv.h>' >"$work/uv.c"
driver=
for compiler in clang gcc; do
  ! command -v $compiler >/dev/null || { driver=$bin/bsan-$compiler && break; }
done
[ -n "$driver" ] || skip "neither clang nor gcc is installed"
"$driver" -E "$work/uv.c" >/dev/null 2>&1 ||
  skip "uv.h is not installed (Debian package libuv1-dev)"

# build NAME
build() {
  expect "${driver##*/} -g -fsanitize=blocking $1.c http.c -luv" \
    "$driver" -g -Wall -Wextra -Werror -fsanitize=blocking \
    "$here/uv_http/$1.c" "$here/uv_http/http.c" -luv -o "$work/$1"
  [ -x "$work/$1" ] || test_end
}

has_port() { grep -q '^listening on ' "$work/$1.out"; }

# serve NAME: the answers, and a normal end; its reports are in $log.PID.
serve() {
  log=$work/log.$1
  echo 'what the file says' >"$work/file"
  start "$1" env "BSAN_OPTIONS=halt_on_error=0:log_path=$log" \
    "$work/$1" "$work/file"
  wait_for "$1 listens" has_port "$1"
  url=http://127.0.0.1:$(sed -n 's/^listening on //p' "$work/$1.out")
  for _ in first second; do
    expect_equal "GET /name" 127.0.0.1 "$(get /name)"
    expect_equal "GET /file" 'what the file says' "$(get /file)"
  done
  expect_equal "GET /other" 'expected /name or /file' "$(get /other)"
  kill -TERM "$pid"
  finish "$pid"
}

# expect_report CALL: reported once, for the line of server.c that makes it.
expect_report() {
  line=$(grep -n "[^a-z_]$1(" "$here/uv_http/server.c" | cut -d: -f1)
  expect_equal "$1 is reported once, at server.c:$line" 1 \
    "$(reports | grep -c "^SUMMARY: .*/server\.c:$line:.* ($1)\$")"
}

check_server() {
  build server
  serve server
  printf '\nReported for GET /name, which looks up a name:\n'
  show_reports getaddrinfo
  printf '\nReported for GET /file, which opens and reads a file:\n'
  show_reports 'open|read'
  echo
  for call in getaddrinfo open read; do
    expect_report $call
  done
  expect_equal "nothing else is reported" 3 "$(count_reports .)"
  expect_equal "the exit status says so" 44 "$status"
}

check_fixed() {
  build fixed
  serve fixed
  expect_equal "nothing is reported" '' "$(reported_calls)"
  expect_equal "the exit status" 0 "$status"
}

for version in $versions; do
  case $version in
  server) check_server ;;
  fixed) check_fixed ;;
  *) echo "uv_http.sh: expected server or fixed, not '$version'" >&2; exit 2 ;;
  esac
done
test_end
