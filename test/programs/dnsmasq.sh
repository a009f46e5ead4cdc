#!/bin/sh
#===-- dnsmasq.sh - dnsmasq under bsan run --------------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# A DNS server that waits with poll, in one thread. It answers from memory; its
# log, and the hosts that it reads again when it is told to, are files. Which
# addresses the machine has it asks the kernel through a blocking socket.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need dig bind9-dnsutils
need dnsmasq dnsmasq-base

options=auto_loop=all # Its loop waits with poll.
waits=all
user=$(id -un)

# A free port: nobody else's while the test runs, but who knows.
port=$(python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])') || skip "python3 is not installed"

ask() { dig +short +time=10 +tries=1 "$@" -p "$port" @127.0.0.1; }
is_ready() { [ "$(ask +time=1 a.test)" = 10.0.0.1 ]; }
has_new_hosts() { [ "$(ask b.test)" = 10.0.0.2 ]; }

serve() {
  echo '10.0.0.1 a.test' >"$work/$how/hosts"
  launch dnsmasq "$found" --keep-in-foreground --conf-file=/dev/null \
    --port="$port" --listen-address=127.0.0.1 --bind-interfaces \
    --user="$user" --group= --pid-file="$work/$how/pid" --no-resolv --no-hosts \
    --addn-hosts="$work/$how/hosts" --address=/wild.test/10.0.0.9 \
    --txt-record=t.test,text --log-queries --log-facility="$work/$how/log"
  wait_for "dnsmasq answers" is_ready
  for _ in 1 2 3 4 5; do
    expect_equal "a host" 10.0.0.1 "$(ask a.test)"
    expect_equal "a domain" 10.0.0.9 "$(ask any.wild.test)"
    expect_equal "a text" '"text"' "$(ask t.test TXT)"
    expect_equal "the name of an address" a.test. "$(ask -x 10.0.0.1)"
    expect_equal "nothing" '' "$(ask none.test)"
  done
  expect_equal "by TCP" 10.0.0.1 "$(ask +tcp a.test)"
  echo '10.0.0.2 b.test' >>"$work/$how/hosts"
  kill -HUP "$(cat "$work/$how/pid")" # timeout would end it.
  wait_for "it reads the hosts again" has_new_hosts
  kill -USR1 "$(cat "$work/$how/pid")" # Statistics into its log.
  kill -TERM "$pid"
  finish "$pid"
  expect_equal "the exit status" 0 "$status"
}

each_way serve
expect_same_output dnsmasq
expect_equal "the loop was found" 1 \
  "$(reports | grep -c '^Loop "[^"]*" on thread T0 "dnsmasq"')"
expect_blocked write
expect "its netlink socket is in blocking mode" \
  [ "$(count_reports '^ *(sendto|recvmsg)\(.*: socket: ')" -gt 0 ]
expect_truth dnsmasq
test_end
