#!/usr/bin/env python3
#===-- check_parity.py - Lint: the table of blockbuster's rules -----------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_parity.py [SOURCE_DIR]
#
# blockbuster has 58 rules, and so have the table of the tests and the page that
# shows it: with the same names, functions and predicates. Every test that the
# page names is there, and runs as many rows as the table has for it; every
# function is one that the runtime knows.
#
#===----------------------------------------------------------------------===#

import os
import re
import sys

SEED_RULES = 58
FOLDER = "test/bsan/parity"
TABLE = FOLDER + "/Inputs/parity.inc"
PAGE = "docs/parity.md"
CALLS = "lib/bsan/intercept/bsan_calls.inc"


class Row:
    def __init__(self, name, functions, predicate, test):
        self.name, self.functions = name, functions
        self.predicate, self.test = predicate, test


def read(source, path):
    with open(os.path.join(source, path), encoding="utf-8") as file:
        return file.read()


#--- The table ---------------------------------------------------------------#

LINE = re.compile(r'^#ifdef PARITY_(?P<group>\w+)'
                  r'|^SEED\("(?P<rule>[^"]+)", (?P<predicate>\w+)\)$'
                  r'|^CATCHES\((?P<caught>\w+),', re.M)


def read_table(source):
    text = read(source, TABLE)
    words = dict(re.findall(r'^#define (\w+) "([^"]+)"$', text, re.M))
    rows, test = [], None
    for match in LINE.finditer(text):
        if match["group"]:
            test = match["group"].lower()
        elif match["rule"]:
            rows.append(Row(match["rule"], [], words[match["predicate"]], test))
        elif match["caught"] not in rows[-1].functions:
            rows[-1].functions.append(match["caught"])
    return rows


def check_count(rows):
    names = [row.name for row in rows]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{TABLE}:1: {name} has more than one row"
    if len(rows) != SEED_RULES:
        yield f"{TABLE}:1: {len(rows)} of {SEED_RULES} rows"


def check_functions(source, rows):
    calls = set(re.findall(r"^BSAN_(?:CALL|LIBRARY)\w*\(\s*[^,()]+,\s*\w+,"
                           r"\s*(\w+),", read(source, CALLS), re.M))
    for row in rows:
        for name in row.functions:
            if name not in calls:
                yield f"{TABLE}:1: {row.name}: {name} is no rule of {CALLS}"
        if not row.functions:
            yield f"{TABLE}:1: {row.name} catches nothing"


def check_tests(source, rows):
    for test in sorted({row.test for row in rows}):
        path, count = f"{FOLDER}/{test}.test", 0
        count = sum(row.test == test for row in rows)
        if not os.path.exists(os.path.join(source, path)):
            yield f"{path}:1: is not there"
        elif f"{count} of {count} rows" not in read(source, path):
            yield f"{path}:1: expected CHECK: {count} of {count} rows"


#--- The page ----------------------------------------------------------------#

def read_page(source):
    """The cells of its table rows, by number of the line."""
    for number, line in enumerate(read(source, PAGE).split("\n"), 1):
        if line.startswith("| "):
            yield number, [cell.strip() for cell in line.strip("| ").split("|")]


def check_row(number, cells, row):
    functions = re.findall(r"`(\w+)`", cells[1])
    for what, shown, expected in [
            ("functions", " ".join(functions), " ".join(row.functions)),
            ("predicate", cells[2], row.predicate),
            ("test", cells[3], f"`{row.test}`")]:
        if shown != expected:
            yield (f"{PAGE}:{number}: {row.name}: the {what}: expected "
                   f"{expected}, the page says {shown}")


def check_page(source, rows):
    by_name = {row.name: row for row in rows}
    shown = []
    for number, cells in read_page(source):
        name = cells[0].strip("`")
        if len(cells) == 4 and cells[0].startswith("`"):
            shown.append(name)
            if name in by_name:
                yield from check_row(number, cells, by_name[name])
            else:
                yield f"{PAGE}:{number}: {name} is in no row of {TABLE}"
    for row in rows:
        if shown.count(row.name) != 1:
            yield (f"{PAGE}:1: {row.name} is in {shown.count(row.name)} rows, "
                   "expected 1")


def check_features(source):
    folder = os.path.join(source, FOLDER, "features")
    tests = {name for name in os.listdir(folder)
             if os.path.isfile(os.path.join(folder, name))}
    shown = set(re.findall(r"`features/([\w.]+)`", read(source, PAGE)))
    for name in sorted(shown - tests):
        yield f"{PAGE}:1: {FOLDER}/features/{name} is not there"
    for name in sorted(tests - shown):
        yield f"{PAGE}:1: {FOLDER}/features/{name} is not mentioned"


def check_parity(source):
    rows = read_table(source)
    return [*check_count(rows), *check_functions(source, rows),
            *check_tests(source, rows), *check_page(source, rows),
            *check_features(source)], len(rows)


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else "."
    if len(sys.argv) > 2 or not os.path.exists(os.path.join(source, TABLE)):
        print(f"usage: check_parity.py [SOURCE_DIR], which holds {TABLE}",
              file=sys.stderr)
        return 2
    problems, count = check_parity(source)
    if problems:
        print("\n".join(problems))
        return 1
    print(f"check_parity: ok, {count} of {SEED_RULES} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
