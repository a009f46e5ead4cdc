#!/usr/bin/env python3
#===-- kill_after_report.py - End a program when it has reported -----------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: kill_after_report.py SIGNAL COMMAND...
#
# Copies what COMMAND writes to stderr to stdout, and sends it SIGNAL after the
# last line of its first report.  Fails when it ends otherwise.
#
#===----------------------------------------------------------------------===#

import signal
import subprocess
import sys

PATIENCE_S = 60

number = getattr(signal, "SIG" + sys.argv[1])
signal.alarm(PATIENCE_S)
with subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE,
                      text=True) as process:
    for line in process.stderr:
        print(line, end="", flush=True)
        if line.startswith("SUMMARY: "):
            process.send_signal(number)
    if process.wait() != -number:
        sys.exit(f"status {process.returncode}, not {-number}")
