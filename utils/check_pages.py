#!/usr/bin/env python3
#===-- check_pages.py - Lint: links, tables and words of the pages --------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_pages.py [SOURCE_DIR]
#
# What can be said of the documentation without running it: links lead
# somewhere, the pages about flags and rules have every row of the tables, with
# the default values of today, and nothing that is gone; and no file of the
# repository knows the machine on which it was written. check_docs.py includes
# all of this.
#
#===----------------------------------------------------------------------===#

import os
import re
import subprocess
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Taken apart, so that this file is not what it looks for.
PRIVATE = re.compile(
    r"(?<![\w.$}*-])/(?:wo" r"rk|ro" r"ot)(?=[/\s\"'`:;,)]|$)|/tmp/" r"p/"
    r"|https?://[^/\s]*\b(?:artifactory|nexus|registry|mirror|internal|corp)\b"
    r"|https?://(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d")


def list_pages(source):
    docs = os.path.join(source, "docs")
    names = sorted(os.listdir(docs)) if os.path.isdir(docs) else []
    return ["README.md"] + ["docs/" + name for name in names
                            if name.endswith(".md")]


def read(source, path):
    with open(os.path.join(source, path), encoding="utf-8",
              errors="replace") as file:
        return file.read()


#--- Links ------------------------------------------------------------------#

def anchor_of(heading):
    text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return text.replace(" ", "-")


def find_anchors(text):
    return {anchor_of(line.lstrip("#")) for line in without_blocks(text)
            if line.startswith("#")}


def without_blocks(text):
    """The lines of a page, those of fenced blocks empty."""
    lines, inside = [], False
    for line in text.split("\n"):
        is_fence = line.startswith("```")
        lines.append("" if inside or is_fence else line)
        inside ^= is_fence
    return lines


def check_links(source, page):
    folder = os.path.dirname(page)
    for number, line in enumerate(without_blocks(read(source, page)), 1):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"^[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            where = os.path.normpath(os.path.join(folder, path)) if path \
                else page
            if not os.path.exists(os.path.join(source, where)):
                yield f"{page}:{number}: the link {target} leads nowhere"
            elif (anchor and where.endswith(".md")
                  and anchor not in find_anchors(read(source, where))):
                yield f"{page}:{number}: {where} has no heading #{anchor}"


#--- Tables -----------------------------------------------------------------#

def first_cells(text):
    """What stands in backticks in the first column of tables."""
    names = set()
    for line in without_blocks(text):
        if line.startswith("|"):
            names.update(re.findall(r"`([^`]+)`", line.split("|")[1]))
    return names


def read_calls(source):
    """The public names of the table of calls: rules, and mere notes."""
    text = re.sub(r"//[^\n]*", "",
                  read(source, "lib/bsan/intercept/bsan_calls.inc"))
    rows = re.findall(r"^(BSAN_\w+)\(\s*[^,()]+,\s*\w+,\s*(\w+),", text, re.M)
    unreported = ("BSAN_NOTE", "BSAN_NOTE_LIST", "BSAN_LIBRARY_NOTE",
                  "BSAN_BODY")
    # What runs loops stands in docs/event-loops.md.
    rules = {name for kind, name in rows
             if kind not in unreported and kind != "BSAN_RUN"}
    return rules, {name for kind, name in rows if kind in unreported}


def check_rules_page(source):
    page = "docs/rules.md"
    rules, notes = read_calls(source)
    text = read(source, page)
    shown = first_cells(text)
    in_backticks = set(re.findall(r"`([^`\s]+)`", text))
    for name in sorted(rules - shown):
        yield f"{page}:1: {name} of bsan_calls.inc is in no row"
    for name in sorted(shown - rules):
        yield f"{page}:1: {name} is no rule of bsan_calls.inc"
    for name in sorted(notes - rules - in_backticks):
        yield f"{page}:1: {name}, a note of bsan_calls.inc, is not mentioned"
    classes = re.findall(r'^BSAN_CLASS\(\w+,\s*"(\w+)"',
                         read(source, "lib/bsan/bsan_classes.inc"), re.M)
    headings = find_anchors(text)
    for word in classes:
        if word not in headings:
            yield f"{page}:1: no heading for the class {word}"


def read_flags(source):
    text = read(source, "lib/bsan/bsan_flags.inc")
    return re.findall(r"^BSAN_FLAG\(\w+,\s*(\w+),\s*([^,]+),", text, re.M)


def check_flags_page(source):
    page = "docs/flags.md"
    rows = {}
    for line in without_blocks(read(source, page)):
        cells = [cell.strip(" `") for cell in line.split("|")]
        if line.startswith("| `") and len(cells) > 3:
            rows[cells[1]] = cells[2]
    spelling = {"true": "1", "false": "0", '""': ""}
    for name, value in read_flags(source):
        value = spelling.get(value, value.strip('"'))
        if name not in rows:
            yield f"{page}:1: {name} of bsan_flags.inc is in no row"
        elif rows[name] != value:
            yield (f"{page}:1: {name} has the default `{value}`, the page "
                   f"says `{rows[name]}`")


#--- Words ------------------------------------------------------------------#

def list_repository(source):
    """What is, or may be, under version control."""
    try:
        names = subprocess.run(
            ["git", "-C", source, "ls-files", "-co", "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout.split("\n")
        return [name for name in names
                if os.path.isfile(os.path.join(source, name))]
    except (subprocess.CalledProcessError, FileNotFoundError):
        return [os.path.relpath(os.path.join(folder, name), source)
                for folder, _, names in os.walk(source) for name in names
                if "/." not in folder and "/build" not in folder]


def check_private(source):
    for path in list_repository(source):
        for number, line in enumerate(read(source, path).split("\n"), 1):
            match = PRIVATE.search(line)
            if match:
                yield (f"{path}:{number}: {match[0]} is of somebody's own "
                       "machine")


#--- All of it --------------------------------------------------------------#

def check_pages(source):
    problems = []
    for page in list_pages(source):
        problems += check_links(source, page)
    problems += check_rules_page(source)
    problems += check_flags_page(source)
    problems += check_private(source)
    return problems


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else "."
    if len(sys.argv) > 2 or not os.path.isdir(os.path.join(source, "docs")):
        print("usage: check_pages.py [SOURCE_DIR], which holds docs",
              file=sys.stderr)
        return 2
    problems = check_pages(source)
    if problems:
        print("\n".join(problems))
        return 1
    print(f"check_pages: ok, {len(list_pages(source))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
