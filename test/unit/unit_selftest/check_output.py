#===-- check_output.py - The runner's output and processes -----------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Every outcome that a test can have, as it stands on stdout, and that a test
# is alone in its process and leaves nothing behind.
#
#===------------------------------------------------------------------------===#

import pathlib
import re
import signal
import subprocess
import time

from selftest import (
    ARGS, FAILED, FAILURES, ODD_LINES, SKIPPED, SUITES, RunnerTest,
    kill_if_there, names, run, wait_until_gone, without_times,
)


class OutputTest(RunnerTest):
    """What stands on stdout, and the exit code."""

    def test_list(self):
        expected = ""
        for suite, tests in SUITES.items():
            expected += f"{suite}.\n" + "".join(f"  {t}\n" for t in tests)
        result = run("--gtest_list_tests")
        self.assertEqual((result.returncode, result.stdout), (0, expected))

    def test_exact_lines(self):
        result = run("--gtest_filter=Good.p*:Good.DIS*:Skips.skips:Bad.fails")
        self.assertEqual(result.returncode, 1)
        output = re.sub(r"\S*(selftest_\w+\.c):\d+", r"\1:LINE",
                        without_times(result.stdout))
        self.assertEqual(output, """\
Note: Google Test filter = Good.p*:Good.DIS*:Skips.skips:Bad.fails
[==========] Running 4 tests from 3 test suites.
[----------] 2 tests from Good
[ RUN      ] Good.passes
[       OK ] Good.passes (0 ms)
[ RUN      ] Good.prints_a_line
a line on stdout
[       OK ] Good.prints_a_line (0 ms)
[ DISABLED ] Good.DISABLED_works_one_day
[----------] 2 tests from Good (0 ms total)

[----------] 1 test from Bad
[ RUN      ] Bad.fails
selftest_bad_test.c:LINE: Failure
1 + 1 != 3
[  FAILED  ] Bad.fails (0 ms)
[----------] 1 test from Bad (0 ms total)

[----------] 1 test from Skips
[ RUN      ] Skips.skips
selftest_skips_test.c:LINE: Skipped

[  SKIPPED ] Skips.skips (0 ms)
[----------] 1 test from Skips (0 ms total)

[==========] 4 tests from 3 test suites ran. (0 ms total)
[  PASSED  ] 2 tests.
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] Skips.skips
[  FAILED  ] 1 test, listed below:
[  FAILED  ] Bad.fails

 1 FAILED TEST
  YOU HAVE 1 DISABLED TEST

""")

    def test_every_outcome(self):
        result = run()
        self.assertEqual(result.returncode, 1)
        self.check_ran(result, names(disabled=False))
        for name in names(disabled=False):
            tag = ("[  FAILED  ]" if name in FAILED else
                   "[  SKIPPED ]" if name in SKIPPED else "[       OK ]")
            self.assertRegex(result.stdout, re.compile(
                rf"^{re.escape(tag)} {re.escape(name)} \(\d+ ms\)$", re.M))
        self.assertIn("[  PASSED  ] 9 tests.\n", result.stdout)
        self.assertIn("\n19 FAILED TESTS\n", result.stdout)
        self.assertIn("  YOU HAVE 2 DISABLED TESTS\n", result.stdout)

    def test_failure_messages_and_places(self):
        output = run("--gtest_filter=Bad.*:Dies.*").stdout
        for name, message in FAILURES.items():
            place = rf"\S*selftest_\w+_test\.c:\d+: Failure\n{message}\n"
            tag = rf"\[  FAILED  \] {re.escape(name)} "
            self.assertRegex(output, place + tag)
        self.assertIn(ODD_LINES.format("\\x01", "\\xef\\xbf\\xbf"), output)
        source = pathlib.Path(ARGS.source, "unit_selftest/selftest_bad_test.c")
        line = source.read_text().split("\n").index("  ASSERT_EQ(1 + 1, 3);")
        self.assertIn(f"selftest_bad_test.c:{line + 1}: Failure\n1 + 1", output)

    def test_keeps_what_was_printed_before_a_crash(self):
        result = run("--gtest_filter=Dies.segfaults")
        self.assertIn("Dies.segfaults\nprinted before the crash\n",
                      result.stdout)

    def test_success(self):
        result = run("--gtest_filter=Good.*:Skips.*")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("[  PASSED  ] 9 tests.\n", result.stdout)
        self.assertNotIn("FAILED", result.stdout)
        self.assertIn("writes_just_once\nbegin inside end\n[  ", result.stdout)

    def test_brief(self):
        result = run("--gtest_brief=1", "--gtest_filter=Good.pa*:Bad.fails:S*")
        output = re.sub(r"\S*test\.c:\d+", "FILE:LINE",
                        without_times(result.stdout))
        self.assertEqual(output, """\
FILE:LINE: Failure
1 + 1 != 3
[  FAILED  ] Bad.fails (0 ms)
FILE:LINE: Skipped

FILE:LINE: Skipped
this kernel is too <old>
[==========] 4 tests from 3 test suites ran. (0 ms total)
[  PASSED  ] 1 test.
[  SKIPPED ] 2 tests.
[  FAILED  ] 1 test.

 1 FAILED TEST
""")

    def test_color(self):
        one = "--gtest_filter=Good.passes"
        self.assertNotIn("\033", run(one).stdout)
        self.assertNotIn("\033", run(one, "--gtest_color=no").stdout)
        for flag in ("--gtest_color=yes", "--gtest_color=1"):
            self.assertIn("\033[0;32m[       OK ] \033[mGood.passes",
                          run(one, flag).stdout)

    def test_no_times(self):
        result = run("--gtest_filter=Good.passes", "--gtest_print_time=0")
        self.assertIn("[       OK ] Good.passes\n", result.stdout)
        self.assertNotIn(" ms", result.stdout)


