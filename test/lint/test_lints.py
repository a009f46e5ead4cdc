#!/usr/bin/env python3
#===-- test_lints.py - Shows that the lints can fail ----------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# A lint that never complains looks like one that works. Each test makes a small
# tree that is right, breaks one thing, and expects the complaint about it.
#
#===----------------------------------------------------------------------===#

import os
import platform
import shutil
import subprocess
import unittest

from lint_test import CC, LintTest, header


class LayersTest(LintTest):
    lint = "check_layers.py"

    def setUp(self):
        super().setUp()
        self.source("lib/bsan/bsan_check.c",
                    '#include "loop/bsan_gate.h"\n'
                    '#include "report/bsan_report.h"\n')
        self.source("lib/bsan/loop/bsan_gate.c",
                    '#include "bsan.h"\n#include "loop/bsan_gate.h"\n'
                    '#include "platform/bsan_platform.h"\n'
                    "static int is_open(int a) {\n  return a;\n}\n")
        self.source("lib/bsan/bridge/bsan_bridge.cpp",
                    '#include "sanitizer_common/sanitizer_common.h"\n')

    def test_good(self):
        self.expect_ok()

    def test_stage_includes_stage(self):
        self.source("lib/bsan/loop/bsan_a.c",
                    '#include "report/bsan_report.h"\n')
        self.expect(1, "lib/bsan/loop/bsan_a.c:8: loop/ may not include "
                    "report/bsan_report.h")

    def test_report_may_see_the_thread_but_not_the_gate(self):
        self.source("lib/bsan/report/bsan_a.c",
                    '#include "loop/bsan_loop.h"\n')
        self.expect_ok()
        self.source("lib/bsan/report/bsan_a.c",
                    '#include "loop/bsan_gate.h"\n')
        self.expect(1, "report/ may not include loop/bsan_gate.h")

    def test_only_the_order_files_know_stages(self):
        self.source("lib/bsan/bsan_other.c", '#include "loop/bsan_loop.h"\n')
        self.expect(1, "may include a stage, not loop/bsan_loop.h")

    def test_cxx_outside_of_the_bridge(self):
        self.source("lib/bsan/loop/bsan_a.cpp")
        self.expect(1, "only lib/bsan/bridge/ is C++")

    def test_sanitizer_common_outside_of_the_bridge(self):
        self.source("lib/bsan/loop/bsan_a.c",
                    '#include "sanitizer_common/sanitizer_common.h"\n')
        self.expect(1, "bsan_a.c:8: only lib/bsan/bridge/*.cpp may include")

    def test_system_outside_of_the_platform(self):
        self.source("lib/bsan/loop/bsan_a.c", "#ifdef __linux__\n#endif\n")
        self.expect(1, "may ask for the operating system")

    def test_raw_system_call(self):
        self.source("lib/bsan/loop/bsan_a.c",
                    "int f(void) {\n  return syscall(1);\n}\n")
        self.expect(1, "bsan_a.c:9: only lib/bsan/platform/ may make raw")

    def test_missing_header(self):
        self.write("lib/bsan/loop/bsan_a.c", "int a;\n")
        self.expect(1, "lib/bsan/loop/bsan_a.c:1: expected the header")

    def test_header_of_another_file(self):
        self.write("lib/bsan/loop/bsan_a.c", header("bsan_b.c"))
        self.expect(1, "lib/bsan/loop/bsan_a.c:1: expected the header")

    def test_missing_context(self):
        self.source("lib/bsan/loop/bsan_a.c", context=False)
        self.expect(1, "expected a line `Context:")

    def test_missing_licence(self):
        self.write("utils/a.sh", "#!/bin/sh\n#===-- a.sh - A fixture ---===#\n")
        self.expect(1, "utils/a.sh:3: expected the licence lines")

    def test_missing_intent(self):
        self.write("test/bsan/a.c", "int main(void) {}\n")
        self.expect(1, "test/bsan/a.c:1: expected `Intent:")

    def test_top_level(self):
        self.write("scratch.txt", "")
        self.expect(1, "scratch.txt:1: the top level holds only")

    def test_long_file(self):
        self.source("lib/bsan/loop/bsan_a.c", "int a;\n" * 394)
        self.expect(1, "401 lines, more than 400")

    def test_long_functions(self):
        body = "  a++;\n" * 60
        self.source("lib/bsan/loop/bsan_a.c",
                    "struct s {\n  int x;\n};\nstatic void f(int a)\n{\n"
                    + body + "}\n")
        self.source("utils/a.py", "def f(a):\n" + "    a += 1\n" * 60)
        self.source("utils/a.sh", "f() {\n" + "  a=1\n" * 60 + "}\n")
        output = self.expect(1, "bsan_a.c:12: a function of 62 lines")
        self.assertIn("utils/a.py:8: a function of 61 lines", output)
        self.assertIn("utils/a.sh:8: a function of 62 lines", output)

    def test_braces_in_strings_are_no_functions(self):
        self.source("lib/bsan/loop/bsan_a.c",
                    'static const char *a(void) { return "{"; }\n'
                    + "int b;\n" * 70 + "/* } */\n")
        self.expect_ok()

    def test_wrong_usage(self):
        self.expect(2, "usage:", os.path.join(self.root, "lib"))


