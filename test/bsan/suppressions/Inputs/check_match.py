#===-- check_match.py - Which suppressions match a report ------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: check_match.py SOURCE FOLDER COMMAND...
# For each "// ACCEPTED: rule" and "// REPORTED: rule" of SOURCE, COMMAND runs
# with that suppression alone, and has to exit with 0 or 44.
#
#===------------------------------------------------------------------------===#

import os
import re
import subprocess
import sys

source, folder, command = sys.argv[1], sys.argv[2], sys.argv[3:]
path = os.path.join(folder, "one.supp")
with open(source, encoding="utf-8") as file:
    rules = re.findall(r"^// (ACCEPTED|REPORTED): (.*)$", file.read(), re.M)
failures = 0
for expected, rule in rules:
    with open(path, "w", encoding="utf-8") as file:
        file.write(rule + "\n")
    environment = dict(os.environ, BSAN_OPTIONS="suppressions=" + path)
    result = subprocess.run(command, env=environment, stderr=subprocess.PIPE,
                            text=True, check=False)
    actual = {0: "ACCEPTED", 44: "REPORTED"}.get(result.returncode)
    if actual != expected:
        failures += 1
        print(f"{rule}: expected {expected}, exit status {result.returncode}\n"
              f"{result.stderr}")
print(f"{len(rules)} rules, {failures} failures")
sys.exit(1 if failures or not rules else 0)
