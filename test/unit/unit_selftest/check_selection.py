#===-- check_selection.py - The runner's flags -----------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Which tests run, in which order, and what the command line refuses. Filters
# are compared with a second implementation, Python's fnmatch.
#
#===------------------------------------------------------------------------===#

import fnmatch
import json
import pathlib
import re
import subprocess

from selftest import (
    ARGS, FAILED, SKIPPED, RunnerTest, names, run, started,
)


class SelectionTest(RunnerTest):
    """Which tests run, and in which order."""

    def test_filters(self):
        def any_of(patterns, name):
            return any(fnmatch.fnmatchcase(name, pattern)
                       for pattern in patterns.split(":"))

        filters = ("*", "", "-*", "*.*", "Good.*", "Good.passes", "good.passes",
                   "?ood.p*", "*s", "*s*s*", "G*:B*", "G*:B*-*a*", "-*a*:*e*",
                   "Good.*:-Good.p*", "*.pass", "Good.passes*", "Good.passes?",
                   "*DISABLED*", "-*DISABLED_*", ":", "Bad.fails:", "**s**",
                   "Bad.*-Bad.f*-Bad.j*", "Dies.????s", "nothing")
        for text in filters:
            positive, dash, negative = text.partition("-")
            positive = positive if positive or not dash else "*"
            expected = [name for name in names() if any_of(positive, name)
                        and not (dash and any_of(negative, name))]
            listed, suite = [], ""
            for line in run("--gtest_list_tests",
                            f"--gtest_filter={text}").stdout.splitlines():
                if line.startswith("  "):
                    listed.append(suite + line.strip())
                else:
                    suite = line
            self.assertEqual(listed, expected, f"filter '{text}'")

    def test_filter_applies_to_a_run(self):
        result = run("--gtest_filter=Good.*a*-*_a_*:*after")
        self.check_ran(result, ["Good.passes", "Good.starts_afresh"])

    def test_filter_without_tests(self):
        result = run("--gtest_filter=nothing")
        self.assertEqual(result.returncode, 0)
        self.assertIn("Running 0 tests from 0 test suites.", result.stdout)
        self.assertIn("no test is selected by the filter 'nothing'",
                      result.stderr)
        flag = "--gtest_fail_if_no_test_selected"
        self.assertEqual(run("--gtest_filter=nothing", flag).returncode, 1)
        self.assertEqual(run("--gtest_filter=*passes", flag).returncode, 0)

    def test_disabled(self):
        result = run("--gtest_filter=*DISABLED*")
        self.check_ran(result, [])
        self.assertEqual(result.returncode, 0)
        result = run("--gtest_filter=*DISABLED*",
                     "--gtest_also_run_disabled_tests")
        self.check_ran(result, ["Good.DISABLED_works_one_day",
                                "DISABLED_Later.passes_too"])
        self.assertEqual(result.returncode, 1)
        self.assertIn('"today" != "one day"', result.stdout)

    def test_shards(self):
        # The disabled test between the two suites must not take a turn.
        runnable = [n for n in names(disabled=False) if n[0] in "GS"]
        for total in (1, 2, 3, len(runnable) + 2):
            seen = []
            for index in range(total):
                result = run("--gtest_filter=Good.*:Skips.*", env={
                    "GTEST_TOTAL_SHARDS": str(total),
                    "GTEST_SHARD_INDEX": str(index)})
                self.assertEqual(result.returncode, 0)
                self.check_ran(result, runnable[index::total])
                note = f"Note: This is test shard {index + 1} of {total}.\n"
                self.assertEqual(note in result.stdout, total > 1)
                self.assertEqual(result.stderr, "")
                seen += started(result.stdout)
            self.assertEqual(sorted(seen), sorted(runnable))

    def test_shards_share_the_disabled_tests(self):
        reported = []
        for index in ("0", "1", "2"):
            path = self.scratch / index
            run("--gtest_filter=*DISABLED*", f"--gtest_output=json:{path}",
                env={"GTEST_TOTAL_SHARDS": "3", "GTEST_SHARD_INDEX": index})
            reported.append(json.loads(path.read_text())["disabled"])
        self.assertEqual(sum(reported), 2)

    def test_shard_settings(self):
        total, index = "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX"
        for env in ({total: "3"}, {index: "0"}, {total: "3", index: "3"},
                    {total: "3", index: "-1"}, {total: "0", index: "0"},
                    {total: "x", index: "0"}, {total: "3", index: "1x"}):
            self.check_refused(run(env=env), "SHARD")
        status = self.scratch / "status"
        run("--gtest_list_tests", env={"GTEST_SHARD_STATUS_FILE": str(status)})
        self.assertTrue(status.exists())
        missing = str(self.scratch / "no" / "status")
        self.check_refused(run(env={"GTEST_SHARD_STATUS_FILE": missing}),
                           missing)

    def test_repeat(self):
        result = run("--gtest_repeat=3", "--gtest_filter=*.passes:Bad.fails")
        self.assertEqual(result.returncode, 1)
        self.check_ran(result, ["Good.passes", "Bad.fails"] * 3)
        for i in (1, 2, 3):
            self.assertIn(f"\nRepeating all tests (iteration {i}) . . .\n\n",
                          result.stdout)
        result = run("--gtest_repeat=0")
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_repeat_for_ever(self):
        runner = subprocess.Popen(
            [ARGS.program, "--gtest_repeat=-1", "--gtest_filter=Good.passes"],
            stdout=subprocess.PIPE)
        with runner:
            for line in runner.stdout:
                if b"iteration 20" in line:
                    break
            self.assertIsNone(runner.poll())
            runner.kill()

    def shuffled(self, seed, *flags):
        result = run("--gtest_shuffle", f"--gtest_random_seed={seed}",
                     "--gtest_filter=Good.*:Skips.*", *flags)
        note = f"Note: Randomizing tests' orders with a seed of {seed} .\n"
        self.assertIn(note, result.stdout)
        return started(result.stdout)

    def test_shuffle(self):
        plain = started(run("--gtest_filter=Good.*:Skips.*").stdout)
        orders = [self.shuffled(seed) for seed in range(1, 7)]
        for order in orders:
            self.assertEqual(sorted(order), sorted(plain))
        self.assertGreater(len({tuple(order) for order in orders}), 3)
        first_suites = {order[0].split(".")[0] for order in orders}
        self.assertEqual(first_suites, {"Good", "Skips"})
        self.assertEqual(self.shuffled(3), orders[2])
        self.assertEqual(self.shuffled(3, "--gtest_repeat=2"),
                         orders[2] + orders[3])

    def test_fail_fast(self):
        result = run("--gtest_fail_fast",
                     "--gtest_filter=*passes:Bad.f*:*both*:S*")
        self.assertEqual(result.returncode, 1)
        self.assertIn("[  PASSED  ] 1 test.\n[  SKIPPED ] 4 tests",
                      result.stdout)
        self.assertIn("[  FAILED  ] 1 test, listed below:\n"
                      "[  FAILED  ] Bad.fails\n", result.stdout)
        self.assertNotIn("4 != 5", result.stdout)


