#!/usr/bin/env python3
#===-- check_symbols.py - Lint: what the runtime calls and exports --------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Usage: check_symbols.py BUILD_DIR [SOURCE_DIR]
#
# A runtime inside other people's programs must not use their allocator, nor
# call by name what it intercepts: it would meet its own wrapper. The shared
# runtime loads into anything with a libc, and every name that it exports
# beyond those of the table may collide with one of the program's. All of this
# can be seen in the finished objects and nowhere else.
#
#===----------------------------------------------------------------------===#

import os
import re
import subprocess
import sys

FORBIDDEN = set("""
    malloc calloc realloc reallocarray free strdup strndup posix_memalign
    aligned_alloc memalign valloc asprintf vasprintf
    printf fprintf dprintf sprintf snprintf vprintf vfprintf vdprintf vsprintf
    vsnprintf puts fputs putchar putc fputc fwrite
    __printf_chk __fprintf_chk __sprintf_chk __snprintf_chk __vprintf_chk
    __vfprintf_chk __vsprintf_chk __vsnprintf_chk
    """.split())
ALLOWED_LIBRARIES = re.compile(r"^(libgcc_s\.so\.1|libc\.so\.6|ld-linux.*)$")
# The project's own; the rest of the archive is sanitizer_common's.
OBJECT_FOLDERS = ["RTBsan.dir", "RTBsan_bridge.dir", "RTBsan_preinit.dir"]


def fail_usage(problem):
    print(f"check_symbols: {problem}\n"
          "usage: check_symbols.py BUILD_DIR [SOURCE_DIR]", file=sys.stderr)
    sys.exit(2)


def run(*command):
    try:
        return subprocess.run(command, check=True, capture_output=True,
                              text=True).stdout
    except FileNotFoundError:
        fail_usage(f"cannot find {command[0]} (package binutils)")
    except subprocess.CalledProcessError as error:
        fail_usage(f"{' '.join(command)}: {error.stderr.strip()}")


def read_table(build):
    """The names in the table of calls, as the build exported them."""
    path = os.path.join(build, "lib/bsan/bsan_exports.i")
    if not os.path.exists(path):
        fail_usage(f"{path} is missing: expected a finished build")
    with open(path, encoding="utf-8") as file:
        names = re.findall(r"BSAN_EXPORT\s+(\w+)", file.read())
    if not names:
        fail_usage(f"{path}: no `BSAN_EXPORT name` in it")
    return set(names)


def find_objects(build):
    for folder in OBJECT_FOLDERS:
        top = os.path.join(build, "lib/bsan/CMakeFiles", folder)
        for path, _, names in os.walk(top):
            for name in sorted(names):
                if name.endswith(".o"):
                    yield os.path.join(path, name)


def source_of(item, build):
    name = re.sub(r"^.*CMakeFiles/[^/]+\.dir/", "lib/bsan/",
                  os.path.relpath(item, build))
    return name.removesuffix(".o")


def check_objects(build, table):
    problems, count = [], 0
    for item in find_objects(build):
        count += 1
        for line in run("nm", "-u", item).split("\n"):
            name = line.split()[-1] if line.split() else ""
            where = f"{source_of(item, build)}:1: "
            if name in FORBIDDEN:
                problems.append(where + f"calls {name}, which may be the "
                                "program's")
            elif name in table:
                problems.append(where + f"calls {name} by the name that the "
                                "table intercepts")
    if count == 0:
        fail_usage(f"no objects of the runtime below {build}: expected a "
                   "finished build")
    return problems, count


def find_shared(build):
    folder = os.path.join(build, "lib/linux")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    for name in names:
        if re.match(r"^libclang_rt\.bsan-\w+\.so$", name):
            return os.path.join(folder, name)
    return fail_usage(f"no libclang_rt.bsan-*.so in {folder}")


def check_shared(shared, table):
    problems, where = [], f"{os.path.basename(shared)}:1: "
    dynamic = run("readelf", "-W", "-d", shared)
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if not ALLOWED_LIBRARIES.match(library):
            problems.append(where + f"needs {library}; only libc and libgcc_s "
                            "are in every program")
    exported = set()
    for line in run("nm", "-D", "--defined-only", shared).split("\n"):
        if line.split():
            exported.add(line.split()[-1].split("@")[0])
    for name in sorted(table - exported):
        problems.append(where + f"does not export {name}, a row of the table")
    for name in sorted(exported - table):
        if not name.startswith("__bsan_"):
            problems.append(where + f"exports {name}, which is neither in the "
                            "table nor __bsan_*")
    return problems


def main():
    if len(sys.argv) not in (2, 3) or not os.path.isdir(sys.argv[1]):
        fail_usage("expected the folder of a finished build")
    build = sys.argv[1]
    table = read_table(build)
    problems, count = check_objects(build, table)
    problems += check_shared(find_shared(build), table)
    if problems:
        print("\n".join(problems))
        return 1
    print(f"check_symbols: ok, {count} objects, {len(table)} exported calls")
    return 0


if __name__ == "__main__":
    sys.exit(main())
