#!/bin/sh
#===-- asyncio.sh - CPython's asyncio under bsan run ----------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# The interpreter's evaluation function is both the loop and everything that
# the loop calls, so this shows that callbacks, asyncio's own work and what
# comes after the loop are told apart nevertheless.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
# The distribution's: the first one of PATH may be a wrapper script.
PATH=/usr/bin:$PATH need python3 python3
python=$found
echo data >"$work/data"

run() { # quiet|blocking
  log=$work/log.$1
  start "$1" "$bin/bsan" run --log "$log" -- "$python" -X utf8 \
    "$here/asyncio_app.py" "$1" "$work"
  finish "$pid"
  expect_equal "$1: what the program prints" 'done' "$(cat "$work/$1.out")"
  expect_equal "$1: its exit status" 3 "$status"
  [ "$status" -eq 3 ] || cat "$work/$1.err"
}

run quiet
expect_equal "asyncio's own work is silent" '' "$(reported_calls)"
expect "the loop was found" contains "$(reports)" 'Loop "'

run blocking
# Before 3.11 time.sleep() was a select() without descriptors.
sleeps='clock_nanosleep|select'
expect_equal "time.sleep() in the loop is reported" 1 \
  "$(count_reports "^ *($sleeps)\\(")"
totals=$(site_totals "$sleeps")
expect_equal "and counted once: after the loop it may" 1 "${totals% *}"
expect "it took 20 ms or more" [ "${totals#* }" -ge 20000 ]
expect_equal "os.stat()" 1 "$(count_reports "^ *stat\\(\"$work/data\"\\)")"
expect_equal "open()" 1 "$(count_reports "^ *open\\(\"$work/data\"\\)")"
expect_equal "read() of the file" 1 \
  "$(count_reports "^ *read\\(.* fd [0-9]+ (is|was) $work/data")"
expect_no_socket_reports

run_all() {
  launch all "$python" -X utf8 "$here/asyncio_app.py" all "$work/$how"
  finish "$pid"
  expect_equal "all: what the program prints" 'done' \
    "$(cat "$work/all.$how.out")"
  expect_equal "all: its exit status" 3 "$status"
}

include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
if [ ! -f "$include/Python.h" ]; then
  echo "left out: an extension (Debian package python3-dev)"
  test_end
fi
need cc gcc
rm -f "$work"/log.*
expect "an extension compiles" cc -shared -fPIC -I"$include" \
  "$here/asyncio_extension.c" -o "$work/extension.so"
each_way run_all
expect_same_output all
for call in stat open fsync sqlite3_step connect recv getaddrinfo system \
  dlopen nanosleep fread; do
  expect "$call is reported" [ "$(count_reports "^ *$call\\(")" -gt 0 ]
done
expect_truth asyncio
test_end
