#!/usr/bin/env python3
#===-- check_layers.py - Lint: who may include what, headers, sizes -------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_layers.py [SOURCE_DIR]
#
# The stages of the pipeline do not know each other, the bridge alone is C++,
# platform/ alone knows the system, every file says what it is for, and nothing
# grows too large to be read. Compilers check none of this, and one hasty
# #include undoes it. Prints `file:line: rule` for each violation.
#
#===----------------------------------------------------------------------===#

import ast
import os
import re
import sys

MAX_FILE_LINES = 400
# One suite tests one source file, however many cases that takes.
MAX_SUITE_LINES = 700
MAX_FUNCTION_LINES = 60

TOP_LEVEL = {"CMakeLists.txt", "LICENSE", "README.md", "docs", "include",
             "lib", "test", "utils"}

STAGES = ["intercept", "loop", "classify", "suppress", "report"]

# Types, flags, text and tables: no stage's own.
FREE = {"bsan.h", "bsan_event.h", "bsan_flags.h", "bsan_flags.inc",
        "bsan_text.h", "bsan_symbolize.h", "bsan_classes.inc",
        "bridge/bsan_bridge.h"}

# What a folder may include besides its own headers, FREE and the platform.
ALLOWED = {
    "intercept": {"bsan_check.h", "bsan_init.h", "loop/bsan_gate.h",
                  "loop/bsan_loop.h", "classify/bsan_classify.h",
                  "classify/bsan_fdtable.h", "classify/bsan_owner.h"},
    "loop": set(),
    "classify": set(),
    # Names of calls, as a table; the thread's record.
    "suppress": {"intercept/bsan_calls.h"},
    "report": {"intercept/bsan_calls.h", "loop/bsan_loop.h"},
    "platform": set(),
    "bridge": set(),
}
# The only files that may know several stages.
ORDER_FILES = {"bsan_check.c", "bsan_init.c", "bsan_interface.c"}

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
FOREIGN = re.compile(r'^\s*#\s*include\s*["<](sanitizer_common|interception)/')
LINUX_TEST = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b.*\b__linux__\b")
RAW_SYSCALL = re.compile(r'\bsyscall\s*\(|"syscall\b|"svc\b')
SOURCE_SUFFIXES = (".c", ".h", ".inc", ".cpp", ".cc", ".cxx", ".hpp", ".py",
                   ".sh", ".cmake")
CXX_SUFFIXES = (".cpp", ".cc", ".cxx", ".hpp")
SKIPPED_DIRS = re.compile(r"^(\..*|build.*|__pycache__)$")

violations = []


def report(path, line, rule):
    violations.append((path, line, f"{path}:{line}: {rule}"))


def list_files(root):
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(d for d in subfolders
                               if not SKIPPED_DIRS.match(d))
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8",
              errors="replace") as file:
        return file.read()


#--- Top level --------------------------------------------------------------#

def check_top_level(root):
    for name in sorted(os.listdir(root)):
        if name not in TOP_LEVEL and not SKIPPED_DIRS.match(name):
            report(name, 1, "the top level holds only "
                   + ", ".join(sorted(TOP_LEVEL)) + " and dotfiles")


#--- Includes ---------------------------------------------------------------#

def stage_of(header):
    folder = header.split("/")[0] if "/" in header else ""
    return folder if folder in STAGES else ""


def is_allowed(inside, header):
    """Whether the file `inside` lib/bsan may include `header`."""
    folder = os.path.dirname(inside)
    if header in FREE or header.startswith(("platform/", "sanitizer/")):
        return True
    if not folder:
        return inside in ORDER_FILES or not stage_of(header)
    return (os.path.dirname(header) == folder
            or header in ALLOWED.get(folder, set()))


def check_includes(path, lines):
    inside = os.path.relpath(path, "lib/bsan")
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match or FOREIGN.match(line) or is_allowed(inside, match[1]):
            continue
        if os.path.dirname(inside):
            rule = (f"{os.path.dirname(inside)}/ may not include {match[1]}: "
                    "stages do not know each other")
        else:
            rule = (f"only {', '.join(sorted(ORDER_FILES))} may include a "
                    f"stage, not {match[1]}")
        report(path, number, rule)


#--- C++ and the system -----------------------------------------------------#

def check_bridge(path, lines):
    is_bridge = path.startswith("lib/bsan/bridge/")
    if path.endswith(CXX_SUFFIXES) and not is_bridge:
        report(path, 1, "only lib/bsan/bridge/ is C++")
    for number, line in enumerate(lines, 1):
        if FOREIGN.match(line) and not (is_bridge and path.endswith(".cpp")):
            report(path, number, "only lib/bsan/bridge/*.cpp may include "
                   "sanitizer_common/ or interception/")


def check_platform(path, lines):
    if path.startswith("lib/bsan/platform/"):
        return
    for number, line in enumerate(strip_comments("\n".join(lines))
                                  .split("\n"), 1):
        if LINUX_TEST.match(line):
            report(path, number, "only lib/bsan/platform/ may ask for the "
                   "operating system")
        # The symbolizer's child, in the bridge, runs no libc.
        is_child = path.startswith("lib/bsan/bridge/")
        if RAW_SYSCALL.search(line) or ("platform/bsan_syscall.h" in line
                                        and not is_child):
            report(path, number, "only lib/bsan/platform/ may make raw system "
                   "calls")


