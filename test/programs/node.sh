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

log=$work/log
echo 'read with a callback' >"$work/async"
start node "$bin/bsan" run --log "$log" -- "$found" "$here/node_app.js" \
  "$work/async"
wait_for "the server listens" test -s "$work/node.out"
url=http://127.0.0.1:$(cat "$work/node.out")

expect_equal "GET /text" text "$(get /text)"
expect_equal "GET /async" 'read with a callback' "$(get /async)"
mv "$work/async" "$work/sync"
ln -s sync "$work/async"
expect_equal "GET /sync" 'read with a callback' "$(get /sync)"
expect_equal "GET /quit" bye "$(get /quit)"
finish "$pid"
expect_equal "the exit status" 3 "$status"

expect_loop uv_run
expect_equal "readFileSync() is reported to open the file" 1 \
  "$(count_reports "^ *open\\(\"$work/async\"\\)")"
expect_equal "and to read it" 1 \
  "$(count_reports "^ *read\\(.* fd [0-9]+ (is|was) $work/sync")"
expect_equal "readFile() is not" 0 \
  "$(count_reports " fd [0-9]+ (is|was) $work/async")"
expect_no_socket_reports
test_end
