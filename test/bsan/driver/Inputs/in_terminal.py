#!/usr/bin/env python3
#===-- in_terminal.py - Runs a program on a terminal ----------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: in_terminal.py COLUMNS PROGRAM ARGUMENTS...
#
# Prints what the program wrote to a terminal of so many columns.
#
#===----------------------------------------------------------------------===#

import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    child, terminal = pty.fork()
    if child == 0:
        size = struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0)
        fcntl.ioctl(1, termios.TIOCSWINSZ, size)
        os.environ.pop("COLUMNS", None)
        os.execv(sys.argv[2], sys.argv[2:])
    output = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # The other end is closed.
            break
        if not piece:
            break
        output += piece
    sys.stdout.write(output.decode().replace("\r\n", "\n"))
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
