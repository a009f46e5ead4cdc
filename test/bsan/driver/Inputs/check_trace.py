#!/usr/bin/env python3
#===-- check_trace.py - Is it a Chrome trace? -----------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_trace.py FILE
#
# Validates what Perfetto needs of events, that every track has a name before
# its first slice, and that slices are nested. Prints each event in short, for FileCheck.
#
#===----------------------------------------------------------------------===#

import json
import sys


def check(event, tracks):
    track = event["pid"], event["tid"]
    for name, kind in [("ph", str), ("name", str), ("pid", int), ("tid", int)]:
        assert isinstance(event[name], kind), event
    if event["ph"] == "M":
        assert event["name"] == "thread_name" and track not in tracks, event
        tracks[track] = event["args"]["name"]
        return
    assert track in tracks, event
    assert isinstance(event["ts"], int) and event["ts"] > 0, event
    if event["ph"] == "X":
        assert isinstance(event["dur"], int) and event["dur"] >= 0, event
    else:
        assert event["ph"] == "i" and event["s"] == "t", event


def check_nesting(events):
    """Every slice of a track lies beside or inside of any other."""
    open_until = {}
    for event in sorted(events, key=lambda e: (e["ts"], -e["dur"])):
        ends = open_until.setdefault((event["pid"], event["tid"]), [])
        while ends and ends[-1] <= event["ts"]:
            ends.pop()
        end = event["ts"] + event["dur"]
        assert not ends or end <= ends[-1], event
        ends.append(end)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        trace = json.load(file)
    tracks = {}
    check_nesting([e for e in trace["traceEvents"] if e["ph"] == "X"])
    for event in trace["traceEvents"]:
        check(event, tracks)
        if event["ph"] == "M":
            print("track", event["args"]["name"])
        else:
            args = event["args"]
            print(event["ph"], event["name"], event["cat"],
                  args.get("function"), args.get("where"), "on",
                  tracks[event["pid"], event["tid"]])


if __name__ == "__main__":
    main()
