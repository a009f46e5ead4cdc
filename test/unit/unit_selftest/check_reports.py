#===-- check_reports.py - The runner's report files ------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# The XML and JSON files are read by real parsers, and compared with the same
# table of outcomes as stdout.
#
#===------------------------------------------------------------------------===#

import json
import os
import xml.etree.ElementTree as ElementTree

from selftest import (
    ARGS, FAILED, FAILURES, ODD, ODD_LINES, SKIPPED, RunnerTest, names, run,
)


class ReportTest(RunnerTest):
    """The XML and JSON files."""

    def report(self, kind, *flags, **kwargs):
        path = self.scratch / "report"
        result = run(f"--gtest_output={kind}:{path}", *flags, **kwargs)
        if kind == "xml":
            return result, ElementTree.fromstring(path.read_bytes())
        return result, json.loads(path.read_text(encoding="utf-8"))

    def check_xml_case(self, name, case):
        self.assertRegex(case.get("file"), r"selftest_\w+_test\.c$")
        self.assertGreater(int(case.get("line")), 0)
        self.assertGreaterEqual(float(case.get("time")), 0)
        stamp = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$"
        self.assertRegex(case.get("timestamp"), stamp)
        state = (case.get("status"), case.get("result"))
        if "DISABLED_" in name:
            self.assertEqual(state, ("notrun", "suppressed"))
        elif name in SKIPPED:
            self.assertEqual(state, ("run", "skipped"))
            self.assertIn("selftest_skips_test.c:",
                          case.find("skipped").get("message"))
        else:
            self.assertEqual(state, ("run", "completed"))
        self.assertEqual([c.tag for c in case],
                         ["failure"] if name in FAILED else
                         ["skipped"] if name in SKIPPED else [])

    def check_failure_text(self, name, text):
        place, _, message = text.partition("\n")
        self.assertRegex(place, r"selftest_\w+_test\.c:\d+$")
        if name != ODD:
            self.assertRegex(message, rf"\A{FAILURES[name]}\Z")
        return message

    def test_xml(self):
        result, root = self.report("xml")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual(root.get("name"), "AllTests")
        counts = ("tests", "failures", "disabled", "errors")
        self.assertEqual([root.get(c) for c in counts], ["32", "19", "2", "0"])
        self.assertGreater(float(root.get("time")), 2)
        seen = []
        for suite in root:
            self.assertEqual(suite.tag, "testsuite")
            self.assertEqual(int(suite.get("tests")), len(suite))
            self.assertEqual(int(suite.get("failures")),
                             len(suite.findall("testcase/failure")))
            self.assertEqual(int(suite.get("skipped")),
                             len(suite.findall("testcase/skipped")))
            for case in suite:
                self.assertEqual(case.get("classname"), suite.get("name"))
                seen.append(f"{suite.get('name')}.{case.get('name')}")
                self.check_xml_case(seen[-1], case)
                for failure in case.findall("failure"):
                    self.assertEqual(failure.get("message"), failure.text)
                    message = self.check_failure_text(seen[-1], failure.text)
                    if seen[-1] == ODD:
                        self.assertEqual(message, ODD_LINES.format(
                            "\\x01", "\\xef\\xbf\\xbf"))
        self.assertEqual(seen, names())

    def test_json(self):
        result, root = self.report("json")
        self.assertEqual(result.returncode, 1)
        counts = ("tests", "failures", "disabled", "errors", "name")
        self.assertEqual([root[c] for c in counts], [32, 19, 2, 0, "AllTests"])
        self.assertRegex(root["timestamp"], r"^\d{4}-.*T\d\d:\d\d:\d\dZ$")
        seen = []
        for suite in root["testsuites"]:
            self.assertEqual(suite["tests"], len(suite["testsuite"]))
            for case in suite["testsuite"]:
                name = f"{suite['name']}.{case['name']}"
                seen.append(name)
                self.assertEqual(case["result"],
                                 "SUPPRESSED" if "DISABLED_" in name else
                                 "SKIPPED" if name in SKIPPED else "COMPLETED")
                self.assertRegex(case["time"], r"^\d+\.\d{3}s$")
                self.assertEqual("failures" in case, name in FAILED)
                for failure in case.get("failures", []):
                    message = self.check_failure_text(name, failure["failure"])
                    if name == ODD:
                        self.assertEqual(message,
                                         ODD_LINES.format("\x01", "\uffff"))
        self.assertEqual(seen, names())

    def test_only_what_was_selected(self):
        _, root = self.report("xml", "--gtest_filter=Good.p*")
        self.assertEqual([s.get("name") for s in root], ["Good"])
        self.assertEqual([c.get("name") for c in root[0]],
                         ["passes", "prints_a_line"])
        _, root = self.report("json", "--gtest_filter=nothing")
        self.assertEqual((root["tests"], root["testsuites"]), (0, []))

    def test_fail_fast_reports_the_rest_as_skipped(self):
        _, root = self.report("xml", "--gtest_fail_fast",
                              "--gtest_filter=Bad.*")
        self.assertEqual(root[0].get("failures"), "1")
        self.assertEqual(root[0].get("skipped"), "9")
        self.assertEqual(len(root.findall("testsuite/testcase/skipped")), 9)

    def test_seed(self):
        flags = ("--gtest_shuffle", "--gtest_random_seed=7",
                 "--gtest_filter=Good.p*")
        self.assertEqual(self.report("json", *flags)[1]["random_seed"], 7)
        self.assertEqual(self.report("xml", *flags)[1].get("random_seed"), "7")

    def test_list(self):
        _, root = self.report("xml", "--gtest_list_tests")
        self.assertEqual(root.get("tests"), "32")
        self.assertEqual(sorted(root[0][0].attrib), ["file", "line", "name"])
        _, root = self.report("json", "--gtest_list_tests")
        self.assertEqual(sorted(root["testsuites"][0]["testsuite"][0]),
                         ["file", "line", "name"])

    def test_files(self):
        one = "--gtest_filter=Good.passes"
        for kind in ("xml", "json"):
            run(one, f"--gtest_output={kind}", cwd=self.scratch)
            self.assertTrue((self.scratch / f"test_detail.{kind}").exists())
        place = self.scratch / "new" / "place"
        run(one, env={"GTEST_OUTPUT": f"xml:{place}/file"})
        ElementTree.parse(place / "file")
        base = os.path.basename(ARGS.program)
        for expected in (f"{base}.xml", f"{base}_1.xml"):
            run(one, f"--gtest_output=xml:{place}/", "--gtest_repeat=2")
            ElementTree.parse(place / expected)
        self.assertEqual(len(list(place.iterdir())), 3)

    def test_file_that_cannot_be_written(self):
        for path in ("/dev/null/report.xml", "/dev/full"):
            result = run("--gtest_filter=Good.passes",
                         f"--gtest_output=xml:{path}")
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"cannot write the report '{path}'", result.stderr)
