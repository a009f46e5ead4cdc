#!/usr/bin/env python3
#===-- test_truth.py - Tests of truth.py ----------------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: test_truth.py
#
# What cannot find a miss or a false report proves nothing: lines as strace
# prints them are judged one by one, and a small run is compared with reports
# that are right, missing, and wrong in each way.
#
#===----------------------------------------------------------------------===#

import sys
import unittest

from ground_truth import compare, reports, rules, strace

EPOLL = "3<anon_inode:[eventpoll]>"
WAIT = f"epoll_wait({EPOLL}, [], 8, -1) = 1"
PIPE = "5<pipe:[7]>"
FILE = "6</etc/hosts>"


def make_calls(lines, thread=1):
    """Calls of a thread, one each millisecond, 100 us long; a line may begin
    with "PC " in hexadecimal."""
    calls = []
    for number, line in enumerate(lines):
        pc, text = "7f0000000000", line
        if line.split(" ")[0].isalnum():
            pc, text = line.split(" ", 1)
        took = "" if text.endswith(">") and " <" in text else " <0.000100>"
        full = f"1000.{number:03}000 [{pc}] {text}{took}"
        calls.append(strace.Call(thread, strace.LINE.match(full)))
    return calls


def levels(*lines):
    judged = compare.replay(make_calls(lines), rules.EPOLL_WAITS)
    return [one.level for one in judged[1]]


def make_report(milliseconds, took=200, thread=1, call="read", cls="file"):
    start = 1000000000 + milliseconds * 1000 - 20
    fields = {"tid": thread, "call": call, "class": cls, "time_us": start}
    if took:
        fields["duration_us"] = took
    return reports.Report(fields)


def run(lines, *made):
    return compare.compare("test", make_calls(lines), list(made),
                           rules.EPOLL_WAITS)


class Lines(unittest.TestCase):
    def test_arguments_are_split_at_commas_outside_of_everything(self):
        text = '5<TCP:[1.2.3.4:5->6.7.8.9:1]>, "a, \\"b", {x=1, y=[2, 3]}, 4'
        self.assertEqual(strace.split_arguments(text), [
            "5<TCP:[1.2.3.4:5->6.7.8.9:1]>", '"a, \\"b"', "{x=1, y=[2, 3]}",
            "4"])

    def test_descriptors(self):
        self.assertEqual(strace.split_descriptor("1</dev/null<char 1:3>>"),
                         (1, "/dev/null<char 1:3>"))
        self.assertEqual(strace.split_descriptor("7</a b>(deleted)"),
                         (7, "/a b"))
        self.assertEqual(strace.split_descriptor("NULL"), (None, ""))
        self.assertEqual(
            strace.find_descriptors("[{fd=3<pipe:[1]>, events=POLLIN}, "
                                    "{fd=4</dev/tty<char 5:0>>}]"),
            [(3, "pipe:[1]"), (4, "/dev/tty<char 5:0>")])

    def test_results(self):
        call, = make_calls(['read(3</x>, 0x1, 4) = -1 EAGAIN (Resource)'])
        self.assertEqual((call.error, call.number), ("EAGAIN", -1))
        call, = make_calls(["mmap(NULL, 4, PROT_READ, 0, -1, 0) = 0x7f12"])
        self.assertEqual((call.error, call.number), (None, 0x7f12))


class Rules(unittest.TestCase):
    def expect(self, level, *lines):
        self.assertEqual(levels(*lines)[-1], level, lines[-1])

    def test_files_block_whatever_their_mode(self):
        self.expect(rules.MUST, f'read({FILE}, "x", 1) = 1')
        self.expect(rules.MUST, 'open("/etc/hosts", O_RDONLY|O_NONBLOCK) = 6')
        self.expect(rules.MUST, f"fsync({FILE}) = 0")
        self.expect(rules.MUST, 'newfstatat(AT_FDCWD</>, "a", {}, 0) = 0')
        self.expect(rules.MUST,
                    f'newfstatat({FILE}, "", {{}}, AT_EMPTY_PATH) = 0')

    def test_what_is_memory_does_not(self):
        self.expect(rules.NO, 'read(6</proc/stat>, "x", 1) = 1')
        self.expect(rules.NO, 'write(6</dev/null<char 1:3>>, "x", 1) = 1')
        self.expect(rules.NO, 'openat(AT_FDCWD</proc>, "stat", O_RDONLY) = 6')
        self.expect(rules.NO, 'stat("", 0x1) = -1 ENOENT (No such file)')
        self.expect(rules.NO, 'open("/etc", O_RDONLY|O_PATH) = 6')

    def test_streams_are_exempt(self):
        self.expect(rules.NO, 'write(2</tmp/log>, "x", 1) = 1')
        self.expect(rules.NO, 'write(7</dev/pts/0<char 136:0>>, "x", 1) = 1')

    def test_the_mode_is_followed(self):
        read = f'read({PIPE}, "x", 1) = 1'
        self.expect(rules.MAY, read)  # Nobody saw it being made.
        made = f"pipe2([{PIPE}, 8<pipe:[7]>], O_CLOEXEC) = 0"
        self.expect(rules.MUST, made, read)
        self.expect(rules.NO, made.replace("CLOEXEC", "NONBLOCK"), read)
        changed = f"fcntl({PIPE}, F_SETFL, O_RDONLY|O_NONBLOCK) = 0"
        self.expect(rules.NO, made, changed, read)
        self.expect(rules.NO, made, f"ioctl({PIPE}, FIONBIO, [1]) = 0", read)
        copied = "dup2(5<pipe:[7]>, 9) = 9<pipe:[7]>"
        self.expect(rules.NO, made, copied, changed,
                    read.replace("5<", "9<"))
        closed = f"close({PIPE}) = 0"
        self.expect(rules.MUST, made, changed, closed, made, read)

    def test_sockets(self):
        made = "socket(AF_INET, SOCK_STREAM, 0) = 5<TCP:[9]>"
        self.expect(rules.MUST, made, 'recvfrom(5<TCP:[9]>, "x", 1, 0) = 1')
        self.expect(rules.NO, made,
                    'recvfrom(5<TCP:[9]>, "x", 1, MSG_DONTWAIT) = 1')
        self.expect(rules.MUST, "accept4(4<TCP:[8]>, NULL, NULL, "
                    "SOCK_CLOEXEC) = 5<TCP:[9]>",
                    "connect(5<TCP:[9]>, {}, 4) = 0")

    def test_waits(self):
        self.expect(rules.MUST, "nanosleep({tv_sec=0, tv_nsec=5}, NULL) = 0")
        self.expect(rules.NO, "nanosleep({tv_sec=0, tv_nsec=0}, NULL) = 0")
        self.expect(rules.MUST, "poll([], 0, 10) = 0 (Timeout)")
        self.expect(rules.NO, "poll([], 0, 0) = 0 (Timeout)")
        self.expect(rules.MAY, f"poll([{{fd={PIPE}}}], 1, 10) = 1")
        self.expect(rules.MUST, f"poll([{{fd={PIPE}}}], 1, 90) = 1 <0.040000>")
        self.expect(rules.MUST, "futex(0x1, FUTEX_WAIT_PRIVATE, 2, NULL) = 0")
        self.expect(rules.MAY, "futex(0x1, FUTEX_WAIT_PRIVATE, 2, NULL) = -1 "
                    "EAGAIN (Resource temporarily unavailable)")
        self.expect(rules.NO, "futex(0x1, FUTEX_WAKE_PRIVATE, 1) = 1")
        self.expect(rules.NO, "wait4(-1, NULL, WNOHANG, NULL) = 0")


