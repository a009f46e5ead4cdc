# shellcheck shell=sh
#===-- lib.sh - What the tests with real programs share -------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# Sourced by the scripts beside it: `test_begin "$@"` first, `test_end` last.
# A script prints what it looks at, "ok" or "FAILED" per expectation, and exits
# with 0, 1 (an expectation failed), 2 (usage) or 77 (a program is missing).
#
# Nothing waits for a fixed time: wait_for polls, and every program is started
# under a time limit of its own, so that no failure leaves one behind.
#
#===----------------------------------------------------------------------===//

# shellcheck disable=SC2034,SC2154  # Variables shared with those scripts.

set -u

skip_status=77
limit_s=120

# test_begin BIN: BIN is the folder of bsan and the compiler drivers. Makes
# $work, and sets $here, the folder of the scripts.
test_begin() {
  here=$(cd "$(dirname "$0")" && pwd)
  if [ $# -ne 1 ] || [ ! -x "$1/bsan" ]; then
    echo "Usage: $0 BIN, the folder of bsan (build/bin)" >&2
    exit 2
  fi
  bin=$(cd "$1" && pwd)
  unset BSAN_OPTIONS # The expectations are about the defaults.
  failures=0
  started=''
  work=$(mktemp -d "${TMPDIR:-/tmp}/bsan.XXXXXX") || exit 2
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

clean_up() {
  for process in $started; do
    kill -TERM "$process" 2>/dev/null # To timeout, which passes it on.
  done
  wait
  rm -rf "$work"
}

test_end() {
  [ "$failures" -eq 0 ]
  exit
}

skip() {
  echo "SKIPPED: $*"
  exit $skip_status
}

# need PROGRAM PACKAGE: sets $found to its path, or skips the test. Servers
# live in sbin, which is not in every user's PATH.
need() {
  found=$(PATH=$PATH:/usr/sbin:/sbin command -v "$1") ||
    skip "$1 is not installed (Debian package $2)"
}

#===-- Expectations -------------------------------------------------------===//

ok() { echo "ok      $*"; }

fail() {
  echo "FAILED  $*"
  failures=$((failures + 1))
}

# expect WHAT COMMAND...: the command succeeds.
expect() {
  what=$1
  shift
  if "$@"; then ok "$what"; else fail "$what"; fi
}

# expect_equal WHAT EXPECTED ACTUAL
expect_equal() {
  if [ "$2" = "$3" ]; then
    ok "$1"
  else
    fail "$1: expected '$2', got '$3'"
  fi
}

#===-- Processes ----------------------------------------------------------===//

# start NAME COMMAND...: runs it in the background; sets $pid. Its streams are
# $work/NAME.out and $work/NAME.err.
start() {
  name=$1
  shift
  # --foreground: signals go to the program alone, not to what it started.
  timeout --foreground -k 5 $limit_s "$@" \
    >"$work/$name.out" 2>"$work/$name.err" &
  pid=$!
  started="$started $pid"
}

# finish PID: waits for its end; sets $status.
finish() {
  wait "$1"
  status=$?
  remaining=''
  for process in $started; do
    [ "$process" = "$1" ] || remaining="$remaining $process"
  done
  started=$remaining
}

# wait_for WHAT COMMAND...: until the command succeeds, or the program $pid,
# which it depends on, is gone; that, or half a minute, ends the test.
wait_for() {
  what=$1
  shift
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ! kill -0 "$pid" 2>/dev/null || [ $tries -gt 600 ]; then
      fail "$what"
      cat "$work"/*.err
      test_end
    fi
    sleep 0.05
  done
}

# get PATH: what the HTTP server at $url answers.
get() { curl -sS --max-time 30 "$url$1"; }

#===-- The same load in several ways --------------------------------------===//

# A script makes its load in a function and calls it once in each way:
#   plain  without the runtime, for what the program itself prints
#   bsan   under "bsan run", whose reports are in $log.PID
#   truth  under truth.py, which compares the reports with what strace sees
# each_way FUNCTION: with $how set. Where strace cannot be used (it is not
# installed, or a container forbids it) the last one is left out.
each_way() {
  ways='plain bsan'
  if python3 -c 'import os; os.pidfd_open' 2>/dev/null &&
    strace -o "$work/strace" true 2>/dev/null; then
    ways="$ways truth"
  else
    echo "left out: the comparison with strace (Debian packages strace," \
      "python3)"
  fi
  for how in $ways; do
    echo "$how:"
    mkdir "$work/$how"
    "$1"
  done
}

# launch NAME PROGRAM ARGUMENT...: starts it in the way $how, with the runtime's
# $options; sets $pid. Its streams are $work/NAME.$how.out and .err.
options=''
waits=epoll # What the program's loop waits with, for truth.py.
launch() {
  name=$1.$how
  shift
  case $how in
  plain) start "$name" "$@" ;;
  bsan)
    log=$work/log
    # shellcheck disable=SC2086  # No option has a space.
    start "$name" "$bin/bsan" run --log "$log" ${options:+-o $options} -- "$@"
    ;;
  truth)
    # shellcheck disable=SC2086
    start "$name" python3 "$here/truth.py" run -o "$work/truth.log" \
      --bsan "$bin/bsan" ${options:+--option $options} -- "$@"
    ;;
  esac
}

# expect_same_output NAME: what the program printed without the runtime and with
# it, but for numbers (times, processes, addresses) and the folder's name.
expect_same_output() {
  for stream in out err; do
    for way in plain bsan; do
      sed "s|$work/$way|FOLDER|g;s/[0-9][0-9]*/N/g" "$work/$1.$way.$stream" \
        >"$work/$way.$stream"
    done
    expect "its std$stream is what it is without the runtime" \
      diff "$work/plain.$stream" "$work/bsan.$stream"
  done
}

# expect_truth NAME [ARGUMENT...]: recall and precision of the run in the way
# truth. BSAN_TRUTH_DIR is where the numbers are kept for their sum, which has to
# reach 0.99: a hundredth of a small run is less than one call.
expect_truth() {
  [ -d "$work/truth.log" ] || return 0
  program=$1
  shift
  [ -z "${BSAN_TRUTH_DIR:-}" ] ||
    set -- --save "$BSAN_TRUTH_DIR/$program.json" "$@"
  expect "recall and precision of the reports reach the bar" \
    python3 "$here/truth.py" compare --name "$program" --waits "$waits" \
    --bar 0.95 "$@" "$work/truth.log"
}

#===-- What the runtime wrote ---------------------------------------------===//

# Reports go to files of their own ("bsan run --log $log"): one per process, so
# that those of a program's children are not mixed into them.
reports() { cat "$log".* 2>/dev/null; }

# The calls that were reported, one line each, as the report prints them, with
# the descriptor's line behind:
#   read(7, 0x55..., 512): file: file data may ...   fd 7 is /etc/hosts, ...
reported_calls() {
  reports | awk '/BlockSanitizer: blocking-call: / {
    getline call; getline object
    print call (object ~ /^ *fd / ? object : "")
  }'
}

count_reports() { # PATTERN, an extended regular expression
  reported_calls | grep -c -E -- "$1"
}

# site_totals CALL[|CALL...]: how many calls the statistics count, and how many
# microseconds they took. A line of theirs:
#   469   138.7 ms  3.6 ms       469   fdatasync   flushAppendOnlyFile   ...
site_totals() {
  reports | awk -v call="^($1)\$" '
    BEGIN { unit["us"] = 1; unit["ms"] = 1000; unit["s"] = 1000000 }
    $1 ~ /^[0-9,]+$/ && $3 in unit && $5 in unit && $7 ~ call {
      gsub(",", "", $1)
      calls += $1; us += $2 * unit[$3]
    }
    END { printf "%d %d\n", calls, us }'
}

# expect_blocked CALL: the statistics have it, with a count and a duration.
expect_blocked() {
  totals=$(site_totals "$1")
  calls=${totals% *} us=${totals#* }
  if [ "$calls" -gt 0 ] && [ "$us" -gt 0 ]; then
    ok "$1 blocked the loop: $calls calls," \
      "$(printf '%d.%03d ms' $((us / 1000)) $((us % 1000)))"
  else
    fail "$1 is in the statistics with a count and a duration"
  fi
}

# A loop's sockets are in non-blocking mode: what it does with them, it may do.
expect_no_socket_reports() {
  expect_equal "no call on a socket is reported" '' \
    "$(reported_calls | grep -E '^ *[a-z0-9_]+\(.*\): socket: | is socket')"
}

# expect_loop FUNCTION: the loop that was found, by its function's name.
expect_loop() {
  expect "the loop $1 was found" contains "$(reports)" "Loop \"$1\""
}

contains() { # TEXT PART
  case $1 in *"$2"*) return 0 ;; *) return 1 ;; esac
}

# show_statistics [SITES]: only those that blocked longest. Processes that saw
# no loop are left out.
show_statistics() {
  reports | awk -v most="${1:-10}" '
    /^BlockSanitizer: [1-9].* blocking site/ { on = 1; sites = 0 }
    /^====/ { on = 0 }
    !on { next }
    /^ *[0-9,]+ / && ++sites > most { more++; next }
    /^Loop / && more {
      printf "       ... and %d more sites\n", more
      more = 0
    }
    { print "  " $0 }
    /^   callbacks between/ { on = 0 }'
}

# show_reports CALL[|CALL...]: the reports of these calls, without what one
# looks at second: of the stack only the call and who made it.
show_reports() {
  reports | awk -v call="blocking-call: ($1) on " '
    /BlockSanitizer: blocking-call: / {
      on = $0 ~ call
      shown = 0
      if (on && reports++) print ""
    }
    /^====/ || !on { next }
    /^ *#/ { if (shown++ < 3) print "  " $0; next }
    /^The thread entered/ { shown = 3; next }
    /^SUMMARY/ { on = 0 }
    { print "  " $0 }'
}
