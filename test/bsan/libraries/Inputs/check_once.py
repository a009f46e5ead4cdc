#===-- check_once.py - Checks that each rule is reported once --------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: check_once.py FOLDER COMMAND...
# COMMAND is a program of rules (../calls/rule.h) about a library's functions;
# it runs in FOLDER. Whatever a library does to wait, poll, read, fsync, is its
# own affair: the call that the program made is the only one that is reported.
#
#===------------------------------------------------------------------------===#

import os
import re
import subprocess
import sys

TIMEOUT_S = 60
OPTIONS = ("auto_loop=0:halt_on_error=0:exitcode=0:symbolize=0:"
           "min_block_us=0")
FIRST_LINE = r"^==\d+==WARNING: BlockSanitizer: blocking-call: (\w+) on "


def run(command, folder, arguments):
    environment = dict(os.environ, BSAN_OPTIONS=OPTIONS)
    return subprocess.run(command + arguments, cwd=folder, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=TIMEOUT_S, check=False, text=True,
                          errors="replace")


def main():
    folder, command = sys.argv[1], sys.argv[2:]
    rules = run(command, folder, ["list"]).stdout.splitlines()[:-1]
    if not rules:
        sys.exit("cannot list the rules")
    failures = 0
    for rule in rules:
        label, _, name = rule.split()[:3]
        result = run(command, folder, ["fire", label])
        reported = re.findall(FIRST_LINE, result.stderr, re.M)
        if result.returncode or reported != [name]:
            print(f"{label}: exit status {result.returncode}, reported "
                  f"{reported}, expected [{name!r}]\n{result.stderr}",
                  file=sys.stderr)
            failures += 1
    print(f"{len(rules)} rules, {failures} failures")
    sys.exit(1 if failures else 0)


main()
