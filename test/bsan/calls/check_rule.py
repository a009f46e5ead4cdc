#===-- check_rule.py - Checks every row of a program of rules --------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: check_rule.py SOURCE FOLDER COMMAND...
# COMMAND is a program made of SOURCE and Inputs/rule_main.c; it runs in FOLDER.
# What is expected of a row is in rule.h.
#
#===------------------------------------------------------------------------===#

import os
import re
import shutil
import subprocess
import sys

EXIT_CODE = 44
TIMEOUT_S = 60


class Failure(Exception):
    pass


def run(command, folder, arguments, options):
    environment = dict(os.environ, BSAN_OPTIONS="auto_loop=0:"
                       "report_thread=0:" + options)
    result = subprocess.run(command + arguments, cwd=folder, env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            timeout=TIMEOUT_S, check=False, text=True,
                            errors="replace")
    return result.returncode, result.stdout, result.stderr


def lines_of(source, label):
    """The first and last line of LABEL's row in the text SOURCE."""
    row = re.search(r"^RULE\w*\(\s*" + re.escape(label) + r",", source, re.M)
    if not row:
        raise Failure(f"{label}: found no RULE({label}, ...) in the source")
    end, depth = source.index("(", row.start()) + 1, 1
    while depth:
        depth += {"(": 1, ")": -1}.get(source[end], 0)
        end += 1
    return (source.count("\n", 0, row.start()) + 1,
            source.count("\n", 0, end) + 1)


def expect(pattern, text, what):
    match = re.search(pattern, text, re.M)
    if not match:
        raise Failure(f"expected {what}: /{pattern}/")
    return match


def check_place(match, path, lines, what):
    file, line = match.group("file"), int(match.group("line"))
    if not os.path.samefile(file, path):
        raise Failure(f"{what} is in {file}, expected {path}")
    if not lines[0] <= line <= lines[1]:
        raise Failure(f"{what} is at line {line}, expected one of "
                      f"{lines[0]}-{lines[1]}")


def check_head(rule, severity, text):
    _, _, name, cls, _ = rule
    expect(r"^==\d+==" + severity + ": BlockSanitizer: blocking-call: "
           + re.escape(name) + r" on event loop thread T0 \".*\" "
           r"\(hooks, rule\)$", text, "the first line")
    expect(r"^  " + re.escape(name) + r"\(.*\): " + cls + ": .+$", text,
           "the call and its class")
    expect(r"^HINT: .+", text, "a hint")


def check_stack(rule, path, lines, text):
    label, _, name, _, _ = rule
    place = r"(?P<file>/\S+?):(?P<line>\d+)(:\d+)?"
    frame = expect(r"^    #0 0x[0-9a-f]+ in " + re.escape(name) + r" \(.*\)\n"
                   r"    #1 0x[0-9a-f]+ in fires_" + label + r" " + place + "$",
                   text, "the function and its caller as frames #0 and #1")
    check_place(frame, path, lines, "frame #1")
    summary = expect(r"^SUMMARY: BlockSanitizer: blocking-call " + place
                     + r" in fires_" + label + r" \(" + re.escape(name)
                     + r"\)$", text, "the summary")
    check_place(summary, path, lines, "the summary")


def check_end(status, text):
    if status != EXIT_CODE:
        raise Failure(f"exit status {status}, expected {EXIT_CODE}")
    expect(r"^==\d+==ABORTING$", text, "the end")


def options_of(kind):
    return "min_block_us=0" if kind == "measured" else ""


def fire_all(kind, command, folder):
    """What each rule of KIND prints when none ends the program: LABEL: text."""
    _, _, text = run(command, folder, ["fire-all", kind],
                     "halt_on_error=0:exitcode=0:suppress_equal_stacks=0:"
                     + options_of(kind))
    return dict(part.split("\n", 1)
                for part in re.split(r"^case ", text, flags=re.M)[1:])


def is_good_report(rule, path, lines, text):
    try:
        check_head(rule, "WARNING", text)
        check_stack(rule, path, lines, text)
    except Failure:
        return False
    return True


# To start a symbolizer takes longer than all else: the stack is looked at in the
# run that goes on, whose symbolizer is started once. A call that had no time to
# fire there, because it returns by itself, is run again with one of its own.
def check_fires(rule, path, source, command, folder, going_on):
    label, kind = rule[0], rule[4]
    lines = lines_of(source, label)
    has_stack = is_good_report(rule, path, lines, going_on.get(label, ""))
    options = options_of(kind) + (":symbolize=0" if has_stack else "")
    status, _, text = run(command, folder, ["fire", label], options)
    try:
        check_end(status, text)
        check_head(rule, "ERROR", text)
        if not has_stack:
            check_stack(rule, path, lines, text)
    except Failure as failure:
        raise Failure(f"{label} does not fire: {failure}\n"
                      f"What it printed:\n{text}") from None


def is_done(out):
    return out.endswith("done\n")


def check_silent(command, folder):
    # A measured call may take its time on a busy machine, but not so much.
    status, out, text = run(command, folder, ["silent"],
                            "min_block_us=10000000")
    if status or text or not is_done(out):
        label = out.split("\n")[-2] if "\n" in out else "?"
        raise Failure(f"{label} is not silent: exit status {status}\n{text}")


def check_same(rules, command, folder):
    options = "halt_on_error=0:exitcode=0:symbolize=0"
    status, out, text = run(command, folder, ["same"], options)
    if status or not is_done(out):
        raise Failure(f"exit status {status}\n{out}{text}")
    # Not all: a short timeout may be over before the call on a slow machine.
    warnings = text.count("==WARNING: BlockSanitizer: blocking-call: ")
    plain = sum(rule[4] == "plain" for rule in rules)
    if warnings < plain / 2:
        raise Failure(f"{warnings} reports for {plain} rules")


def main():
    path, folder, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(path, encoding="utf-8") as file:
        source = file.read()
    status, out, text = run(command, folder, ["list"], "")
    rules = [line.split() for line in out.splitlines()[:-1]]
    if status or not rules or not is_done(out):
        sys.exit(f"cannot list the rules: exit status {status}\n{text}")
    going_on = {**fire_all("plain", command, folder),
                **fire_all("measured", command, folder)}
    checks = [lambda rule=rule: check_fires(rule, path, source, command,
                                            folder, going_on)
              for rule in rules if rule[4] != "quiet"]
    checks += [lambda: check_silent(command, folder),
               lambda: check_same(rules, command, folder)]
    failures = 0
    for check in checks:
        try:
            check()
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(failure, file=sys.stderr)
            failures += 1
    print(f"{len(rules)} rules, {failures} failures")
    sys.exit(1 if failures else 0)


main()