class ProcessTest(RunnerTest):
    """Each test is alone, and nothing of it stays."""

    def test_nothing_outlives_a_test(self):
        output = run("--gtest_filter=*leaves_a_process_behind").stdout
        pid = int(re.search(r"left behind: (\d+)", output)[1])
        self.addCleanup(kill_if_there, pid)
        self.assertTrue(wait_until_gone(pid), f"process {pid} still runs")

    def test_timeout_can_be_set(self):
        start = time.monotonic()
        result = run("--gtest_filter=Dies.hangs", "--bsan_timeout_s=2")
        self.assertGreaterEqual(time.monotonic() - start, 2)
        self.assertIn("timed out after 2 s\n", result.stdout)

    def test_interrupted_runner_takes_its_test_along(self):
        runner = subprocess.Popen(
            [ARGS.program, "--gtest_filter=Dies.hangs"], stdout=subprocess.PIPE)
        with runner:
            for line in runner.stdout:
                if b"[ RUN" in line:
                    break
            children = pathlib.Path(
                f"/proc/{runner.pid}/task/{runner.pid}/children")
            while not children.read_text().split():
                time.sleep(0.01)
            child = int(children.read_text().split()[0])
            self.addCleanup(kill_if_there, child)
            runner.send_signal(signal.SIGINT)
            self.assertEqual(runner.wait(), -signal.SIGINT)
        self.assertTrue(wait_until_gone(child), f"process {child} still runs")

    def test_started_with_sigchld_ignored(self):
        result = run(
            "--gtest_filter=Good.*:Bad.fails",
            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertIn("[  PASSED  ] 9 tests.\n", result.stdout)
        self.assertEqual(result.returncode, 1)

    def test_break_on_failure(self):
        result = run("--gtest_break_on_failure",
                     "--gtest_filter=*passes:*fails")
        self.assertEqual(result.returncode, -signal.SIGTRAP)
        self.check_ran(result, ["Good.passes", "Bad.fails"])
        self.assertIn("[       OK ] Good.passes", result.stdout)
