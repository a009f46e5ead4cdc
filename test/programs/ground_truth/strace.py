#===-- strace.py - Reads what strace wrote --------------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# One file a thread (-ff), so that no line is cut in two by another thread's. A
# line, with the options of OPTIONS:
#
#   1795604990.429788 [00007fa33f050bde] write(5<pipe:[7]>, "x", 1) = 1 <0.000007>
#
# The address in brackets is the instruction behind the system call: it tells
# who made it. strace notes the time when the thread has stopped at the system
# call, so it lies inside of what a wrapper around the call measures.
#
#===----------------------------------------------------------------------===#

import re
from pathlib import Path

# -D: the program stays the child of whoever started strace, with its signals
# and its exit status.
OPTIONS = ["-D", "-ff", "-i", "-T", "-ttt", "-yy", "-s", "8", "-q", "-q"]

LINE = re.compile(
    r"(?P<start>\d+\.\d+) \[ *(?P<pc>[0-9a-f?]+)\] "
    r"(?P<name>\w+)\((?P<args>.*)\) += (?P<result>.*?)"
    r"(?: <(?P<took>\d+\.\d+)>)?$"
)
SOCKET = re.compile(r"<[A-Za-z0-9_-]+:\[")
DEVICE = re.compile(r"<[^<>]*<(?:char|block) ")
DESCRIPTOR = re.compile(
    r"(?P<number>-?\d+|AT_FDCWD)(?:<(?P<what>.*)>(?:\(deleted\))?)?$", re.S)
PAIRS = {"(": ")", "[": "]", "{": "}"}


class Call:
    """One system call: times in microseconds since the epoch, the rest text."""

    __slots__ = ("thread", "start", "end", "pc", "name", "args", "result",
                 "text")

    def __init__(self, thread, match):
        self.thread = thread
        self.start = to_us(match["start"])
        self.end = self.start + to_us(match["took"] or "0.0")
        self.pc = int(match["pc"], 16) if "?" not in match["pc"] else 0
        self.name = match["name"]
        self.args = split_arguments(match["args"])
        self.result = match["result"]
        self.text = match.string.rstrip("\n").split("] ", 1)[1]

    @property
    def took(self):
        return self.end - self.start

    @property
    def error(self):
        """The errno's name, or None when the call succeeded."""
        found = re.match(r"(?:-1|\?) (E[A-Z0-9_]+)", self.result)
        return found[1] if found else None

    @property
    def number(self):
        """The result as a number, or None."""
        found = re.match(r"0x[0-9a-f]+|-?\d+", self.result)
        return int(found[0], 0) if found else None

    def arg(self, index):
        return self.args[index] if index < len(self.args) else ""


def to_us(text):
    seconds, micros = text.split(".")
    return int(seconds) * 1000000 + int(micros.ljust(6, "0")[:6])


def skip_quoted(text, at):
    """The index behind the string that begins at AT."""
    at += 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def skip_decoration(text, at):
    """The index behind a descriptor's <...>, which begins at AT."""
    end = "]>" if SOCKET.match(text, at) else ">"
    if DEVICE.match(text, at):
        end = ">>"
    found = text.find(end, at)
    return found + len(end) if found >= 0 else len(text)


def is_decorated(text, at):
    """Whether the < at AT follows a descriptor."""
    return at > 0 and (text[at - 1].isdigit() or text[at - 1] == "D") and (
        text[at + 1 : at + 2] not in ("<", "=", "")
    )


def split_arguments(text):
    """The arguments of a call: commas inside of anything do not separate."""
    parts, closers, begin, at = [], [], 0, 0
    while at < len(text):
        char = text[at]
        if char == '"':
            at = skip_quoted(text, at)
            continue
        if char == "<" and is_decorated(text, at):
            at = skip_decoration(text, at)
            continue
        if char in PAIRS:
            closers.append(PAIRS[char])
        elif closers and char == closers[-1]:
            closers.pop()
        elif char == "," and not closers:
            parts.append(text[begin:at].strip())
            begin = at + 1
        at += 1
    last = text[begin:].strip()
    return parts + [last] if last else parts


def split_descriptor(text):
    """(number, what is behind it) of "5</etc/hosts>"; (None, "") of others.
    AT_FDCWD is -100."""
    found = DESCRIPTOR.match(text)
    if not found:
        return None, ""
    number = found["number"]
    return -100 if number == "AT_FDCWD" else int(number), found["what"] or ""


def find_descriptors(text):
    """All decorated descriptors in TEXT, as of the arrays of poll."""
    found = []
    for match in re.finditer(r"(\d+)<", text):
        at = match.end() - 1
        end = skip_decoration(text, at)
        found.append((int(match[1]), text[at + 1 : end - 1]))
    return found


def unquote(text):
    """The path in a string argument, or None when it was a bad pointer."""
    if not text.startswith('"'):
        return None
    end = skip_quoted(text, 0)
    return text[1 : end - 1].encode().decode("unicode_escape")


def read(prefix):
    """All calls in the files PREFIX.THREAD, by time. Calls that never returned
    (the thread ended in them) are not among them."""
    calls = []
    prefix = Path(prefix)
    for path in prefix.parent.glob(prefix.name + ".*"):
        if not path.suffix[1:].isdigit():
            continue
        thread = int(path.suffix[1:])
        with path.open(errors="replace") as lines:
            for line in lines:
                match = LINE.match(line)
                if match:
                    calls.append(Call(thread, match))
    calls.sort(key=lambda call: call.start)
    return calls
