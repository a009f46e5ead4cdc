#===-- compare.py - What was reported against what happened ---------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Plays the system calls of a run again, in their order, judges each, and lays
# the reports over them. The rules are those of truth.py's --help.
#
#===----------------------------------------------------------------------===#

from bisect import bisect_left
from collections import Counter, defaultdict

from . import rules
from .descriptors import Process
from .strace import find_descriptors, split_descriptor

# The runtime and strace read the same clock, each rounding to microseconds.
SLACK_US = 3

RUNTIME = "libclang_rt.bsan"
# The kernel maps it, not a call that strace sees.
LOADER = ""

# Reported because they may block; whether a system call is needed depends on
# what lies in a buffer, or on who gives a lock back in the same moment.
BUFFERED_CLASSES = {"stdio", "db", "tls", "lock", "input"}
BUFFERED_CALLS = {"readdir", "iconv_open"}


class Judged:
    """A system call and what the rules say of it."""

    __slots__ = ("call", "level", "module", "wait_key", "is_covered")

    def __init__(self, call, level, module, wait_key):
        self.call = call
        self.level = level
        self.module = module
        self.wait_key = wait_key  # Of a wait for events: what it waits on.
        self.is_covered = False

    @property
    def is_runtime(self):
        return self.module.startswith(RUNTIME)


def wait_key(call, process, wait_names):
    """What identifies the loop whose wait CALL may be."""
    if call.name in rules.EPOLL_WAITS:
        fd = split_descriptor(call.arg(0))[0]
        return ("epoll", process.description(fd))
    if call.name not in wait_names:
        return None
    found = find_descriptors("".join(call.args[:4]))
    return ("poll", tuple(process.description(fd) for fd, _ in found)) \
        if found else None


def replay(calls, wait_names):
    """The judged calls of each thread, by time."""
    steps = []
    for call in calls:
        steps.append((call.start, 0, call))
        steps.append((call.end, 1, call))
    steps.sort(key=lambda step: (step[0], step[1]))
    processes, judged = {}, defaultdict(list)
    for _, is_end, call in steps:
        process = processes.setdefault(call.thread, Process())
        if is_end:
            process.enter(call)
            continue
        judged[call.thread].append(
            Judged(call, rules.judge(call, process), process.module_at(call.pc),
                   wait_key(call, process, wait_names)))
        process.leave(call)
        # Before it returns: the child may run first.
        if call.name in ("clone", "clone3", "fork", "vfork") and call.number:
            shares = "CLONE_FILES" in "".join(call.args)
            processes[call.number] = process if shares else process.fork()
        elif call.name in ("execve", "execveat") and not call.error:
            process.ranges.clear()
    return judged


#===-- Loops --------------------------------------------------------------===#


def unify_polls(calls):
    """Makes the polls of a loop have the same key, though the set of what it
    waits on changes: the descriptor that most of them have in common."""
    counts = Counter()
    for judged in calls:
        if judged.wait_key and judged.wait_key[0] == "poll":
            counts.update(set(judged.wait_key[1]))
    for judged in calls:
        if judged.wait_key and judged.wait_key[0] == "poll":
            most = max(judged.wait_key[1], key=lambda what: counts[what])
            judged.wait_key = ("poll", most)


def find_stretches(calls):
    """[(first wait, last wait, keys)] of a thread, indices into CALLS: where it
    runs a loop. A loop that begins and ends in another's stretch is nested: its
    waits are those of a callback."""
    places = defaultdict(list)
    for index, judged in enumerate(calls):
        if judged.wait_key and not judged.is_runtime:
            places[judged.wait_key].append(index)
    spans = {}
    for key, waits in places.items():
        # One poll may be a wait for one reply: the second makes it a loop.
        is_poll = key[0] == "poll" and len(waits) > 1
        spans[key] = (waits[1 if is_poll else 0], waits[-1])
    stretches = []
    by_first = sorted(spans.items(), key=lambda span: span[1][0])
    for key, (first, last) in by_first:
        if stretches and first < stretches[-1][1]:
            if last > stretches[-1][1]:  # Neither is inside of the other.
                stretches[-1] = (stretches[-1][0], last,
                                 stretches[-1][2] | {key})
            continue
        stretches.append((first, last, {key}))
    return stretches


