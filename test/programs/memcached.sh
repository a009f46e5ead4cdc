#!/bin/sh
#===-- memcached.sh - memcached under bsan run ----------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# A libevent loop on every worker thread, and a program that keeps its data in
# memory: everything is found, and nothing is to be found fault with.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need curl curl
need memcached memcached

[ "$(id -u)" -ne 0 ] || user='-u root' # It refuses to be root unasked.

# ask LINE...: what memcached answers, its line ends as ours.
ask() {
  printf '%s\r\n' "$@" quit |
    curl -sS --max-time 30 --unix-socket "$work/socket" telnet://localhost:1 |
    tr -d '\r'
}
is_ready() { [ "$(ask version | cut -d' ' -f1)" = VERSION ]; }
big=$(seq 40000 | tr '\n' ' ') # Takes many packets.

serve() {
  rm -f "$work/socket"
  # shellcheck disable=SC2086  # two words or none
  launch memcached "$found" -t 2 -s "$work/socket" ${user:-}
  wait_for "memcached answers" is_ready
  expect_equal "set" STORED "$(ask 'set city 0 0 6' Lisbon)"
  expect_equal "get" "$(printf 'VALUE city 0 6\nLisbon\nEND')" \
    "$(ask 'get city')"
  expect_equal "set of a number, incr" "$(printf 'STORED\n42')" \
    "$(ask 'set n 0 0 2' 41 'incr n 1')"
  expect_equal "get of nothing" END "$(ask 'get nothing')"
  expect_equal "delete" "$(printf 'DELETED\nNOT_FOUND')" \
    "$(ask 'delete city' 'delete city')"
  expect_equal "set of ${#big} bytes" STORED \
    "$(ask "set big 0 0 ${#big}" "$big")"
  expect_equal "get of them" "$(printf '%s\nEND' "$big")" \
    "$(ask 'get big' | sed 1d)"
  kill -TERM "$pid"
  finish "$pid"
  expect_equal "memcached's exit status" 0 "$status"
}

each_way serve
expect_same_output memcached
expect_loop event_base_loop
expect_equal "its worker threads have loops" 2 \
  "$(reports | grep -c '^Loop "event_base_loop" on thread T[12] ')"
expect_no_socket_reports
expect_equal "nothing is reported" '' "$(reported_calls)"
expect_truth memcached
test_end
