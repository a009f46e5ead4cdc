#!/usr/bin/env python3
#===-- count_reports.py - Reports printed and left out ---------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: count_reports.py CALLS < LOG
#
# Fails unless each of CALLS calls was either printed whole, from its header to
# its summary, or counted by a line that says that it was not.
#
#===----------------------------------------------------------------------===#

import re
import sys

log = sys.stdin.read()
headers = len(re.findall(r"WARNING: BlockSanitizer: blocking-call", log))
summaries = len(re.findall(r"^SUMMARY: BlockSanitizer: ", log, re.M))
left_out = sum(map(int, re.findall(r"WARNING: (\d+) calls came faster", log)))
if headers != summaries or headers + left_out != int(sys.argv[1]):
    sys.exit(f"{headers} headers, {summaries} summaries, {left_out} left out: "
             f"not {sys.argv[1]} in all")
print(f"{headers} printed, {left_out} left out")
