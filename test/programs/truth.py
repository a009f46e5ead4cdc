#!/usr/bin/env python3
#===-- truth.py - Do the reports equal what strace saw? -------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#

"""Compare what BlockSanitizer reports with what strace sees in the same run.

  truth.py run -o FOLDER [--bsan BSAN] [--option KEY=VALUE] -- PROGRAM ARG...
      runs a program under "bsan run" and strace at once; its streams, signals
      and exit status are its own. The logs are in FOLDER.
  truth.py compare [--name NAME] [--waits epoll|all] [--save FILE] FOLDER
      prints the numbers of a run, and every call that was missed and every
      report that was wrong.
  truth.py total FOLDER
      adds up what compare saved there.

Exit status: run has the program's. The others have 0, or 1 when recall or
precision is below --bar (default 0.99), no loop was run, or anything was
reported outside of every loop; 2 when something cannot be read or run; 77 when
total has nothing to add up.

The rules
  Loop threads  A thread that waits at least twice for the same thing: with
        epoll_wait, epoll_pwait or epoll_pwait2 on one epoll descriptor, or,
        with --waits all, with poll or select on sets that have a descriptor in
        common. From its first such wait to its last (of poll and select, from
        the second: one may be a wait for a single reply) it runs the loop, and
        between two of them callbacks. A loop that begins and ends there is
        nested: its waits are calls of a callback.
  May block  Judged from strace's lines alone, by the kind of the descriptor (of
        -yy) and O_NONBLOCK, which is followed through every call that makes,
        duplicates or changes a descriptor (ground_truth/descriptors.py), and by
        the tables of ground_truth/rules.py:
        - data of, and everything about, files and directories, by descriptor or
          by path, O_NONBLOCK or not; not procfs, sysfs and memory devices;
        - sockets, pipes and the like in blocking mode, without MSG_DONTWAIT;
          not writes to descriptors 1 and 2 or a terminal;
        - sleeps, file locks, messages, waits for signals, but for a time of 0;
        - a futex wait that ended by a wake-up or by its timeout;
        - waits for events or children in a callback, when they timed out or
          took 20 ms; shorter ones may have been ready at once, so that they
          neither have to be reported nor must not. The same holds for what is
          reported only when it took long (close, munmap, fork), and for
          descriptors whose mode strace never saw being set.
        System calls of the runtime itself, told by their instruction's address,
        do not count.
  Covered  A report covers the system calls of its thread that were made from
        the time when its call began to the time when it returned. dlopen, which
        the runtime does not see return, covers the loader's that follow.
  Recall  Covered calls that may block, of all of them, on loop threads from the
        first wait to the last. What was suppressed counts as missed.
  Precision  Right reports, of all. A report is right when it covers a call that
        may block. Or when it covers none, but works through a buffer or takes a
        lock that somebody held (stdio, db, tls, input, lock, readdir,
        iconv_open): whether that needs a system call is seen only afterwards.
        Those are counted apart. A report is wrong on a thread that never waits
        for events, before its first such wait, and after the loop's epoll
        descriptor was closed: one of these is enough to fail.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from ground_truth import compare, reports, rules, strace

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM,
             signal.SIGUSR1, signal.SIGUSR2)


def die(message):
    print(f"truth.py: error: {message}", file=sys.stderr)
    sys.exit(2)


#===-- run ----------------------------------------------------------------===#


def tracer_of(process):
    """The number of strace, which traces PROCESS; None when it has ended."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        tracer = int(re.search(r"^TracerPid:\s*(\d+)", status, re.M)[1])
        if tracer:
            return tracer
        time.sleep(0.001)
    return None