class ObjectsTest(LintTest):
    table = "BSAN_CALL(int, read, read, (int a), (a), FILE, X)\n"

    def compile(self, text, output, *flags):
        path = self.write("code.c", text)
        where = os.path.join(self.root, output)
        os.makedirs(os.path.dirname(where), exist_ok=True)
        subprocess.run([CC, "-O2", "-fPIC", "-w", "-fno-builtin",
                        "-fno-stack-protector", "-fcf-protection=none",
                        *flags, path, "-o", where], check=True)

    def compile_shared(self, text, *flags):
        self.compile(text, "lib/linux/libclang_rt.bsan-x86_64.so", "-shared",
                     *flags)


class SymbolsTest(ObjectsTest):
    lint = "check_symbols.py"

    def setUp(self):
        super().setUp()
        self.write("lib/bsan/bsan_exports.i", "BSAN_EXPORT read\n")
        self.set_object("int f(void) { return 1; }")
        self.compile_shared("int read; void __bsan_a(void) {}")

    def set_object(self, text):
        self.compile(text, "lib/bsan/CMakeFiles/RTBsan.dir/loop/a.c.o", "-c")

    def test_good(self):
        self.expect_ok()

    def test_allocator(self):
        self.set_object("void *f(void) { return malloc(8); }")
        self.expect(1, "lib/bsan/loop/a.c:1: calls malloc")

    def test_intercepted_by_name(self):
        self.set_object("int f(void) { return read(0, 0, 0); }")
        self.expect(1, "calls read by the name that the table intercepts")

    def test_missing_export(self):
        self.compile_shared("int other_a __attribute__((visibility(\"hidden\")));")
        self.expect(1, "does not export read")

    def test_stray_export(self):
        self.compile_shared("int read; int stray;")
        self.expect(1, "exports stray, which is neither")

    def test_library(self):
        self.compile_shared("int read; double sin(double);"
                            "double __bsan_f(double a) { return sin(a); }",
                            "-lm", "-Wl,--no-as-needed", "-lm")
        self.expect(1, "needs libm.so.6")


@unittest.skipUnless(shutil.which("clang-format-14"), "no clang-format 14")
class FormatTest(LintTest):
    lint = "check_format.sh"

    def setUp(self):
        super().setUp()
        self.write(".clang-format", "BasedOnStyle: LLVM\n")
        for folder in ("lib", "utils", "test/unit"):
            self.write(folder + "/a.c", "int f(void) { return 1; }\n")

    def test_good(self):
        self.expect_ok()

    def test_stray_space(self):
        self.write("utils/a.c", "int f(void) {  return 1; }\n")
        self.expect(1, "utils/a.c:1:14: error: code should be clang-formatted")


@unittest.skipUnless(platform.machine() == "x86_64",
                     "the hot path is checked on x86-64 only")
class HotPathTest(ObjectsTest):
    lint = "check_hot_path.sh"
    good = ("__thread int gate __attribute__((visibility(\"hidden\"), "
            "tls_model(\"initial-exec\")));\n"
            "__attribute__((visibility(\"hidden\"))) int (*real)(int) = 0;\n"
            "__attribute__((noinline, cold)) int armed(int);\n"
            "int read(int a) { BODY if (__builtin_expect(gate, 0)) "
            "return armed(a); return real(a); }\n")

    def setUp(self):
        super().setUp()
        self.write("lib/bsan/intercept/bsan_calls.inc", self.table)

    def check(self, status, text, body):
        self.compile_shared("int other(int);\n"
                            + self.good.replace("BODY", body))
        self.expect(status, text, self.root, self.root)

    def test_good(self):
        self.check(0, "ok, 1 wrappers", "")

    def test_call_before_the_jump(self):
        self.check(1, "the disarmed wrapper of read has: ", "other(a);")

    def test_too_long(self):
        volatile = "static volatile int n; n++; n++; n++; "
        self.check(1, "instructions, more than 6", volatile)

    def test_no_wrapper(self):
        self.compile_shared("int stray;")
        self.expect(1, "no wrapper of read", self.root, self.root)

    def test_exempt_rows(self):
        self.write("lib/bsan/intercept/bsan_calls.inc", self.table + "".join(
            f"{kind}(int, {kind}_f, f, (int a), (a), FILE, X)\n" for kind in
            "BSAN_CALL_NOTED BSAN_CALL_WAIT BSAN_CALL_VARIADIC "
            "BSAN_CALL_VARIADIC_VOID BSAN_CALL_JUMP BSAN_BODY BSAN_VIRTUAL "
            "BSAN_LIBRARY_VARIADIC BSAN_NOTE".split()))
        self.check(0, "ok, 1 wrappers", "")

    def test_library(self):
        self.write("lib/bsan/intercept/bsan_calls.inc",
                   self.table.replace("BSAN_CALL", "BSAN_LIBRARY"))
        hidden = "__attribute__((visibility(\"hidden\"))) int bsan_wrap_read("
        for body, status, text in (("", 0, "ok, 1 wrappers"),
                                   ("other(a);", 1, "bsan_wrap_read has: ")):
            self.compile_shared("int other(int);\n" + self.good.replace(
                "BODY", body).replace("int read(", hidden))
            self.expect(status, text, self.root, self.root)
        self.compile_shared("int read;")
        self.expect(1, "no wrapper of bsan_wrap_read", self.root, self.root)


if __name__ == "__main__":
    unittest.main()
