#===-- reports.py - Reads what the runtime wrote --------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# JSON lines (log_format=json), one for each reported call when
# suppress_equal_stacks=0: when it began, on which thread, and how long it took.
# When a report was written does not matter, nor by which thread.
#
#===----------------------------------------------------------------------===#

import json
from pathlib import Path

OPTIONS = ["log_format=json", "suppress_equal_stacks=0",
           "builtin_suppressions=0"]


class Report:
    """A reported call; times in microseconds since the epoch. `end` is None of
    a call that the runtime left by a jump and did not see return."""

    def __init__(self, fields):
        self.thread = fields["tid"]
        self.call = fields["call"]
        self.cls = fields["class"]
        self.loop = fields.get("loop", "")
        self.fd = fields.get("fd", -1)
        self.object = fields.get("object", "")
        self.start = fields["time_us"]
        took = fields.get("duration_us")
        self.end = None if took is None else self.start + took
        self.is_suppressed = fields.get("suppressed", False)
        self.covered = []  # The system calls inside of it.

    def __str__(self):
        place = f" of {self.object}" if self.object else ""
        return f"{self.call} ({self.cls}){place}"


def read(prefix):
    """All reports in the files PREFIX.PROCESS, by time."""
    reports = []
    prefix = Path(prefix)
    for path in prefix.parent.glob(prefix.name + ".*"):
        with path.open(errors="replace") as lines:
            for line in lines:
                if not line.startswith("{"):
                    continue
                fields = json.loads(line)
                if fields.get("type") == "blocking-call":
                    reports.append(Report(fields))
    reports.sort(key=lambda report: report.start)
    return reports