def wait_for_end(pid):
    """Until a process that is no child of ours is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with open(handle, "rb", buffering=0):
        import select

        select.select([handle], [], [])


def run(options):
    if not options.command:
        die("expected a program to run; see --help")
    program = shutil.which(options.command[0])
    if not program:
        die(f"'{options.command[0]}' was not found")
    if not shutil.which("strace"):
        die("strace is not installed")
    folder = Path(options.output).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [f"-o{option}" for option in reports.OPTIONS + options.option]
    command = ["strace", *strace.OPTIONS, "-o", str(folder / "strace"),
               options.bsan, "run", "--log", str(folder / "report"),
               *chosen, "--", program, *options.command[1:]]
    process = subprocess.Popen(command)
    for number in FORWARDED:
        signal.signal(number, lambda which, _: process.send_signal(which))
    tracer = tracer_of(process)
    process.wait()
    if tracer:
        wait_for_end(tracer)
    status = process.returncode
    sys.exit(status if status >= 0 else 128 - status)


#===-- compare ------------------------------------------------------------===#


def ratio(right, all_of_them):
    return right / all_of_them if all_of_them else 1.0


def summary(numbers):
    """One line, as a table."""
    found = numbers["must"] - numbers["missed"]
    right = numbers["reports"] - numbers["wrong"]
    return (f"{numbers['name']:<12} recall {ratio(found, numbers['must']):.4f} "
            f"({found} of {numbers['must']})  precision "
            f"{ratio(right, numbers['reports']):.4f} ({right} of "
            f"{numbers['reports']}, {numbers['buffered']} without a system "
            f"call)")


def is_bad(numbers, bar):
    found = numbers["must"] - numbers["missed"]
    right = numbers["reports"] - numbers["wrong"]
    return (numbers["loop_threads"] == 0 or numbers["outside"] > 0 or
            ratio(found, numbers["must"]) < bar or
            ratio(right, numbers["reports"]) < bar)


def print_some(lines, most):
    for line in lines[:most]:
        print("  " + line)
    if len(lines) > most:
        print(f"  ... and {len(lines) - most} more")


def describe(timed, text):
    """A call or report as one line: its thread, strace's time, and TEXT."""
    seconds, micros = divmod(timed.start, 1000000)
    return f"[{timed.thread}] {seconds}.{micros:06} {text}"


def run_compare(options):
    folder = Path(options.folder)
    calls = strace.read(folder / "strace")
    if not calls:
        die(f"'{folder}' has no strace of a run; see --help")
    waits = rules.EPOLL_WAITS if options.waits == "epoll" else rules.WAITS
    result = compare.compare(options.name or folder.name, calls,
                             reports.read(folder / "report"), waits)
    numbers = result.numbers()
    print(summary(numbers))
    print_some([f"missed: {describe(judged.call, judged.call.text[:150])}"
                for judged in result.missed], options.most)
    print_some([f"wrong: {describe(report, report)}: {reason}"
                for report, reason in result.wrong], options.most)
    if options.save:
        Path(options.save).parent.mkdir(parents=True, exist_ok=True)
        Path(options.save).write_text(json.dumps(numbers) + "\n")
    if not result.loop_threads:
        print("  no thread waits for events twice")
    sys.exit(1 if is_bad(numbers, options.bar) else 0)


def run_total(options):
    total = Counter()
    for path in sorted(Path(options.folder).glob("*.json")):
        try:
            numbers = json.loads(path.read_text())
            print(summary(numbers))
            del numbers["name"]
        except (OSError, ValueError, KeyError) as error:
            die(f"cannot read '{path}': {error!r}")
        total.update(numbers)
    if not total:
        print(f"nothing was compared: '{options.folder}' has no numbers")
        sys.exit(77)
    print(summary({"name": "total", **total}))
    sys.exit(1 if is_bad(total, options.bar) else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(
        dest="action", required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="run a program under both")
    one.add_argument("-o", "--output", metavar="FOLDER", required=True)
    one.add_argument("--bsan", default="bsan", help="the bsan command")
    one.add_argument("--option", action="append", default=[],
                     metavar="KEY=VALUE", help="an option of the runtime")
    one.add_argument("command", nargs=argparse.REMAINDER,
                     metavar="-- PROGRAM ARG")
    one.set_defaults(act=run)
    one = commands.add_parser("compare", help="compare the logs of a run")
    one.add_argument("folder", metavar="FOLDER")
    one.add_argument("--name", help="of the program, in what is printed")
    one.add_argument("--waits", choices=("epoll", "all"), default="epoll",
                     help="what the program's loops wait with")
    one.add_argument("--most", type=int, default=20, metavar="N",
                     help="print at most N missed calls and wrong reports")
    one.add_argument("--save", metavar="FILE", help="for total")
    one.add_argument("--bar", type=float, default=0.99)
    one.set_defaults(act=run_compare)
    one = commands.add_parser("total", help="add up what compare saved")
    one.add_argument("folder", metavar="FOLDER")
    one.add_argument("--bar", type=float, default=0.99)
    one.set_defaults(act=run_total)
    return parser.parse_args()


def main():
    options = parse_arguments()
    if getattr(options, "command", [""])[:1] == ["--"]:
        options.command = options.command[1:]
    options.act(options)


if __name__ == "__main__":
    main()
