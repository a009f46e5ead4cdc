#===-- selftest.py - What the checks of the runner share -------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# The tests of bsan-unit-selftest with the outcome that each has to have, and
# the way to run it.
#
#===------------------------------------------------------------------------===#

import argparse
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

# The command line of check_runner.py, which fills it in.
ARGS = argparse.Namespace()

SUITES = {
    "Good": [
        "passes",
        "starts_afresh",
        "prints_a_line",
        "finds_no_input",
        "writes_just_once",
        "sees_how_children_end",
        "keeps_the_beginning_of_much_text",
        "notices_how_children_differ",
        "leaves_a_process_behind",
        "DISABLED_works_one_day",
    ],
    "Bad": [
        "fails",
        "shows_both_values",
        "shows_both_strings",
        "has_a_message_of_its_own",
        "has_odd_characters",
        "ignores_its_helper",
        "jumps_out",
        "asserts_nothing",
        "expects_another_end",
        "expects_a_signal",
    ],
    "Dies": [
        "segfaults",
        "aborts_after_a_failure",
        "dies_by_a_nameless_signal",
        "exits_early",
        "exits_early_as_if_well",
        "exits_badly_when_done",
        "dies_when_done",
        "hangs",
        "waits_for_a_hanging_child",
    ],
    "Skips": ["skips", "skips_with_a_reason"],
    "DISABLED_Later": ["passes_too"],
}

# The whole message of each failure, as a regular expression.
FAILURES = {
    "Bad.fails": r"1 \+ 1 != 3",
    "Bad.shows_both_values": r"4 != 5\nExpected: 4\n     Got: 5",
    "Bad.shows_both_strings": r'"left" != "right"\n'
    r"Expected: left\n     Got: right",
    "Bad.has_a_message_of_its_own": r"number 42",
    "Bad.ignores_its_helper": r"not small",
    "Bad.jumps_out": r"jumped out",
    "Bad.asserts_nothing": r"the test made no assertion, so it could not fail",
    "Bad.expects_another_end": r"Expected of the child: exit code 44, "
    r"stderr with: BlockSanitizer\n *Got: exit code 0, stderr:\n"
    r"what the child said\n",
    "Bad.expects_a_signal": r"Expected of the child: death by signal 11, "
    r"stderr with: \(anything\)\n *Got: exit code 0, stderr:\n"
    r"what the child said\n",
    "Dies.segfaults": r"killed by signal 11 \(SIGSEGV\)",
    "Dies.aborts_after_a_failure": r"killed by signal 6 \(SIGABRT\)\n"
    r"the failure before",
    "Dies.dies_by_a_nameless_signal": r"killed by signal \d+",
    "Dies.exits_early": r"exited with code 3 before the test ended",
    "Dies.exits_early_as_if_well": r"exited with code 0 before the test ended",
    "Dies.exits_badly_when_done": r"exited with code 44 after the test ended",
    "Dies.dies_when_done": r"killed by signal 11 \(SIGSEGV\) "
    r"after the test ended",
    "Dies.hangs": r"timed out after 1 s",
    "Dies.waits_for_a_hanging_child": r"timed out after 1 s",
}
# Has its own expectations: each report writes it in its own way.
ODD = "Bad.has_odd_characters"
ODD_LINES = (
    "<a & 'b'> \"c\" ]]> {} \t \\ \u00e9 "
    "\\xff \\xe2\\x82 \\xed\\xa0\\x80 \\xe0\\x80\\x80 {}\nsecond line"
)
FAILED = sorted([*FAILURES, ODD])
SKIPPED = ["Skips.skips", "Skips.skips_with_a_reason"]


def names(disabled=True):
    """The full names of the tests in their order."""
    found = [f"{suite}.{test}" for suite in SUITES for test in SUITES[suite]]
    return [name for name in found if disabled or "DISABLED_" not in name]


def run(*flags, program=None, env=None, **kwargs):
    """Runs the program with a clean environment; returns what it did."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GTEST_")}
    return subprocess.run(
        [program or ARGS.program, *flags],
        env={**kept, "BSAN_TIMEOUT_S": "1", **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        input="input that no test gets\n",
        timeout=120,
        encoding="utf-8",
        check=False,
        **kwargs,
    )


def started(output):
    return re.findall(r"^\[ RUN      \] (\S+)$", output, re.M)


def without_times(output):
    return re.sub(r"\(\d+ ms", "(0 ms", output)


def wait_until_gone(pid, seconds=10):
    """Whether the process is gone, or dead and only not reaped yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        except FileNotFoundError:
            return True
        if stat.rpartition(")")[2].split()[0] in "ZX":
            return True
        time.sleep(0.01)
    return False


def kill_if_there(pid):
    """Or a process that this test finds alive would hold our output open."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class RunnerTest(unittest.TestCase):
    """A scratch folder, and checks that more than one file makes."""

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def check_ran(self, result, expected):
        self.assertEqual(started(result.stdout), expected, result.stderr)

    def check_refused(self, result, *texts):
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)
        self.assertNotIn("[ RUN", result.stdout)
