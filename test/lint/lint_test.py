#!/usr/bin/env python3
#===-- lint_test.py - What tests of lints share ----------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# A small tree that is right, and a lint that is run on it.
#
#===----------------------------------------------------------------------===#

import os
import subprocess
import sys
import tempfile
import unittest

UTILS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                     "utils")
CC = os.environ.get("CC", "cc")


def header(name, mark="//", context=True):
    lines = [f"===-- {name} - A fixture ---==={mark}", "",
             " Part of BlockSanitizer, under the Apache License v2.0 with LLVM "
             "Exceptions.",
             " SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception", "",
             f"===---==={mark}"]
    if context:
        lines.append(" Context: any.")
    return "".join(mark + line + "\n" for line in lines)


class LintTest(unittest.TestCase):
    lint = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bsan-lint-")
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def write(self, path, text):
        where = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(where), exist_ok=True)
        with open(where, "w", encoding="utf-8") as file:
            file.write(text)
        return where

    def source(self, path, text="", context=True):
        mark = "#" if path.endswith((".py", ".sh", ".txt")) else "//"
        self.write(path, header(os.path.basename(path), mark, context) + text)

    def run_lint(self, *arguments):
        interpreter = "sh" if self.lint.endswith(".sh") else sys.executable
        result = subprocess.run(
            [interpreter, os.path.join(UTILS, self.lint), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        return result.returncode, result.stdout + result.stderr

    def expect(self, status, text, *arguments):
        result, output = self.run_lint(*(arguments or (self.root,)))
        self.assertIn(text, output)
        self.assertEqual(result, status, output)
        return output

    def expect_ok(self, *arguments):
        output = self.expect(0, ": ok", *arguments)
        self.assertEqual(output.count("\n"), 1, "one line when all is well")
