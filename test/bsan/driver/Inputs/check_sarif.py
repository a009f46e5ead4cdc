#!/usr/bin/env python3
#===-- check_sarif.py - Is it SARIF 2.1.0? --------------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_sarif.py FILE
#
# Validates against the part of the standard's schema that concerns what is
# written: which properties an object must have and may have, their types, and
# what GitHub asks for besides. Prints each result in short, for FileCheck.
#
#===----------------------------------------------------------------------===#

import json
import sys
import urllib.parse

import jsonschema

STRING = {"type": "string"}
POSITIVE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
BAG = {"type": "object", "properties": {
    "tags": {"type": "array", "items": STRING, "uniqueItems": True}}}


def some(properties, required=()):
    return {"type": "object", "properties": properties,
            "required": list(required), "additionalProperties": False}


def array(items, **more):
    return {"type": "array", "items": items, **more}


TEXT = some({"text": STRING, "markdown": STRING}, ["text"])
ARTIFACT = some({"uri": STRING, "uriBaseId": STRING}, ["uri"])
LOCATION = some({
    "physicalLocation": some({
        "artifactLocation": ARTIFACT,
        "region": some({"startLine": POSITIVE, "startColumn": POSITIVE},
                       ["startLine"])}, ["artifactLocation"]),
    "logicalLocations": array(
        some({"fullyQualifiedName": STRING, "kind": STRING}))},
    ["physicalLocation"])
RULE = some({
    "id": STRING, "name": STRING, "shortDescription": TEXT,
    "fullDescription": TEXT, "help": TEXT,
    "defaultConfiguration": some({"level": LEVEL}), "properties": BAG},
    ["id", "shortDescription", "fullDescription", "help"])
RESULT = some({
    "ruleId": STRING, "ruleIndex": {"type": "integer", "minimum": 0},
    "level": LEVEL, "message": TEXT, "locations": array(LOCATION, minItems=1),
    "partialFingerprints": {"type": "object", "additionalProperties": STRING},
    "occurrenceCount": POSITIVE,
    "stacks": array(some({"message": TEXT, "frames": array(
        some({"location": LOCATION, "module": STRING}))}, ["frames"]),
        uniqueItems=True),
    "properties": BAG},
    ["ruleId", "message", "locations", "partialFingerprints"])
RUN = some({
    "tool": some({"driver": some({
        "name": STRING, "semanticVersion": STRING,
        "rules": array(RULE, uniqueItems=True)}, ["name"])}, ["driver"]),
    "originalUriBaseIds": {"type": "object", "additionalProperties": ARTIFACT},
    "results": array(RESULT)}, ["tool"])
SCHEMA = some({"$schema": STRING, "version": {"const": "2.1.0"},
               "runs": array(RUN)}, ["version", "runs"])


def check_uris(run, result):
    for location in result["locations"]:
        artifact = location["physicalLocation"]["artifactLocation"]
        uri = urllib.parse.urlsplit(artifact["uri"])
        if " " in artifact["uri"] or uri.scheme not in ("", "file"):
            sys.exit(f"no URI: {artifact['uri']}")
        base = artifact.get("uriBaseId")
        if base and (uri.scheme or artifact["uri"].startswith("/")
                     or not run["originalUriBaseIds"][base]["uri"]
                     .endswith("/")):
            sys.exit(f"not relative to {base}: {artifact['uri']}")


def short(result):
    place = result["locations"][0]
    physical = place["physicalLocation"]
    return (f"{result['ruleId']} {result['message']['text']} at "
            f"{physical['artifactLocation']['uri']}"
            f":{physical['region']['startLine']} in "
            f"{place['logicalLocations'][0]['fullyQualifiedName']} prints "
            f"{sorted(result['partialFingerprints'].items())}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    jsonschema.validate(document, SCHEMA)
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        print("rules", [rule["id"] for rule in rules])
        for result in run["results"]:
            check_uris(run, result)
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                sys.exit(f"ruleIndex {result['ruleIndex']} is another rule")
            print(short(result))


if __name__ == "__main__":
    main()