class Comparison:
    """The numbers of one run, and what was wrong."""

    def __init__(self, name):
        self.name = name
        self.loop_threads = 0
        self.must = 0
        self.missed = []  # (Judged, thread's first call or None)
        self.reports = 0
        self.buffered = 0
        self.wrong = []  # (Report, reason)
        self.outside = 0  # Of these, how many were not made in a loop.

    def numbers(self):
        return {"name": self.name, "loop_threads": self.loop_threads,
                "must": self.must, "missed": len(self.missed),
                "reports": self.reports, "buffered": self.buffered,
                "wrong": len(self.wrong), "outside": self.outside}


def cover(report, calls, starts):
    """Notes which of a thread's system calls lie inside of REPORT's call."""
    at = bisect_left(starts, report.start - SLACK_US)
    for judged in calls[at:]:
        if judged.is_runtime:
            continue
        if report.end is None:
            # Left by a jump: dlopen. Its system calls are the loader's.
            if judged.level == rules.MUST and judged.module != LOADER:
                break
        elif judged.call.end > report.end + SLACK_US:
            break
        judged.is_covered = True
        if judged.level > rules.NO:
            report.covered.append(judged)


def find_first_wait(calls):
    return next(index for index, judged in enumerate(calls)
                if judged.wait_key and not judged.is_runtime)


def place_of(report, calls, stretches):
    """"before", "in" or "after" the thread's loops, or "worker"."""
    if not stretches:
        return "worker"
    if report.start < calls[find_first_wait(calls)].call.start:
        return "before"
    for first, last, _ in stretches:
        if calls[first].call.start <= report.start <= calls[last].call.end:
            return "in"
    return "after"


def has_closed_loop(report, calls, stretches):
    """Whether the descriptor of the last loop that began before REPORT was
    closed before it."""
    before = [s for s in stretches if calls[s[0]].call.start <= report.start]
    if not before:
        return False
    _, last, _ = before[-1]
    wait = calls[last].call
    fd = split_descriptor(wait.arg(0))[0]
    if wait.name not in rules.EPOLL_WAITS or report.start <= wait.end:
        return False
    return any(judged.call.name == "close" and
               split_descriptor(judged.call.arg(0))[0] == fd and
               judged.call.end <= report.start
               for judged in calls[last:])


def why_outside(report, calls, stretches):
    """How it is seen that REPORT was made outside of every loop, or None."""
    place = place_of(report, calls, stretches)
    if place == "worker":
        return "on a thread without a loop"
    if place == "before":
        return "before the loop's first wait"
    if place == "after" and has_closed_loop(report, calls, stretches):
        return "after the loop's descriptor was closed"
    return None


def is_right(report):
    return report.covered or report.cls in BUFFERED_CLASSES or \
        report.call in BUFFERED_CALLS


def compare(name, calls, reports, wait_names):
    """The Comparison of a run's system calls and reports."""
    result = Comparison(name)
    judged = replay(calls, wait_names)
    by_thread = defaultdict(list)
    for report in reports:
        if not report.is_suppressed:
            by_thread[report.thread].append(report)
    for thread in sorted(judged.keys() | by_thread.keys()):
        compare_thread(result, judged.get(thread, []), by_thread[thread])
    return result


def compare_thread(result, calls, reports):
    unify_polls(calls)
    stretches = find_stretches(calls)
    starts = [judged.call.start for judged in calls]
    for report in reports:
        cover(report, calls, starts)
        result.reports += 1
        reason = why_outside(report, calls, stretches)
        if reason:
            result.outside += 1
            result.wrong.append((report, reason))
        elif not is_right(report):
            result.wrong.append((report, "no system call in it may block"))
        elif not report.covered:
            result.buffered += 1
    for first, last, keys in stretches:
        result.loop_threads += first < last
        for judged in calls[first:last]:
            if judged.is_runtime or judged.level != rules.MUST or \
                    judged.wait_key in keys:
                continue
            result.must += 1
            if not judged.is_covered:
                result.missed.append(judged)
