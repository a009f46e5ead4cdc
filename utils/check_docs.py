#!/usr/bin/env python3
#===-- check_docs.py - Lint: the documentation, tried ---------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_docs.py BUILD_DIR [SOURCE_DIR] [PAGE...]
#
# A page that nobody runs is wrong after a month. Each page of the documentation
# is played, block after block, in a copy of the source tree, with the tools of
# the build in PATH:
#
#   any block whose first line is a comment with nothing but a file's name is
#     written to that file
#   sh    is run by `sh -e`; a text block right behind it is what it prints
#   c c++ must compile without warnings
#   diff  is applied by `patch -p1`
#
# A comment before a block changes that: `<!-- exit: 44 -->` is the status with
# which it ends, `<!-- needs: PROGRAM -->` skips it where that is not installed,
# `<!-- not run: REASON -->` skips it everywhere, `<!-- package: NAME -->` compiles
# it with pkg-config's flags.
#
# In expected output `...` stands for any text, and for any lines when alone in
# a line; process ids, addresses and times are not compared.
#
#===----------------------------------------------------------------------===#

import os
import re
import shutil
import subprocess
import sys
import tempfile

from check_pages import check_pages, list_pages

TIMEOUT_S = 300
FENCE = re.compile(r"^```([a-z+]*)$")
DIRECTIVE = re.compile(r"^<!-- (exit|needs|not run|package): (.*\S) -->$")
FILE_NAME = re.compile(r"^(?://|#|/\*) ([\w./-]+\.\w+|CMakeLists\.txt)(?: \*/)?$")
COMPILERS = {"c": ["bsan-clang", "-x", "c", "-std=gnu11"],
             "c++": ["bsan-clang++", "-x", "c++", "-std=c++11"]}
NEVER_COPIED = shutil.ignore_patterns(".git", "build*", "__pycache__")


class Block:
    def __init__(self, page, line, language, directives):
        self.page, self.line, self.language = page, line, language
        self.directives = directives
        self.lines = []
        self.follows_directly = False

    def text(self):
        return "\n".join(self.lines) + "\n"

    def file_name(self):
        match = FILE_NAME.match(self.lines[0]) if self.lines else None
        return match[1] if match else None


def read_blocks(page, text):
    """The fenced blocks of a page, in order."""
    blocks, block, directives, has_prose = [], None, {}, False
    for number, line in enumerate(text.split("\n"), 1):
        fence, directive = FENCE.match(line), DIRECTIVE.match(line)
        if block and line == "```":
            blocks.append(block)
            block, directives, has_prose = None, {}, False
        elif block:
            block.lines.append(line)
        elif fence:
            block = Block(page, number, fence[1], directives)
            block.follows_directly = not has_prose
        elif directive:
            directives[directive[1]] = directive[2]
        elif line.strip():
            has_prose, directives = True, {}
    return blocks


#--- Expected output --------------------------------------------------------#

def normalize(line):
    line = re.sub(r"==\d+==", "==PID==", line)
    line = re.sub(r"0x[0-9a-f]+", "0x0", line)
    line = re.sub(r"\b\d+(\.\d+)? (ms|us|s)\b", "0 ms", line)
    return re.sub(r"\s+", " ", line).strip()


def line_pattern(line):
    parts = [re.escape(part) for part in normalize(line).split("...")]
    return ".*".join(parts)


def explain_mismatch(expected, output):
    """None when the output is as expected, else what is wrong."""
    lines = [normalize(line) for line in output.rstrip("\n").split("\n")]
    at, may_skip = 0, False
    for line in expected:
        if line.strip() == "...":
            may_skip = True
            continue
        pattern = re.compile(line_pattern(line))
        limit = len(lines) if may_skip else min(at + 1, len(lines))
        found = next((i for i in range(at, limit)
                      if pattern.fullmatch(lines[i])), None)
        if found is None:
            return f"expected the line `{line.strip()}`"
        at, may_skip = found + 1, False
    if at < len(lines) and not may_skip and lines != [""]:
        return f"there is more output than expected: `{lines[at]}`"
    return None


#--- One block --------------------------------------------------------------#

