#!/usr/bin/env python3
#===-- check_runner.py - Tests the unit-test runner from outside -----------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Runs bsan-unit-selftest, whose tests pass, fail, crash, hang and are skipped
# on purpose, and compares what comes out with what is expected. Further
# arguments are unittest's: `-v`, `-f`, `-k shuffle`.
#
#===------------------------------------------------------------------------===#

import argparse
import os
import sys
import unittest

sys.dont_write_bytecode = True  # the source folder stays as it is

import selftest

MODULES = ("check_output", "check_selection", "check_reports", "check_drivers")


def parse_arguments():
    """Fills in selftest.ARGS; returns the arguments for unittest."""
    parser = argparse.ArgumentParser(
        description="Tests the unit-test runner. Further arguments are "
        "unittest's.")
    parser.add_argument("--program", required=True, help="bsan-unit-selftest")
    parser.add_argument("--source", required=True, help="the folder test/unit")
    parser.add_argument("--greatest", required=True, help="greatest.h's folder")
    parser.add_argument("--cc", default="cc", help="C compiler")
    parser.add_argument("--cmake", help="tests CTest's discovery when given")
    parser.add_argument("--lit", help="tests lit's format when given")
    _, rest = parser.parse_known_args(namespace=selftest.ARGS)
    for name in ("program", "source", "greatest"):
        path = os.path.abspath(getattr(selftest.ARGS, name))
        if not os.path.exists(path):
            parser.error(f"--{name}: there is no '{path}'")
        setattr(selftest.ARGS, name, path)
    return rest


def load_tests(loader, _tests, _pattern):
    return loader.loadTestsFromNames(MODULES)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *parse_arguments()])
