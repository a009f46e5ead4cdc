#!/bin/sh
#===-- node_map.sh - node with a map of its code --------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# With a map reports have the script's functions, and suppressions match them.
# A timer's callback runs outside of the function that waits, below frames of
# JavaScript: it is found only if the stack goes on behind those.
#
#===----------------------------------------------------------------------===#

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need node nodejs

log=$work/log
echo data >"$work/data"

read_in_timer() { # SUPPRESSION
  rm -f "$log".*
  echo "${1:-}" >"$work/supp"
  start node env "BSAN_OPTIONS=suppressions=$work/supp" \
    "$bin/bsan" run --log "$log" -- "$found" --perf-basic-prof \
    --no-logfile-per-isolate --logfile="$work/v8.log" \
    --interpreted-frames-native-stack "$here/node_map.js" "$work/data"
  finish "$pid"
  for file in "$log".*; do
    rm -f "/tmp/perf-${file##*.}.map"
  done
  expect_equal "what the program prints" 'done' "$(cat "$work/node.out")"
}

# Are FUNCTIONs of node_map.js, in this order, in the stack of CALL's report?
has_functions() { # CALL FUNCTION...
  reports | awk -v call="blocking-call: $1 on " -v wanted="$2 $3" '
    BEGIN { split(wanted, name) }
    /BlockSanitizer: blocking-call: / { on = $0 ~ call; next_one = 1 }
    /^The thread entered/ { on = 0 }
    on && /^ *#[0-9]+ 0x[0-9a-f]+ in .*\/node_map\.js:[0-9]+:[0-9]+$/ {
      if ($4 == name[next_one] && ++next_one > 2) found = 1
    }
    END { exit !found }'
}

read_in_timer
expect "a timer's callback is reported by its JavaScript functions" \
  has_functions open readNow onTimer
expect "and for each of its calls" has_functions read readNow onTimer
expect_equal "node's writing of the map is not reported" 0 \
  "$(count_reports '^ *v?fprintf\(')"

read_in_timer 'blocking:node_map.js:readNow'
expect_equal "a suppression by the function's name accepts all of them" 0 \
  "$(count_reports "^ *(open|read)\\(")"
expect "and is counted" contains "$(reports)" ' blocking:node_map.js:readNow'
test_end
