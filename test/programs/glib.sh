#!/bin/sh
#===-- glib.sh - GLib's main loop under bsan run --------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# A loop that waits with poll, and libraries that hide what they do behind names
# of their own: GIO reads files on a thread, g_file_get_contents() does not.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need curl curl
need pkg-config pkg-config
need cc gcc
pkg-config --exists gio-unix-2.0 ||
  skip "GLib is not installed (Debian package libglib2.0-dev)"
# shellcheck disable=SC2046
expect "it compiles" cc -g "$here/glib_app.c" -o "$work/glib_app" \
  $(pkg-config --cflags --libs gio-unix-2.0)

waits=all # Its loop waits with poll.

# ask WORD: the server's answer.
ask() {
  printf '%s\n' "$1" |
    curl -sS --max-time 30 --unix-socket "$work/socket" telnet://localhost:1
}
expect_answer() { expect_equal "$1" "$2" "$(ask "$1")"; }
is_ready() { [ "$(ask hello)" = hello ]; }

serve() {
  echo 'read by a thread' >"$work/$how/async"
  echo 'read at once' >"$work/$how/sync"
  rm -f "$work/socket"
  launch glib "$work/glib_app" "$work/socket" "$work/$how"
  wait_for "the server answers" is_ready
  for _ in 1 2; do
    expect_answer later later
    expect_answer load 'read by a thread'
    expect_answer rest rested
    expect_answer read 'read at once'
    expect_answer files '1 1'
    expect_answer sleep slept
    expect_answer spawn 'from a child'
    expect_answer lock locked
    expect_answer pipe 1
  done
  expect_answer quit bye
  finish "$pid"
  expect_equal "the exit status" 3 "$status"
}

each_way serve
expect_same_output glib
expect_loop g_main_loop_run
expect_equal "g_file_get_contents() opens the file" 1 \
  "$(count_reports "^ *open\\(\"$work/bsan/sync\"\\)")"
expect_equal "what GIO's threads read is not reported" 0 \
  "$(count_reports "$work/bsan/async")"
expect_no_socket_reports
expect_truth glib
test_end
