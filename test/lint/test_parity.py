#!/usr/bin/env python3
#===-- test_parity.py - Shows that check_parity.py can fail ---------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# The lint is right about the tree as it is; each test breaks one thing in a
# copy of what it reads, and expects the complaint about it.
#
#===----------------------------------------------------------------------===#

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.path.normpath(os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TABLE = "test/bsan/parity/Inputs/parity.inc"
PAGE = "docs/parity.md"
CALLS = "lib/bsan/intercept/bsan_calls.inc"


class ParityTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bsan-parity-")
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        for path in ("test/bsan/parity", PAGE, CALLS):
            source, copy = os.path.join(SOURCE, path), self.path(path)
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            (shutil.copytree if os.path.isdir(source) else shutil.copy)(source,
                                                                        copy)

    def path(self, name):
        return os.path.join(self.root, name)

    def replace(self, path, old, new):
        with open(self.path(path), encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text, "the test no longer breaks anything")
        with open(self.path(path), "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))

    def expect(self, status, text, root=None):
        result = subprocess.run(
            [sys.executable, os.path.join(SOURCE, "utils", "check_parity.py"),
             root or self.root], capture_output=True, text=True, check=False)
        output = result.stdout + result.stderr
        self.assertIn(text, output)
        self.assertEqual(result.returncode, status, output)

    def test_good(self):
        self.expect(0, "check_parity: ok, 58 of 58 rows\n")

    def test_row_that_is_gone(self):
        self.replace(TABLE, 'SEED("os.replace", NONE)\n', "")
        self.expect(1, f"{TABLE}:1: 57 of 58 rows")
        self.expect(1, "os.replace is in no row of " + TABLE)
        self.expect(1, "libc.test:1: expected CHECK: 42 of 42 rows")

    def test_row_of_nobody(self):
        self.replace(TABLE, 'SEED("os.replace", NONE)\n',
                     'SEED("os.open", NONE)\nCATCHES(open, 0)\n'
                     'SEED("os.replace", NONE)\n')
        self.expect(1, f"{TABLE}:1: 59 of 58 rows")
        self.expect(1, "os.open is in 0 rows, expected 1")

    def test_row_that_is_there_twice(self):
        self.replace(TABLE, '"os.replace"', '"os.rename"')
        self.expect(1, f"{TABLE}:1: os.rename has more than one row")

    def test_row_that_catches_nothing(self):
        self.replace(TABLE, 'CATCHES(remove, remove("file"))\n', "")
        self.expect(1, "os.remove catches nothing")

    def test_unknown_function(self):
        self.replace(TABLE, "CATCHES(remove,", "CATCHES(delete,")
        self.expect(1, f"os.remove: delete is no rule of {CALLS}")

    def test_page_without_a_rule(self):
        self.replace(PAGE, "| `os.remove` |", "| `os.delete` |")
        self.expect(1, "os.delete is in no row of")
        self.expect(1, "os.remove is in 0 rows, expected 1")

    def test_page_with_other_functions(self):
        self.replace(PAGE, "| `mkdir` `mkdirat` |", "| `mkdir` |")
        self.expect(1, "os.mkdir: the functions: expected mkdir mkdirat, the "
                    "page says mkdir")

    def test_page_with_another_predicate(self):
        self.replace(TABLE, 'SEED("os.remove", NONE)',
                     'SEED("os.remove", FREE_LOCK)')
        self.expect(1, "os.remove: the predicate: expected the lock is free")

    def test_page_with_another_test(self):
        self.replace(PAGE, "| `remove` | none | `libc` |",
                     "| `remove` | none | `ssl` |")
        self.expect(1, "os.remove: the test: expected `libc`")

    def test_test_that_is_gone(self):
        os.remove(self.path("test/bsan/parity/ssl.test"))
        self.expect(1, "test/bsan/parity/ssl.test:1: is not there")

    def test_test_of_another_count(self):
        self.replace("test/bsan/parity/ssl.test", "4 of 4 rows", "3 of 4 rows")
        self.expect(1, "ssl.test:1: expected CHECK: 4 of 4 rows")

    def test_features(self):
        folder = self.path("test/bsan/parity/features")
        os.rename(os.path.join(folder, "skip.c"),
                  os.path.join(folder, "leap.c"))
        self.expect(1, "features/skip.c is not there")
        self.expect(1, "features/leap.c is not mentioned")

    def test_wrong_usage(self):
        self.expect(2, "usage: check_parity.py", os.path.join(SOURCE, "lib"))


if __name__ == "__main__":
    unittest.main()