class FlagTest(RunnerTest):
    """The command line and the environment."""

    def test_refuses_what_it_does_not_know(self):
        for flag in ("--gtest_bogus", "--gtest_filte=*", "--bogus", "name",
                     "-gtest_filter=*", "--", "--gtest_"):
            self.check_refused(run(flag), f"'{flag}'", "--help")

    def test_refuses_bad_values(self):
        for flag, expected in (
            ("--gtest_filter", "expected a value"),
            ("--gtest_repeat", "expected a value"),
            ("--gtest_repeat=x", "a number from"),
            ("--gtest_repeat=", "a number from"),
            ("--gtest_repeat=99999999999", "a number from"),
            ("--gtest_random_seed=100000", "from 0 to 99999"),
            ("--bsan_timeout_s=-1", "from 0 to 86400"),
            ("--gtest_shuffle=maybe", "0 or 1, not 'maybe'"),
            ("--gtest_color=blue", "yes, no or auto, not 'blue'"),
            ("--gtest_output=text", "xml or json"),
            ("--gtest_output=xm:file", "xml or json"),
        ):
            self.check_refused(run(flag), expected)

    def test_environment(self):
        result = run(env={"GTEST_FILTER": "Bad.fails", "GTEST_REPEAT": "2"})
        self.check_ran(result, ["Bad.fails", "Bad.fails"])
        result = run("--gtest_filter=Good.passes",
                     env={"GTEST_FILTER": "Bad.fails", "GTEST_SHUFFLE": "0"})
        self.check_ran(result, ["Good.passes"])
        self.check_refused(run(env={"GTEST_BRIEF": "x"}), "GTEST_BRIEF", "'x'")

    def test_help(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        table = pathlib.Path(ARGS.source, "bsan_unit_flags.inc").read_text()
        flags = re.findall(r"^BSAN_UNIT_\w+\((\w+),", table, re.M)
        self.assertIn("gtest_filter", flags)
        for flag in flags:
            self.assertIn(f"\n  --{flag}", result.stdout)
        self.assertLessEqual(max(map(len, result.stdout.split("\n"))), 80)
