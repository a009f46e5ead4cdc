#!/usr/bin/env python3
#===-- test_pages.py - Shows that the lints of pages can fail --------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# As test_lints.py, for the lints of the documentation and of the tables that it
# is compared with.
#
#===----------------------------------------------------------------------===#

import os
import unittest

from lint_test import CC, LintTest


class PagesTest(LintTest):
    lint = "check_pages.py"
    rules = ("| `read` `open` `SSL_read` `futex` |\n|---|\n\n# file\n\n"
             "# sleep\n\n`close`, `syscall`\n")
    flags = "| flag | default |\n|---|---|\n| `enabled` | `1` | x |\n"

    def setUp(self):
        super().setUp()
        self.write("README.md", "# Top\n[a](docs/rules.md#file)\n")
        self.write("docs/rules.md", self.rules)
        self.write("docs/flags.md", self.flags)
        self.write("lib/bsan/intercept/bsan_calls.inc",
                   "BSAN_CALL(int, read, read, (int a), (a), FILE, X)\n"
                   "BSAN_CALL(int, open64, open, (int a),\n  (a), FILE, X)\n"
                   "BSAN_LIBRARY(int, SSL_read, SSL_read, (int a), (a), FILE)\n"
                   "BSAN_VIRTUAL(long, futex, futex, (), (), FILE)\n"
                   "BSAN_BODY(long, syscall, syscall, (long a), (a), FILE)\n"
                   "BSAN_NOTE(int, close, close, (int a), (a), FILE, X)\n"
                   "BSAN_RUN(int, turn, turn, (int a), (a), FILE, L, true)\n")
        self.write("lib/bsan/bsan_classes.inc",
                   'BSAN_CLASS(FILE, "file", "a", "b")\n'
                   'BSAN_CLASS(SLEEP, "sleep", "a", "b")\n')
        self.write("lib/bsan/bsan_flags.inc",
                   'BSAN_FLAG(bool, enabled, true, "text")\n')

    def test_good(self):
        self.expect_ok()

    def test_broken_link(self):
        self.write("README.md", "# Top\n[a](docs/none.md)\n")
        self.expect(1, "README.md:2: the link docs/none.md leads nowhere")

    def test_broken_anchor(self):
        self.write("README.md", "# Top\n[a](docs/rules.md#none)\n")
        self.expect(1, "docs/rules.md has no heading #none")

    def test_missing_rule(self):
        self.write("docs/rules.md", self.rules.replace("`open`", ""))
        self.expect(1, "open of bsan_calls.inc is in no row")
        self.write("docs/rules.md", self.rules.replace("`SSL_read`", ""))
        self.expect(1, "SSL_read of bsan_calls.inc is in no row")
        self.write("docs/rules.md", self.rules.replace("`futex`", ""))
        self.expect(1, "futex of bsan_calls.inc is in no row")

    def test_rule_that_is_gone(self):
        self.write("docs/rules.md", self.rules.replace("`open`",
                                                       "`open` `creat`"))
        self.expect(1, "creat is no rule of bsan_calls.inc")

    def test_missing_note(self):
        self.write("docs/rules.md", self.rules.replace("`close`", ""))
        self.expect(1, "close, a note of bsan_calls.inc, is not mentioned")
        self.write("docs/rules.md", self.rules.replace("`syscall`", ""))
        self.expect(1, "syscall, a note of bsan_calls.inc, is not mentioned")

    def test_missing_class(self):
        self.write("docs/rules.md", self.rules.replace("# sleep", ""))
        self.expect(1, "no heading for the class sleep")

    def test_flags(self):
        self.write("docs/flags.md", self.flags.replace("`1`", "`0`"))
        self.expect(1, "enabled has the default `1`, the page says `0`")
        self.write("docs/flags.md", "# Flags\n")
        self.expect(1, "enabled of bsan_flags.inc is in no row")

    def test_private_paths(self):
        for text in ["/ro" "ot/x", "cd /wo" "rk", "/tmp/" "p/x",
                     "https://reg" "istry.example.org/", "http://10" ".1.2.3/"]:
            self.write("docs/ci.md", f"see {text}\n")
            self.expect(1, "docs/ci.md:1: ")