#--- Headers ----------------------------------------------------------------#

def expected_name(path):
    if path.startswith("include/"):
        return os.path.relpath(path, "include")
    return os.path.basename(path)


def check_header(path, lines):
    start = 1 if lines and lines[0].startswith(("#!", "# shellcheck")) else 0
    mark = "//" if path.endswith((".c", ".h", ".inc") + CXX_SUFFIXES) else "#"
    name = re.escape(expected_name(path))
    first = lines[start] if len(lines) > start else ""
    if not re.match(rf"{mark}===-- {name} - \S.*===(#|//)$", first):
        report(path, start + 1, f"expected the header `{mark}===-- "
               f"{expected_name(path)} - One line of what it is ---==="
               f"{mark}`")
        return
    head = "\n".join(lines[start:start + 40])
    if (f"{mark} SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
            not in head):
        report(path, start + 2, "expected the licence lines")
    if (path.startswith("lib/bsan/") and path.endswith(".c")
            and not re.search(r"^// Context: ", head, re.M)):
        report(path, start + 2, "expected a line `Context: "
               "any|armed|report|init`")


# Whole programs and their expected output begin with what they show.
def check_intent(path, lines):
    if not any("Intent:" in line for line in lines[:3]):
        report(path, 1, "expected `Intent: ...` in the first comment")


#--- Sizes ------------------------------------------------------------------#

LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
                     r"|'(?:\\.|[^'\\\n])+'", re.S)


def blank(text):
    """As many lines, nothing in them."""
    return "\n" * text.count("\n")


def strip_comments(text):
    return LITERAL.sub(lambda m: m[0] if m[0][0] in "\"'" else blank(m[0]),
                       text)


def strip_for_braces(text):
    text = LITERAL.sub(lambda m: blank(m[0]), text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
                  lambda m: blank(m[0]), text, flags=re.M)


def find_c_functions(text):
    """Yields the first line and the number of lines of each function."""
    braces, line, head = [], 1, ""
    for char in strip_for_braces(text):
        line += char == "\n"
        if char == "{":
            is_outer = all(kind == "block" for kind, _ in braces)
            if is_outer and re.search(r"\bextern\b[^(]*$|\bnamespace\b", head):
                braces.append(("block", line))
            elif is_outer and re.search(r"\)\s*(const|noexcept|override|\s)*$",
                                        head) and "=" not in head:
                braces.append(("function", line))
            else:
                braces.append(("other", line))
        elif char == "}" and braces:
            kind, first = braces.pop()
            if kind == "function":
                yield first, line - first + 1
        head = "" if char in ";{}" else head + char


def find_shell_functions(text):
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"^[a-z_0-9]+\(\) [{(]$", line):
            first = number
        elif first and line in ("}", ")"):
            yield first, number - first + 1
            first = 0


def find_python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def check_sizes(path, text):
    lines = text.count("\n")
    if path.endswith(".inc"):
        return  # Tables are as long as what they list.
    limit = MAX_SUITE_LINES if path.endswith("_test.c") else MAX_FILE_LINES
    if lines > limit:
        report(path, lines, f"{lines} lines, more than {limit}")
    if path.endswith(".py"):
        functions = find_python_functions(text)
    elif path.endswith(".sh"):
        functions = find_shell_functions(text)
    elif path.endswith((".c", ".h") + CXX_SUFFIXES):
        functions = find_c_functions(text)
    else:
        return
    for first, count in functions:
        if count > MAX_FUNCTION_LINES:
            report(path, first, f"a function of {count} lines, more than "
                   f"{MAX_FUNCTION_LINES}")


#--- All of it --------------------------------------------------------------#

def check_file(root, path):
    text = read(root, path)
    lines = text.split("\n")
    is_source = (path.endswith(SOURCE_SUFFIXES)
                 or os.path.basename(path) == "CMakeLists.txt")
    if not is_source:
        return
    check_sizes(path, text)
    if path.startswith("test/bsan/") and "/Inputs/" not in path:
        if path.endswith((".c", ".cpp")):
            check_intent(path, lines)
        return
    check_header(path, lines)
    if path.startswith(("lib/", "include/", "utils/")):
        check_bridge(path, lines)
    if path.startswith("lib/bsan/") and path.endswith(
            (".c", ".h", ".inc") + CXX_SUFFIXES):
        check_includes(path, lines)
        check_platform(path, lines)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    if len(sys.argv) > 2 or not os.path.isdir(os.path.join(root, "lib/bsan")):
        print("usage: check_layers.py [SOURCE_DIR], which holds lib/bsan",
              file=sys.stderr)
        return 2
    check_top_level(root)
    count = 0
    for path in list_files(root):
        check_file(root, path)
        count += 1
    if violations:
        print("\n".join(text for _, _, text in sorted(violations)))
        return 1
    print(f"check_layers: ok, {count} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
