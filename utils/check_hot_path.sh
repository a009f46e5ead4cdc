#!/bin/sh
#===-- check_hot_path.sh - Lint: what a call outside of loops costs -------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_hot_path.sh BUILD_DIR [SOURCE_DIR]
#
# Every intercepted call of every thread runs the first half of its wrapper. A
# frame, a saved register or a call there is paid by programs that have no loop
# at all, and one careless line in bsan_wrap.h brings it back. So the finished
# shared runtime is disassembled: from the start of each plain rule's wrapper to
# its jump to the real function there may be six instructions, and no push, pop,
# call or change of the stack pointer. Moves of arguments that came on the stack
# (the seventh and further) are not counted: gcc copies them onto themselves.
#
# The wrappers of other libraries' functions are not exported; they are found by
# their own names (bsan_wrap_SSL_read).
#
# Waits, what runs loops, calls with notes, those left by a jump, those with `...` and what is
# written by hand are exempt: they have work to do on every call.
#
#===----------------------------------------------------------------------===#

set -eu

max_instructions=6

die() {
  echo "check_hot_path: $1" >&2
  exit 2
}

case $# in 1 | 2) ;; *) die "usage: check_hot_path.sh BUILD_DIR [SOURCE_DIR]" ;; esac
build=$1
source=${2:-$(dirname "$0")/..}
table=$source/lib/bsan/intercept/bsan_calls.inc
[ -r "$table" ] || die "cannot read $table"
set -- "$build"/lib/linux/libclang_rt.bsan-*.so
runtime=$1
[ -r "$runtime" ] || die "no libclang_rt.bsan-*.so in $build/lib/linux"

case $runtime in
*-x86_64.so) ;;
*)
  echo "check_hot_path: skipped, it reads x86-64 only: $(basename "$runtime")"
  exit 0
  ;;
esac

# The plain rows, as the preprocessor sees them.
list_rules() {
  printf '%s\n' '#define BSAN_CALL(ret, symbol, ...) RULE symbol' \
    '#define BSAN_CALL_VOID BSAN_CALL' '#define BSAN_CALL_NOTED(...)' \
    '#define BSAN_CALL_WAIT(...)' '#define BSAN_NOTE(...)' \
    '#define BSAN_NOTE_LIST(...)' \
    '#define BSAN_CALL_JUMP(...)' '#define BSAN_CALL_VARIADIC(...)' \
    '#define BSAN_CALL_VARIADIC_VOID(...)' '#define BSAN_BODY(...)' \
    '#define BSAN_LIBRARY(ret, symbol, ...) RULE bsan_wrap_##symbol' \
    '#define BSAN_LIBRARY_VARIADIC(...)' '#define BSAN_VIRTUAL(...)' \
    '#define BSAN_LIBRARY_WAIT(...)' '#define BSAN_LIBRARY_NOTE(...)' \
    '#define BSAN_RUN(...)' \
    "#include \"$table\"" |
    ${CC:-cc} -D_GNU_SOURCE -I"$source/lib/bsan" -E -P -x c - |
    tr -s ' \n' '\n' | awk 'last == "RULE" { print } { last = $0 }'
}

rules=$(list_rules) || die "cannot preprocess $table"
[ -n "$rules" ] || die "$table has no plain rules"

# Not one of objdump's lines is wanted in another language.
export LC_ALL=C
code=$(objdump -d --no-show-raw-insn "$runtime") ||
  die "cannot disassemble $runtime"

# The disarmed path is the one that the branches do not take, up to the jump;
# where the compiler put the armed half first, it is the target of the branch,
# so the wrapper is read from there.
{
  printf '%s\n' "$rules" | sed 's/^/RULE /'
  { nm -D --defined-only "$runtime"; nm --defined-only "$runtime"; } |
    sed 's/^0*\([0-9a-f]*\) . /ADDR \1 /; s/@.*//'
  printf '%s\n' "$code"
} | awk -v max="$max_instructions" '
  $1 == "RULE" { is_rule[$2] = 1; next }
  $1 == "ADDR" { if ($3 in is_rule) { rule_at[$2] = $3; found[$3] = 1 } next }
  /^[0-9a-f]+ <.*>:$/ { address = $1; sub(/^0+/, "", address)
                        name = rule_at[address]; count = 0; bad = ""; next }
  name == "" || !/^ *[0-9a-f]+:\t/ { next }
  {
    instruction = $2; for (i = 3; i <= NF; i++) instruction = instruction " " $i
    if ($2 ~ /^(nop|data16|cs|xchg|endbr64)/) next
    if (instruction !~ /^mov .*0x[0-9a-f]+\(%rsp\)/) count++
    if ($2 ~ /^(push|pop|call|leave|enter|ret)/ || instruction ~ /^(sub|add|lea|and) .*,%rsp/)
      if (bad == "") bad = instruction
    if ($2 != "jmp") next
    if (bad != "")
      print "bsan_calls.inc:1: the disarmed wrapper of " name " has: " bad
    else if (count > max)
      print "bsan_calls.inc:1: the disarmed wrapper of " name " has " count \
            " instructions, more than " max
    failed += bad != "" || count > max
    if (count > worst) { worst = count; worst_name = name }
    checked++; done[name] = 1; name = ""
  }
  END {
    for (name in is_rule)
      if (!(name in found) || !(name in done)) {
        print "bsan_calls.inc:1: no wrapper of " name " that ends in a jump"
        failed++
      }
    if (failed) exit 1
    print "check_hot_path: ok, " checked " wrappers, the longest has " worst \
          " instructions (" worst_name ")"
  }'
