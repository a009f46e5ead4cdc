#!/usr/bin/env python3
#===-- check_tables.py - Every row has a test and a line in the docs -------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: check_tables.py [ROOT]
#
# The .inc tables of lib/bsan are the only lists of what the runtime knows. This
# compares them with the tests, docs/rules.md and docs/flags.md, which have to
# name each `as code` or in a heading; what runs a library's loop is named by
# docs/event-loops.md instead. A function of libc needs a case in test/bsan/calls;
# one of another library has to occur in test/bsan/libraries, a loop library's in
# test/bsan/adapters, a system call in test/bsan/syscalls. It prints one line per
# mistake and exits with 1, or with 2 when it cannot read something.
#
#===------------------------------------------------------------------------===#

import re
import sys
from collections import namedtuple
from pathlib import Path

Call = namedtuple("Call", "symbol name cls kind line")
Case = namedtuple("Case", "symbol name cls is_variant place")

CALLS = "lib/bsan/intercept/bsan_calls.inc"
CLASSES = "lib/bsan/bsan_classes.inc"
FLAGS = "lib/bsan/bsan_flags.inc"
TESTS = "test/bsan/calls"
LIBRARY_TESTS = "test/bsan/libraries"
SYSCALL_TESTS = "test/bsan/syscalls"
ADAPTER_TESTS = "test/bsan/adapters"
RULES_PAGE = "docs/rules.md"
FLAGS_PAGE = "docs/flags.md"
LOOPS_PAGE = "docs/event-loops.md"

# What a row is, by its macro: a function of libc, of another library, a system
# call; the entry to all system calls, which reports use no name of; no rule; a
# wait of a loop library, and what runs its loop, which is no rule.
LIBC, LIBRARY, SYSCALL, ENTRY, NOTE, WAIT, RUN = range(7)
KINDS = {
    **dict.fromkeys("""BSAN_CALL BSAN_CALL_VOID BSAN_CALL_NOTED BSAN_CALL_WAIT
                    BSAN_CALL_VARIADIC BSAN_CALL_VARIADIC_VOID
                    BSAN_CALL_JUMP""".split(), LIBC),
    **dict.fromkeys("""BSAN_LIBRARY BSAN_LIBRARY_VOID
                    BSAN_LIBRARY_VARIADIC""".split(), LIBRARY),
    "BSAN_VIRTUAL": SYSCALL, "BSAN_BODY": ENTRY,
    "BSAN_NOTE": NOTE, "BSAN_NOTE_LIST": NOTE, "BSAN_LIBRARY_NOTE": NOTE,
    "BSAN_LIBRARY_WAIT": WAIT, "BSAN_RUN": RUN,
}

# The class of __bsan_notify_blocking_call(), which is no intercepted function.
CLASSES_WITHOUT_ROWS = {"USER"}


def read(root, path):
    try:
        return (root / path).read_text(encoding="utf-8")
    except OSError as error:
        print(f"{path}: {error.strerror}: expected to read it below {root}",
              file=sys.stderr)
        sys.exit(2)


def without_comments(text):
    """TEXT with the same lines, but without comments."""
    return re.sub(r"//[^\n]*", "", text)


def split_columns(text, start):
    """The columns of the macro call whose '(' stands at START."""
    columns, depth, begin, at, in_string = [], 0, start + 1, start, False
    while True:
        char = text[at]
        if char == '"' and text[at - 1] != "\\":
            in_string = not in_string
        elif not in_string and char in "([{":
            depth += 1
        elif not in_string and char in ")]}":
            depth -= 1
        if not in_string and (depth == 0 or (depth == 1 and char == ",")):
            columns.append(" ".join(text[begin:at].split()))
            begin = at + 1
        if depth == 0:
            return columns
        at += 1


def rows_of(text, pattern):
    """(macro, columns, line) of every macro call at the start of a line."""
    text = without_comments(text)
    for match in re.finditer(rf"^({pattern})\(", text, re.M):
        line = text.count("\n", 0, match.start()) + 1
        yield match.group(1), split_columns(text, match.end() - 1), line


def read_calls(root):
    calls = []
    for macro, columns, line in rows_of(read(root, CALLS), r"BSAN_\w+"):
        if len(columns) < 6:
            sys.exit(f"{CALLS}:{line}: {macro} has {len(columns)} columns")
        if macro not in KINDS:
            sys.exit(f"{CALLS}:{line}: {macro} is none of {', '.join(KINDS)}")
        calls.append(Call(columns[1], columns[2], columns[5], KINDS[macro],
                          line))
    return calls


def is_rule(call):
    return call.kind in (LIBC, LIBRARY, SYSCALL, WAIT)


def read_cases(root):
    cases = []
    for path in sorted((root / TESTS).glob("*.c")):
        text = path.read_text(encoding="utf-8")
        for macro, columns, line in rows_of(text, r"RULE\w*"):
            is_variant = macro == "RULE_VARIANT"
            first = 1 if is_variant else 0
            cases.append(Case(*columns[first:first + 3], is_variant,
                              f"{path.relative_to(root)}:{line}"))
    return cases


