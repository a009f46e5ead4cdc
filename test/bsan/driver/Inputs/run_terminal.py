#===-- run_terminal.py - bsan run on a terminal -------------*- python -*---===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Usage: run_terminal.py BSAN PROGRAM
#
# Does what a shell and a user do: gives PROGRAM (run_signals.c) a terminal of
# its own, types control characters and waits for its state to change.
#
#===------------------------------------------------------------------------===#

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

bsan, program = sys.argv[1:]
TIMEOUT_S = 60


class Terminal:
    """The program under bsan run, as the foreground job of a new terminal."""

    def __init__(self):
        self.text = ""
        self.shell, self.master = pty.fork()
        if self.shell == 0:
            self.be_shell()
        self.job = int(self.read_line("job ").split()[1])

    # A session's leader that starts one job in the foreground and tells how its
    # state changes: the least that job control needs.
    def be_shell(self):
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP,
                       signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execv(bsan, [bsan, "run", "-q", program])
        os.write(1, f"job {job}\n".encode())
        while True:
            _, status = os.waitpid(job, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                os.write(1, f"stopped {os.WSTOPSIG(status)}\n".encode())
                continue
            if os.WIFSIGNALED(status):
                os.write(1, f"killed {os.WTERMSIG(status)}\n".encode())
            os.write(1, b"over\n")
            os._exit(0)

    def read_line(self, start):
        """The next line that begins so; control characters are echoed."""
        while True:
            lines = self.text.split("\n")
            for i, line in enumerate(lines[:-1]):
                at = line.find(start)
                if at >= 0:
                    self.text = "\n".join(lines[i + 1:])
                    return line[at:].strip()
            ready, _, _ = select.select([self.master], [], [], TIMEOUT_S)
            if not ready:
                sys.exit(f"no line '{start}...' came: {self.text!r}")
            self.text += os.read(self.master, 4096).decode()

    def type(self, text):
        os.write(self.master, text)

    def close(self):
        self.read_line("over")
        os.close(self.master)
        os.waitpid(self.shell, 0)


CTRL_C, CTRL_Z, CTRL_BACKSLASH = b"\x03", b"\x1a", b"\x1c"

# The terminal is the program's, and the program its foreground job.
terminal = Terminal()
ready = terminal.read_line("ready ").split()
assert int(ready[1]) == terminal.job, ready
assert ready[2:6] == ["terminal", "111", "foreground", "1"], ready

# A window that changes its size.
fcntl.ioctl(terminal.master, termios.TIOCSWINSZ,
            struct.pack("HHHH", 33, 77, 0, 0))
assert terminal.read_line("size ") == "size 33 77"

# Ctrl-Z stops it, and fg lets it go on.
terminal.type(CTRL_Z)
assert terminal.read_line("stopped ") == f"stopped {int(signal.SIGTSTP)}"
os.kill(-terminal.job, signal.SIGCONT)
terminal.read_line("got SIGCONT")

# Ctrl-C ends it, as a signal does.
terminal.type(CTRL_C)
assert terminal.read_line("killed ") == f"killed {int(signal.SIGINT)}"
terminal.close()

terminal = Terminal()
terminal.read_line("ready ")
terminal.type(CTRL_BACKSLASH)
assert terminal.read_line("killed ") == f"killed {int(signal.SIGQUIT)}"
terminal.close()

# A terminal that is closed hangs up.
terminal = Terminal()
terminal.read_line("ready ")
pidfd = os.pidfd_open(terminal.job)
os.close(terminal.master)
ready, _, _ = select.select([pidfd], [], [], TIMEOUT_S)
assert ready, "the program survived its terminal"
os.waitpid(terminal.shell, 0)
