#!/bin/sh
#===-- node.sh - A node HTTP server under bsan run ------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# A JavaScript program with its own libuv inside, and stacks with frames of a
# JIT compiler. readFileSync() in a callback is the mistake; readFile(), which
# reads on a worker thread, is not.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need curl curl
need node nodejs

expect_page() { expect_equal "GET $1" "$2" "$(get "$1")"; }

serve() {
  echo 'read with a callback' >"$work/$how/async"
  echo 'read at once' >"$work/$how/sync"
  launch node "$found" "$here/node_app.js" "$work/$how"
  wait_for "the server listens" test -s "$work/node.$how.out"
  url=http://127.0.0.1:$(cat "$work/node.$how.out")
  for _ in 1 2; do
    expect_page /text text
    expect_page /sync 'read at once'
    expect_page /async 'read with a callback'
    expect_page /lookup 127.0.0.1
    expect_page /scrypt 16
    expect_page /crypto 32
    expect_page /files 'true 15 text2 true 2'
    expect_page /exec 'from a child'
  done
  expect_page /quit bye
  finish "$pid"
  expect_equal "the exit status" 3 "$status"
}

each_way serve
expect_same_output node
expect_loop uv_run
# Once, or once more when one of its functions has been compiled meanwhile.
expect "readFileSync() is reported to open the file" contains ' 1 2 ' \
  " $(count_reports "^ *open\\(\"$work/bsan/sync\"\\)") "
expect "and to read it" contains ' 1 2 ' \
  " $(count_reports "^ *read\\(.* fd [0-9]+ (is|was) $work/bsan/sync") "
expect_equal "readFile() is not" 0 \
  "$(count_reports " fd [0-9]+ (is|was) $work/bsan/async")"
expect_equal "dns.lookup() is not" 0 "$(count_reports '^ *getaddrinfo')"
expect_no_socket_reports
# execSync() runs a second loop inside of a callback, from the same place as the
# first: its waits are taken for the loop's own, and missed.
expect_truth node --bar 0.9
test_end
