#!/bin/sh
#===-- curl.sh - libcurl's multi interface under bsan run -----------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# curl.sh BIN [epoll|poll]: a program's own loop around libcurl, which looks up
# names on threads of its own, and curl_multi_poll(). What blocks are the files
# that the program writes to, and those that libcurl reads for file: URLs.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
loops=${2:-epoll poll}
test_begin ${1+"$1"}
need pkg-config pkg-config
need cc gcc
need python3 python3
pkg-config --exists libcurl ||
  skip "libcurl is not installed (Debian package libcurl4-openssl-dev)"
# shellcheck disable=SC2046
expect "it compiles" cc -g "$here/curl_app.c" -o "$work/curl_app" \
  $(pkg-config --cflags --libs libcurl)

mkdir "$work/site"
seq 500000 >"$work/site/large"
echo 'a page' >"$work/site/page"
start server python3 -u -m http.server --bind 127.0.0.1 \
  --directory "$work/site" 0
find_port() {
  port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/server.out")
  [ -n "$port" ]
}
wait_for "a server listens" find_port

transfer() {
  mkdir "$work/$how.$loop"
  url=http://localhost:$port
  launch "curl_$loop" "$work/curl_app" "$loop" "$work/$how.$loop" \
    "$url/large" "$url/page" "$url/none" "file://$work/site/large"
  finish "$pid"
  expect_equal "the exit status" 3 "$status"
  for got in 0 3; do
    expect "what it got is right" \
      cmp "$work/site/large" "$work/$how.$loop/$got"
  done
}

for loop in $loops; do
  echo "with $loop:"
  rm -rf "$work/plain" "$work/bsan" "$work/truth" "$work"/log.* \
    "$work/truth.log"
  case $loop in
  epoll) options='' waits=epoll ;;
  *) options=auto_loop=all waits=all ;;
  esac
  each_way transfer
  sort -o "$work/curl_$loop.plain.out" "$work/curl_$loop.plain.out"
  sort -o "$work/curl_$loop.bsan.out" "$work/curl_$loop.bsan.out"
  expect_same_output "curl_$loop"
  expect_equal "the loop was found" 1 \
    "$(reports | grep -c '^Loop "[^"]*" on thread T0 "curl_app"')"
  expect_blocked fsync
  expect_equal "getaddrinfo() on libcurl's thread is not reported" 0 \
    "$(count_reports '^ *getaddrinfo')"
  expect_equal "nor is what follows the loop" 0 "$(count_reports '^ *usleep')"
  expect_no_socket_reports
  expect_truth "curl_$loop"
done
test_end