class Runs(unittest.TestCase):
    loop = [WAIT, f'read({FILE}, "x", 1) = 1', WAIT]

    def numbers(self, lines, *made):
        result = run(lines, *made)
        return (result.must, len(result.missed), result.reports,
                [reason for _, reason in result.wrong])

    def test_a_report_covers_what_its_call_did(self):
        self.assertEqual(self.numbers(self.loop, make_report(1)),
                         (1, 0, 1, []))

    def test_what_no_report_covers_is_missed(self):
        self.assertEqual(self.numbers(self.loop), (1, 1, 0, []))
        short = make_report(1, took=50)
        self.assertEqual(self.numbers(self.loop, short)[:2], (1, 1))
        other = make_report(1, thread=2)
        self.assertEqual(self.numbers(self.loop, other)[:2], (1, 1))

    def test_a_report_of_what_does_not_block_is_wrong(self):
        lines = [WAIT, "getpid() = 4", WAIT]
        self.assertEqual(self.numbers(lines, make_report(1))[3],
                         ["no system call in it may block"])
        buffered = make_report(1, call="fwrite", cls="stdio")
        self.assertEqual(self.numbers(lines, buffered), (0, 0, 1, []))

    def test_outside_of_the_loop_nothing_counts(self):
        lines = [self.loop[1], *self.loop, f"close({EPOLL}) = 0",
                 self.loop[1]]
        self.assertEqual(self.numbers(lines)[:2], (1, 1))
        made = [make_report(0), make_report(2), make_report(5)]
        result = run(lines, *made)
        self.assertEqual([reason for _, reason in result.wrong],
                         ["before the loop's first wait",
                          "after the loop's descriptor was closed"])
        self.assertEqual(result.outside, 2)
        result = run([self.loop[1]], make_report(0))
        self.assertEqual((result.loop_threads, result.outside), (0, 1))

    def test_the_runtime_does_not_count(self):
        mapped = ("mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, "
                  "9</lib/libclang_rt.bsan-x86_64.so>, 0) = 0x5000")
        lines = [mapped, WAIT, "5010 " + self.loop[1], WAIT]
        self.assertEqual(self.numbers(lines), (0, 0, 0, []))

    def test_a_loop_inside_of_a_callback_is_nested(self):
        inner = (WAIT.replace("3<", "4<") + " <0.030000>")
        made = "epoll_create1(EPOLL_CLOEXEC) = 4<anon_inode:[eventpoll]>"
        lines = [WAIT, made, inner, inner, WAIT]
        self.assertEqual(self.numbers(lines)[:2], (2, 2))

    def test_the_second_poll_makes_a_loop(self):
        poll = f"poll([{{fd={PIPE}, events=POLLIN}}], 1, 10) = 1"
        lines = [poll, self.loop[1], poll, self.loop[1], poll]
        result = compare.compare("test", make_calls(lines), [make_report(1)],
                                 rules.WAITS)
        self.assertEqual((result.loop_threads, result.must, result.outside),
                         (1, 1, 0))

    def test_dlopen_covers_what_the_loader_does(self):
        mapped = ("mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, "
                  "9</lib/libc.so.6>, 0) = 0x5000")
        loaded = 'openat(AT_FDCWD</>, "/lib/a.so", O_RDONLY) = 6</lib/a.so>'
        lines = [mapped, WAIT, loaded, "5010 " + self.loop[1], WAIT]
        report = make_report(2, took=0, call="dlopen", cls="loader")
        self.assertEqual(self.numbers(lines, report), (2, 1, 1, []))


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