class Player:
    """Plays the blocks of one page in one scratch copy."""

    def __init__(self, scratch, bin_dir):
        self.scratch = scratch
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("BSAN_", "LD_"))}
        self.environment["PATH"] = bin_dir + os.pathsep + os.environ["PATH"]
        self.problems, self.skipped, self.played = [], [], 0
        self.output = None

    def complain(self, block, problem):
        self.problems.append(f"{block.page}:{block.line}: {problem}")

    def run(self, command):
        # A file and not a pipe: what a block leaves behind in the background
        # may keep the pipe open.
        with tempfile.TemporaryFile() as output:
            try:
                status = subprocess.run(
                    command, cwd=self.scratch, env=self.environment,
                    stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT, timeout=TIMEOUT_S,
                    check=False).returncode
            except subprocess.TimeoutExpired:
                status = -1
            output.seek(0)
            return status, output.read().decode(errors="replace")

    def play_sh(self, block):
        status, self.output = self.run(["sh", "-e", "-c", block.text()])
        expected = int(block.directives.get("exit", "0"))
        if status != expected:
            self.complain(block, f"ended with status {status}, expected "
                          f"{expected}, after:\n{self.output}")
            self.output = None

    def play_text(self, block):
        output, self.output = self.output, None
        if output is None or not block.follows_directly:
            return
        problem = explain_mismatch(block.lines, output)
        if problem:
            self.complain(block, f"{problem}, in:\n{output}")

    def compile(self, block):
        name = block.file_name() or "block.c"
        with open(os.path.join(self.scratch, name), "w",
                  encoding="utf-8") as file:
            file.write(block.text())
        # Only what is to become a part of the runtime sees its headers.
        headers = ["-Ilib/bsan"] if name.startswith("lib/bsan/") else []
        if "package" in block.directives:
            _, flags = self.run(["pkg-config", "--cflags",
                                 block.directives["package"]])
            headers += flags.split()
        status, output = self.run(
            COMPILERS[block.language] + headers
            + ["-fsanitize=blocking", "-Wall", "-Wextra", "-Werror",
               "-fsyntax-only", name])
        if status:
            self.complain(block, f"does not compile:\n{output}")

    def patch(self, block):
        with open(os.path.join(self.scratch, "block.diff"), "w",
                  encoding="utf-8") as file:
            file.write(block.text())
        status, output = self.run(["patch", "-p1", "-f", "-i", "block.diff"])
        if status:
            self.complain(block, f"does not apply:\n{output}")

    def missing_program(self, block):
        for program in block.directives.get("needs", "").split():
            if not shutil.which(program, path=self.environment["PATH"]):
                return program
        return None

    def play(self, block):
        if block.language == "text" and not block.file_name():
            self.play_text(block)
            return
        self.output = None
        missing = self.missing_program(block)
        if missing:
            self.skipped.append(missing)
        if missing or "not run" in block.directives:
            return
        self.played += 1
        if block.language in COMPILERS:
            self.compile(block)
        elif block.file_name():
            with open(os.path.join(self.scratch, block.file_name()), "w",
                      encoding="utf-8") as file:
                file.write(block.text())
        elif block.language == "sh":
            self.play_sh(block)
        elif block.language == "diff":
            self.patch(block)


def play_page(source, page, bin_dir):
    with open(os.path.join(source, page), encoding="utf-8") as file:
        blocks = read_blocks(page, file.read())
    with tempfile.TemporaryDirectory(prefix="bsan-docs-") as folder:
        scratch = os.path.join(folder, "copy")
        shutil.copytree(source, scratch, ignore=NEVER_COPIED)
        player = Player(scratch, bin_dir)
        for block in blocks:
            player.play(block)
    return player


#--- All of it --------------------------------------------------------------#

def main():
    build = sys.argv[1] if len(sys.argv) > 1 else ""
    source = sys.argv[2] if len(sys.argv) > 2 else "."
    bin_dir = os.path.abspath(os.path.join(build, "bin"))
    if not os.path.exists(os.path.join(bin_dir, "bsan")):
        print("usage: check_docs.py BUILD_DIR [SOURCE_DIR] [PAGE...], where "
              "BUILD_DIR is a finished build", file=sys.stderr)
        return 2
    problems, skipped, played = [], set(), 0
    if len(sys.argv) <= 3:
        problems = check_pages(source)
    for page in sys.argv[3:] or list_pages(source):
        player = play_page(source, page, bin_dir)
        problems += player.problems
        skipped.update(player.skipped)
        played += player.played
    if problems:
        print("\n".join(problems))
        return 1
    missing = ", without " + ", ".join(sorted(skipped)) if skipped else ""
    print(f"check_docs: ok, {played} blocks played{missing}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
