#!/usr/bin/env python3
#===-- one_report_each.py - Every process reports once ---------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: one_report_each.py COUNT LOG.PID...
#
# Fails unless there are COUNT logs, each with one report, of its own process and
# with symbols.
#
#===----------------------------------------------------------------------===#

import re
import sys

paths = sys.argv[2:]
if len(paths) != int(sys.argv[1]):
    sys.exit(f"{len(paths)} logs: {' '.join(paths)}")
for path in paths:
    with open(path, encoding="utf-8") as file:
        log = file.read()
    pids = re.findall(r"==(\d+)==WARNING: BlockSanitizer: blocking-call", log)
    if (pids != [path.rsplit(".", 1)[1]] or " in on_request /" not in log
            or log.count("SUMMARY: ") != 1):
        sys.exit(f"{path}: not one report with symbols:\n{log}")
