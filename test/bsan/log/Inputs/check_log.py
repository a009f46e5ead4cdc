#!/usr/bin/env python3
#===-- check_log.py - Is it what the schema says? -------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_log.py SCHEMA LOG
#
# Validates every line of a log, and that time goes on and that the totals of a
# process agree with its lines. Prints each line in short, for FileCheck.
#
#===----------------------------------------------------------------------===#

import collections
import json
import os
import sys
import time

import jsonschema

calls = collections.defaultdict(set)  # The counts of each site's lines.


def fail(number, problem):
    print(f"line {number}: {problem}")
    sys.exit(1)


def reject_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key twice: {keys}")
    return dict(pairs)


def parse(number, line):
    try:
        return json.loads(line.decode("utf-8"),
                          object_pairs_hook=reject_duplicates)
    except ValueError as error:
        return fail(number, f"{error}: {line[:200]!r}")


def check_time(number, record):
    now = time.time() * 1e6
    if not now - 600e6 < record["time_us"] <= now:
        fail(number, f"time_us is {record['time_us']}, now is {now}")


def check_counts(number, record):
    """Each call of a site has a number of its own; threads may be overtaken."""
    key = record["pid"], record.get("hash")
    if record["type"] == "blocking-call":
        if record["count"] in calls[key] or record["count"] < 1:
            fail(number, f"the count {record['count']} comes twice, or is none")
        calls[key].add(record["count"])
    if record["type"] == "site" and record["count"] < max(calls[key], default=0):
        fail(number, f"the total is {record['count']}, less than the lines")


def short(record):
    words = [record["type"]]
    for name in ("thread", "loop", "adapter", "iteration", "call", "class",
                 "verdict", "object", "nonblock", "slept", "count",
                 "suppressed", "hash", "iterations", "sites", "calls", "final",
                 "text", "truncated"):
        if name in record:
            words.append(f"{name}={record[name]!r}")
    for name in ("stack", "loop_stack"):
        for frame in record.get(name, [])[:2]:
            place = os.path.basename(frame.get("file", ""))
            words.append(f"{name}:{frame.get('function')}@{place}"
                         f":{frame.get('line')}")
    return " ".join(words)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    with open(sys.argv[2], "rb") as file:
        log = file.read()
    if not log.endswith(b"\n"):
        fail(0, "the last line has no end")
    for number, line in enumerate(log[:-1].split(b"\n"), 1):
        record = parse(number, line)
        for error in validator.iter_errors(record):
            fail(number, f"{error.message} at {list(error.path)}")
        check_time(number, record)
        check_counts(number, record)
        print(short(record).encode("unicode_escape").decode())


if __name__ == "__main__":
    main()