def read_names(root, path, macro, column):
    return [columns[column].strip('"')
            for _, columns, _ in rows_of(read(root, path), macro)]


def named_words(text):
    """All words in code and headings of a Markdown page."""
    spans = re.findall(r"```.*?```|`[^`\n]+`|^#+ .*?$", text, re.S | re.M)
    return {word for span in spans for word in re.findall(r"\w+", span)}


def check_calls(calls, classes):
    by_symbol, class_of = {}, {}
    for call in calls:
        place = f"{CALLS}:{call.line}"
        if call.symbol in by_symbol:
            yield (f"{place}: the symbol {call.symbol} has a row already, at "
                   f"line {by_symbol[call.symbol].line}")
        by_symbol[call.symbol] = call
        if call.cls not in classes:
            yield f"{place}: {call.cls} is no class of {CLASSES}"
        if not is_rule(call):
            continue
        known = class_of.setdefault(call.name, call)
        if known.cls != call.cls:
            yield (f"{place}: {call.name} is of class {call.cls} here and "
                   f"{known.cls} at line {known.line}")
    for name, call in class_of.items():
        if call.kind in (LIBRARY, WAIT):
            continue  # It may be a macro of the library.
        if name not in by_symbol or by_symbol[name].name != name:
            yield (f"{CALLS}:{call.line}: reports would say {name}, but no row "
                   f"intercepts a function of that name")


def check_classes(calls, classes):
    used = {call.cls for call in calls if is_rule(call)}
    for cls in classes:
        if cls not in used and cls not in CLASSES_WITHOUT_ROWS:
            yield f"{CLASSES}: no row of {CALLS} is of class {cls}"


def check_cases(calls, cases):
    rules = {call.symbol: call for call in calls if call.kind == LIBC}
    tested = {case.symbol for case in cases if not case.is_variant}
    for case in cases:
        call = rules.get(case.symbol)
        if not call:
            yield (f"{case.place}: {case.symbol} is no rule of {CALLS}")
        elif case.name != call.name:
            yield (f"{case.place}: {case.symbol} is reported as {call.name}, "
                   f"not as {case.name}")
        elif not case.is_variant and case.cls != call.cls.lower():
            yield (f"{case.place}: {case.symbol} is of class "
                   f"{call.cls.lower()}, not {case.cls}")
    for symbol, call in rules.items():
        if symbol not in tested:
            yield (f"{CALLS}:{call.line}: {symbol} has no test: expected "
                   f"RULE({symbol}, {call.name}, {call.cls.lower()}, ...) in "
                   f"{TESTS}")


def words_below(root, folder):
    """All words of the files of FOLDER; SYS_futex is also a futex."""
    words = set()
    for path in sorted((root / folder).rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            words.update(re.findall(r"\w+", text))
    return words | {word.removeprefix("SYS_") for word in words}


def check_elsewhere(root, calls):
    for folder, kinds in ((LIBRARY_TESTS, (LIBRARY,)),
                          (SYSCALL_TESTS, (SYSCALL, ENTRY)),
                          (ADAPTER_TESTS, (WAIT, RUN))):
        words = words_below(root, folder)
        for call in calls:
            if call.kind in kinds and not {call.symbol, call.name} & words:
                yield (f"{CALLS}:{call.line}: {call.symbol} has no test: "
                       f"expected a file in {folder} with {call.name} in it")


def check_page(root, page, names, what):
    path = root / page
    if not names:
        return
    if not path.is_file():
        yield f"{page}: is missing: expected a page that names every {what}"
        return
    words = named_words(path.read_text(encoding="utf-8"))
    for name in names:
        if name not in words:
            yield f"{page}: does not name the {what} `{name}`"


def main():
    if len(sys.argv) > 2 or (len(sys.argv) == 2
                             and sys.argv[1].startswith("-")):
        print("usage: check_tables.py [ROOT]", file=sys.stderr)
        sys.exit(2)
    root = Path(sys.argv[1] if len(sys.argv) == 2
                else Path(__file__).resolve().parent.parent)
    calls = read_calls(root)
    cases = read_cases(root)
    classes = read_names(root, CLASSES, "BSAN_CLASS", 0)
    words = read_names(root, CLASSES, "BSAN_CLASS", 1)
    flags = read_names(root, FLAGS, "BSAN_FLAG", 1)
    names = sorted({call.name for call in calls if is_rule(call)})
    runs = sorted({call.name for call in calls if call.kind == RUN})
    mistakes = [*check_calls(calls, classes), *check_classes(calls, classes),
                *check_cases(calls, cases), *check_elsewhere(root, calls),
                *check_page(root, RULES_PAGE, names, "function"),
                *check_page(root, RULES_PAGE, words, "class"),
                *check_page(root, FLAGS_PAGE, flags, "flag"),
                *check_page(root, LOOPS_PAGE, runs, "function")]
    for mistake in mistakes:
        print(mistake)
    if mistakes:
        print(f"check_tables.py: {len(mistakes)} mistakes", file=sys.stderr)
        sys.exit(1)
    print(f"{len(calls)} rows, {len(names)} functions, {len(cases)} tests, "
          f"{len(flags)} flags")


main()
