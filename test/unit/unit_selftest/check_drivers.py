#===-- check_drivers.py - The runner in use --------------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# What the compiler refuses when a suite is written wrongly, and the programs
# the runner is made for, CTest and lit.
#
#===------------------------------------------------------------------------===#

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from selftest import (
    ARGS, FAILED, SKIPPED, RunnerTest, names, run,
)


class CompileTest(RunnerTest):
    """What the compiler, or the runner at its start, does not let pass."""

    GOOD = """\
#include "bsan_unit.h"
TEST one(void) { ASSERT(true); PASS(); }
TEST two(void) { ASSERT(true); PASS(); }
BSAN_UNIT_SUITE(Some, BSAN_UNIT(one), BSAN_UNIT(two));
"""

    def compile(self, suite, *arguments, row="Some"):
        (self.scratch / "rows.inc").write_text(
            f"BSAN_UNIT_SUITE_ROW({row}, some_test)\n")
        source = self.scratch / "some_test.c"
        source.write_text(suite)
        return subprocess.run(
            [ARGS.cc, "-std=gnu11", "-Wall", "-Wextra", "-Werror",
             f"-I{ARGS.source}", "-isystem", ARGS.greatest,
             f"-I{self.scratch}", '-DBSAN_UNIT_SUITES_INC="rows.inc"',
             *arguments, str(source)],
            capture_output=True, text=True, check=False)

    def test_suite_compiles(self):
        result = self.compile(self.GOOD, "-S", "-o", os.devnull)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_forgotten_test(self):
        suite = self.GOOD.replace(", BSAN_UNIT(two)", "")
        # gcc looks for unused functions only when it makes code.
        result = self.compile(suite, "-S", "-o", os.devnull)
        self.assertNotEqual(result.returncode, 0)
        self.assertRegex(result.stderr, "two.*unused|unused.*two")

    def test_forgotten_row(self):
        result = self.compile(self.GOOD, "-S", "-o", os.devnull, row="Other")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("bsan_unit_suite_Some", result.stderr)

    def build(self, suite):
        program = self.scratch / "program"
        # The fakes are the suites': they need the runtime.
        runner = [str(p) for p in pathlib.Path(ARGS.source).glob("bsan_*.c")
                  if not p.name.endswith(("_test.c", "_fakes.c"))]
        result = self.compile(suite, "-o", str(program), *runner)
        self.assertEqual(result.returncode, 0, result.stderr)
        return str(program)

    def test_test_listed_twice(self):
        program = self.build(self.GOOD)
        self.assertEqual(run(program=program).returncode, 0)
        twice = "BSAN_UNIT(two), BSAN_UNIT(one)"
        program = self.build(self.GOOD.replace("BSAN_UNIT(two)", twice))
        self.check_refused(run(program=program), "Some", "one", "twice")


class DriverTest(RunnerTest):
    """The programs that drive googletest executables."""

    # gtest_discover_tests() wants a target, so this one becomes the program.
    LAUNCHER = """\
#include <unistd.h>
int main(int argc, char **argv) { (void)argc; return execv(PROGRAM, argv); }
"""
    PROJECT = """\
cmake_minimum_required(VERSION 3.20)
project(discovery C)
enable_testing()
include(GoogleTest)
add_executable(launcher launcher.c)
target_compile_definitions(launcher PRIVATE "PROGRAM=\\"${PROGRAM}\\"")
gtest_discover_tests(launcher PROPERTIES ENVIRONMENT BSAN_TIMEOUT_S=1)
"""

    def test_ctest(self):
        if not ARGS.cmake:
            self.skipTest("no --cmake given")
        (self.scratch / "launcher.c").write_text(self.LAUNCHER)
        (self.scratch / "CMakeLists.txt").write_text(self.PROJECT)
        build = self.scratch / "build"
        for command in (
            [ARGS.cmake, "-S", self.scratch, "-B", build,
             f"-DPROGRAM={ARGS.program}", f"-DCMAKE_C_COMPILER={ARGS.cc}"],
            [ARGS.cmake, "--build", build],
        ):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        ctest = os.path.join(os.path.dirname(ARGS.cmake), "ctest")
        output = subprocess.run(
            [ctest, "--test-dir", build, "-j4"], capture_output=True, text=True,
            check=False).stdout
        outcomes = dict(re.findall(
            r"Test +#\d+: (\S+) \.+ *(?:\**)(\w+(?: \(\w+\))?)", output))
        expected = {}
        for name in names():
            shown = re.sub(r"(^|\.)DISABLED_", r"\1", name)
            expected[shown] = ("Not" if "DISABLED_" in name else
                               "Failed" if name in FAILED else
                               "Skipped" if name in SKIPPED else "Passed")
        outcomes = {k: v.split()[0] for k, v in outcomes.items()}
        self.assertEqual(outcomes, expected, output)

    def lit(self, *flags):
        if not ARGS.lit:
            self.skipTest("no --lit given")
        suite = self.scratch / "suite"
        suite.mkdir()
        shutil.copy(ARGS.program, suite / "selftestUnit")
        (suite / "lit.cfg.py").write_text(
            "import lit.formats\n"
            "config.name = 'runner'\n"
            "config.environment['BSAN_TIMEOUT_S'] = '1'\n"
            "config.test_format = lit.formats.GoogleTest('.', 'Unit')\n")
        results = self.scratch / "results.json"
        python = [sys.executable] if ARGS.lit.endswith(".py") else []
        done = subprocess.run(
            [*python, ARGS.lit, "-v", "--output", results, *flags, suite],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr + done.stdout)
        return done.stdout, {
            ".".join(re.split("/| :: ", test["name"])[-2:]): test["code"]
            for test in json.loads(results.read_text())["tests"]}

    def check_lit(self, *flags):
        output, codes = self.lit(*flags)
        # lit counts the skipped tests, but leaves them out of its file.
        self.assertEqual(codes, {
            name: "FAIL" if name in FAILED else "PASS"
            for name in names(disabled=False) if name not in SKIPPED})
        self.assertRegex(output, rf"Skipped *: +{len(SKIPPED)}\b")
        self.assertIn("killed by signal 11 (SIGSEGV)", output)
        self.assertIn("printed before the crash", output)

    def test_lit_in_shards(self):
        self.check_lit()

    def test_lit_in_one_go_and_shuffled(self):
        self.check_lit("--no-gtest-sharding", "--order=random")
