#!/bin/sh
#===-- redis.sh - Unmodified redis-server under bsan run ------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# With "appendfsync always" redis writes and syncs its append-only file on the
# thread of its event loop, which is documented and the price of durability:
# true findings in a program that nobody rebuilt. Everything it does with its
# sockets has to stay silent, and every answer has to be right.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need redis-benchmark redis-tools
need redis-cli redis-tools
need redis-server redis-server

socket=$work/socket
redis() { timeout 30 redis-cli -s "$socket" "$@"; }
is_ready() { [ "$(redis ping)" = PONG ]; }
# -1 until the first rewrite has ended, then its seconds.
is_rewritten() {
  redis info persistence | grep -q '^aof_last_rewrite_time_sec:[0-9]'
}
is_saved() { redis info persistence | grep -q '^rdb_bgsave_in_progress:0'; }

# The tracer makes every system call slow: fewer of them then.
run_benchmark() {
  requests=2000
  [ "$how" != truth ] || requests=300
  timeout 60 redis-benchmark -s "$socket" -n $requests -c 20 -t set,get -q \
    >"$work/benchmark" 2>&1
}

serve() {
  launch redis "$found" --port 0 --unixsocket "$socket" --dir "$work/$how" \
    --save '' --appendonly yes --appendfsync always
  wait_for "redis-server answers" is_ready
  expect_equal "SET" OK "$(redis set city Lisbon)"
  expect_equal "GET" Lisbon "$(redis get city)"
  expect_equal "INCR, twice" "1 2" "$(redis incr n) $(redis incr n)"
  expect_equal "GET of nothing" '' "$(redis get nothing)"
  expect_equal "EVAL" 3 "$(redis eval 'return redis.call("incr", "n")' 0)"
  expect "redis-benchmark: SETs and GETs from 20 clients" run_benchmark
  redis bgrewriteaof >/dev/null
  wait_for "BGREWRITEAOF ends" is_rewritten
  # From here on a thread of its own syncs the file, and a child writes another.
  expect_equal "CONFIG SET" OK "$(redis config set appendfsync everysec)"
  expect_equal "SET" OK "$(redis set city Porto)"
  redis bgsave >/dev/null
  wait_for "BGSAVE ends" is_saved
  expect_equal "SAVE" OK "$(redis save)"
  expect_equal "GET after the rewrite" Porto "$(redis get city)"
  redis shutdown nosave >/dev/null 2>&1
  finish "$pid"
  expect_equal "redis-server's exit status" 0 "$status"
}

each_way serve
expect_same_output redis
expect_loop aeMain
for call in fdatasync write open; do
  expect_blocked $call
done
expect_no_socket_reports
expect_equal "no read is reported" 0 "$(count_reports '^ *(read|recv)')"
expect_truth redis
echo
show_statistics 8
test_end
