#===-- run_signals.py - Signals sent to bsan run ------------*- python -*---===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Usage: run_signals.py BSAN PROGRAM
#
# PROGRAM is run_signals.c: it says that it is ready, then waits for signals.
#
#===------------------------------------------------------------------------===#

import atexit
import signal
import subprocess
import sys

bsan, program = sys.argv[1:]
TIMEOUT_S = 60


DEADLY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
          signal.SIGALRM, signal.SIGUSR2)

# A test may run in the background of something, which then ignores some.
for number in DEADLY:
    signal.signal(number, signal.SIG_DFL)


class Run:
    """The program under bsan run, ready."""

    def __init__(self, *arguments, prefix=()):
        self.process = subprocess.Popen(
            [*prefix, bsan, "run", "-q", program, *arguments],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        atexit.register(self.process.kill)
        words = self.process.stdout.readline().split()
        assert words[0] == "ready", words
        self.pid = int(words[1])
        self.ignores_hangup = words[-1] == "1"

    def end(self):
        status = self.process.wait(TIMEOUT_S)
        self.process.stdout.close()
        return status


# It is the very process, so everything that is sent arrives.
run = Run()
assert run.pid == run.process.pid, "another process is the program"
run.process.send_signal(signal.SIGUSR1)
assert run.process.stdout.readline() == "got SIGUSR1\n"
run.process.kill()
assert run.end() == -signal.SIGKILL

# Death by a signal is seen as such.
for number in DEADLY:
    run = Run()
    run.process.send_signal(number)
    status = run.end()
    assert status == -number, f"{number!r}: {status}"

# And so is what the program makes of one.
run = Run("handles")
run.process.send_signal(signal.SIGTERM)
assert run.end() == 7

# What the caller has ignored stays ignored.
run = Run(prefix=["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"])
assert run.ignores_hangup
run.process.kill()
run.end()
run = Run()
assert not run.ignores_hangup
run.process.kill()
run.end()