class TablesTest(LintTest):
    lint = "check_tables.py"
    calls = ("BSAN_CALL(int, read, read, (int a), (a), FILE, X)\n"
             "BSAN_CALL_VARIADIC(int, scan, scan, (int a, ...), (a), FILE, X)\n"
             "BSAN_CALL_JUMP(int, load, load, (int a), (a), FILE, X)\n"
             "BSAN_LIBRARY(int, BIO_a, BIO_macro, (int a), (a), FILE, X)\n"
             "BSAN_LIBRARY_VOID(void, PQa, PQa, (int a), (a), FILE, X)\n"
             "BSAN_BODY(long, syscall, syscall, (long a), (a), USER)\n"
             "BSAN_VIRTUAL(long, futex, futex, (), (), FILE)\n"
             "BSAN_NOTE(int, close, close, (int a), (a), FILE, X)\n"
             "BSAN_LIBRARY_NOTE(int, tell, tell, (int a), (a), FILE, X)\n"
             "BSAN_LIBRARY_WAIT(int, _rest, rest, (int a), (a), FILE, X)\n"
             "BSAN_RUN(int, _turn, turn, (int a), (a), FILE, LOOP, true)\n")
    cases = ("RULE(read, read, file, read(1), read(0));\n"
             "RULE_QUIET(scan, scan, file, (), scan(1), (), scan(0));\n"
             "RULE_MEASURED(load, load, file, (), load(1), (), load(0));\n")

    def setUp(self):
        super().setUp()
        self.write("lib/bsan/intercept/bsan_calls.inc", self.calls)
        self.write("lib/bsan/bsan_classes.inc",
                   'BSAN_CLASS(FILE, "file", "a", "b")\n'
                   'BSAN_CLASS(USER, "user", "a", "b")\n')
        self.write("lib/bsan/bsan_flags.inc",
                   'BSAN_FLAG(bool, enabled, true, "text")\n')
        self.write("docs/rules.md", "# file\n# user\n`read` `scan` `load` "
                   "`BIO_macro` `PQa` `futex` `rest`\n")
        self.write("docs/flags.md", "`enabled`\n")
        self.write("docs/event-loops.md", "`turn`\n")
        self.write("test/bsan/calls/file.c", self.cases)
        self.write("test/bsan/libraries/a.c", "BIO_macro(1); PQa(1);\n")
        self.write("test/bsan/syscalls/a.c", "syscall(SYS_futex, 1);\n")
        self.write("test/bsan/adapters/a.c", "turn(rest);\n")

    def test_good(self):
        self.expect(0, "11 rows, 7 functions, 3 tests, 1 flags")

    def test_loop_libraries_are_tested_elsewhere(self):
        self.write("test/bsan/adapters/a.c", "turn(1);\n")
        self.expect(1, "_rest has no test: expected a file in "
                    "test/bsan/adapters with rest in it")
        self.write("test/bsan/adapters/a.c", "rest(1);\n")
        self.expect(1, "_turn has no test: expected a file in "
                    "test/bsan/adapters with turn in it")

    def test_what_runs_loops_is_on_a_page(self):
        self.write("docs/event-loops.md", "turn\n")
        self.expect(1, "docs/event-loops.md: does not name the function `turn`")

    def test_every_kind_of_libc_row_needs_a_case(self):
        for name in ("read", "scan", "load"):
            self.write("test/bsan/calls/file.c", "".join(
                line for line in self.cases.splitlines(True)
                if name not in line))
            self.expect(1, f"{name} has no test: expected RULE({name}, ")

    def test_libraries_are_tested_elsewhere(self):
        self.write("test/bsan/libraries/a.c", "BIO_macro(1); PQab(1);\n")
        self.expect(1, "PQa has no test: expected a file in "
                    "test/bsan/libraries with PQa in it")

    def test_system_calls_are_tested_elsewhere(self):
        self.write("test/bsan/syscalls/a.c", "syscall(SYS_futexes, 1);\n")
        self.expect(1, "futex has no test: expected a file in "
                    "test/bsan/syscalls with futex in it")
        self.write("test/bsan/syscalls/a.c", "call(SYS_futex, 1);\n")
        self.expect(1, "syscall has no test: expected a file in")

    def test_a_case_needs_a_row(self):
        self.write("test/bsan/calls/file.c", self.cases
                   + "RULE(close, close, file, close(1), close(0));\n")
        self.expect(1, "close is no rule of")

    def test_unknown_kind(self):
        self.write("lib/bsan/intercept/bsan_calls.inc",
                   self.calls.replace("BSAN_CALL_JUMP", "BSAN_CALL_LEAP"))
        self.expect(1, "bsan_calls.inc:3: BSAN_CALL_LEAP is none of BSAN_CALL,")

    def test_documentation(self):
        self.write("docs/rules.md", "# file\n# user\n")
        output = self.expect(1, "does not name the function `BIO_macro`")
        self.assertIn("does not name the function `futex`", output)


class DocsTest(LintTest):
    lint = "check_docs.py"

    def setUp(self):
        super().setUp()
        self.write("build/bin/bsan", "")
        driver = self.write(
            "build/bin/bsan-clang",
            "#!/bin/sh\nset -- \"$@\" -w\n"
            f"exec {CC} $(printf '%s\\n' \"$@\" | grep -v fsanitize)\n")
        os.chmod(driver, 0o755)

    def play(self, status, text, page):
        self.write("source/page.md", page)
        return self.expect(status, text, os.path.join(self.root, "build"),
                           os.path.join(self.root, "source"), "page.md")

    def test_good(self):
        self.play(0, "ok, 4 blocks played",
                  "```text\n# a.txt\nx\n```\n```sh\ncat a.txt\n```\n\n"
                  "```text\n# a.txt\nx\n```\n"
                  "<!-- exit: 3 -->\n```sh\necho 12 ms; echo b; exit 3\n```\n"
                  "\n```text\n5 ms\n...\n```\n")

    def test_failing_command(self):
        self.play(1, "page.md:2: ended with status 1, expected 0",
                  "text\n```sh\nfalse\ntrue\n```\n")

    def test_command_that_should_fail(self):
        self.play(1, "ended with status 0, expected 44",
                  "<!-- exit: 44 -->\n```sh\ntrue\n```\n")

    def test_wrong_output(self):
        self.play(1, "expected the line `b`",
                  "```sh\necho a\n```\n```text\nb\n```\n")

    def test_too_much_output(self):
        self.play(1, "more output than expected: `b`",
                  "```sh\necho a; echo b\n```\n```text\na\n```\n")

    def test_missing_output(self):
        self.play(1, "expected the line `b`",
                  "```sh\necho a\n```\n```text\na\n...\nb\n```\n")

    def test_program_that_does_not_compile(self):
        self.play(1, "page.md:1: does not compile", "```c\nint f(\n```\n")

    def test_diff_that_does_not_apply(self):
        self.play(1, "page.md:1: does not apply",
                  "```diff\n--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n+b\n```\n")

    def test_not_run(self):
        self.play(0, "ok, 0 blocks played, without no-such-program",
                  "<!-- not run: it would fail -->\n```sh\nfalse\n```\n"
                  "<!-- needs: no-such-program -->\n```sh\nfalse\n```\n")


if __name__ == "__main__":
    unittest.main()
