#===-- check_cases.py - Checks every case of table.c -----------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: check_cases.py TABLE FOLDER COMMAND...
# COMMAND is made of table.c.  TABLE is the runtime's list of system calls: each
# must have a case.
#
#===------------------------------------------------------------------------===#

import os
import re
import shutil
import subprocess
import sys

OPTIONS = ("auto_loop=0:halt_on_error=0:exitcode=0:symbolize=0:"
           "suppress_equal_stacks=0")


def run(command, folder, mode):
    environment = dict(os.environ, BSAN_OPTIONS=OPTIONS)
    result = subprocess.run(command + [mode], cwd=folder, env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            timeout=120, check=False, text=True,
                            errors="replace")
    if result.returncode or not result.stdout.endswith("done\n"):
        sys.exit(f"{mode}: exit status {result.returncode}\n{result.stdout}")
    cases = {}
    for part in result.stdout.split("case ")[1:]:
        head, _, text = part.partition("\n")
        label, name = head.split()
        cases[label] = (name, text)
    return cases


def reports_of(text):
    return re.findall(r"BlockSanitizer: blocking-call: (\w+) on event", text)


def outcome_of(text):
    match = re.search(r"^returned .*$", text, re.M)
    return match.group(0) if match else "nothing"


def check(label, outside, inside, is_silent, failures):
    name, text = inside
    expected = [] if is_silent or name == "-" else [name]
    form = "silent" if is_silent else "blocking"
    if reports_of(text) != expected:
        failures.append(f"{label}, the {form} call: reports of "
                        f"{reports_of(text)}, expected {expected}\n{text}")
    if reports_of(outside[1]):
        failures.append(f"{label}: a report outside of the loop\n{outside[1]}")
    if outcome_of(outside[1]) != outcome_of(text):
        failures.append(f"{label}, the {form} call: {outcome_of(text)} in the "
                        f"loop, {outcome_of(outside[1])} outside")


def numbers_of(path):
    with open(path, encoding="utf-8") as file:
        return set(re.findall(r"^BSAN_SYSCALL(?:_WAIT)?\((\w+),", file.read(),
                              re.M))


def main():
    table, folder, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    failures = []
    for is_silent, form in ((False, "fires"), (True, "silent")):
        outside = run(command, folder, form + "-outside")
        inside = run(command, folder, form + "-inside")
        for label, result in inside.items():
            check(label, outside[label], result, is_silent, failures)
    missing = numbers_of(table) - {label.split(".")[0] for label in inside}
    if missing:
        failures.append("no case in table.c: " + ", ".join(sorted(missing)))
    print("\n".join(failures + [f"{len(inside)} cases, "
                                f"{len(failures)} failures"]))
    sys.exit(1 if failures else 0)


main()
