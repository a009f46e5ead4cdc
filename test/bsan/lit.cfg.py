#===-- lit.cfg.py - How whole-program tests are run --------*- python -*----===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# A run is one configuration, given by three parameters:
#   compiler  gcc, clang, or one of them with a version (clang-19)
#   link      static: the runtime is in the program; shared: -shared-libsan;
#             preload: an unsanitized program with weak hooks, under LD_PRELOAD
#   kind      plain; fortify: -O2 -D_FORTIFY_SOURCE=2; lfs: 64-bit file offsets
# Each of the three words is a feature for REQUIRES and UNSUPPORTED.
#
# Substitutions:
#   %bsan_cc %bsan_cxx   compile and link in this configuration
#   %run                 in front of every program so built
#   %env_bsan_opts=OPTS  in front of %run: with these BSAN_OPTIONS, and reports in
#                        the order of what the program prints (report_thread=0)
#   %exits N COMMAND     succeeds when COMMAND exits with N
#   %cc %cxx             the drivers under test, without any flag
#   %plain_cc %plain_cxx the real compilers
#   %bsan_bin %runtime_dir %include_dir %shared_runtime %source_dir
#   %greatest_dir (that of greatest.h)
#   %symbolizer %python %unprivileged (in front of %run)
#   %dbus_flags and such: what pkg-config --cflags says of a library
#
#===------------------------------------------------------------------------===#

import glob
import os
import pathlib
import shutil
import subprocess
import sys

import lit.formats
import lit.util

LINKS = ["static", "shared", "preload"]
KINDS = {
    "plain": [],
    "fortify": ["-O2", "-D_FORTIFY_SOURCE=2"],
    "lfs": ["-O1", "-D_FILE_OFFSET_BITS=64"],
}


def parameter(name, default, allowed):
    value = lit_config.params.get(name, default)
    if value not in allowed:
        lit_config.fatal(
            f"{name}={value}: expected one of {', '.join(allowed)}")
    return value


def family(name):
    return name.split("-")[0]


def cxx_of(name):
    return name.replace("clang", "clang++").replace("gcc", "g++")


compiler = lit_config.params.get("compiler", "gcc")
link = parameter("link", "static", LINKS)
kind = parameter("kind", "plain", list(KINDS))
if family(compiler) not in ("gcc", "clang"):
    lit_config.fatal(f"compiler={compiler}: expected gcc or clang, "
                     "or one of them with a version")

config.name = f"BlockSanitizer :: {compiler}-{link}-{kind}"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.join(config.source_dir, "test", "bsan")
config.test_exec_root = os.path.join(config.binary_dir, "test", "bsan",
                                     f"{compiler}-{link}-{kind}")

#--- The compilers -----------------------------------------------------------#

bin_dir = os.path.join(config.binary_dir, "bin")
include_dir = os.path.join(config.source_dir, "include")
real_cc = shutil.which(compiler)
real_cxx = shutil.which(cxx_of(compiler)) or ""
if not real_cc:
    # The whole run is unsupported: every test says why, by name.
    config.unsupported = True
    real_cc = compiler
driver_cc = os.path.join(bin_dir, "bsan-" + family(compiler))
driver_cxx = os.path.join(bin_dir, "bsan-" + cxx_of(family(compiler)))

common_flags = ["-g"] + KINDS[kind]
if link == "preload":
    # As a library that ships hooks is built.  -rdynamic: what the program
    # defines for the runtime (__bsan_default_options) has to be visible.
    flags = common_flags + ["-fno-omit-frame-pointer", "-rdynamic",
                            "-DBSAN_WEAK_HOOKS", "-I" + include_dir]
    bsan_cc, bsan_cxx = [real_cc] + flags, [real_cxx] + flags
else:
    flags = common_flags + ["-fsanitize=blocking"]
    if link == "shared":
        flags.append("-shared-libsan")
    bsan_cc, bsan_cxx = [driver_cc] + flags, [driver_cxx] + flags

shared_runtime = os.path.join(config.runtime_dir,
                              f"lib{config.runtime_name}.so")
run = f"env LD_PRELOAD={shared_runtime}" if link == "preload" else ""

# Root reads everything, unless it gives that up.
unprivileged = ""
if os.geteuid() == 0:
    unprivileged = "setpriv --bounding-set=-dac_override,-dac_read_search "

#--- Substitutions -----------------------------------------------------------#

config.substitutions += [
    ("%bsan_bin", bin_dir),
    ("%bsan_cc", " ".join(bsan_cc)),
    ("%bsan_cxx", " ".join(bsan_cxx)),
    ("%cc", driver_cc),
    ("%cxx", driver_cxx),
    ("%plain_cc", real_cc),
    ("%plain_cxx", real_cxx),
    ("%run ", run + " " if run else ""),
    ("%env_bsan_opts=", "env BSAN_OPTIONS=report_thread=0:"),
    ("%exits", "sh " + os.path.join(config.test_source_root, "exits.sh")),
    ("%runtime_dir", config.runtime_dir),
    ("%shared_runtime", shared_runtime),
    ("%include_dir", include_dir),
    ("%greatest_dir", config.greatest_dir),
    ("%source_dir", config.source_dir),
    ("%symbolizer", config.symbolizer),
    # The interpreter itself: what PATH has may be a script that looks for it.
    ("%python", sys.executable),
    ("%unprivileged ", unprivileged),
] + [
    # As words of their own, not as parts of file names.
    (rf"(?<![\w./-]){name}(?![\w./-])", path)
    for name, path in [("FileCheck", config.filecheck),
                       ("not", config.not_tool), ("count", config.count_tool),
                       ("split-file",
                        os.path.join(os.path.dirname(config.filecheck),
                                     "split-file"))]
]

#--- Environment -------------------------------------------------------------#

for name in list(config.environment):
    if name.endswith("_OPTIONS") or name in ("LD_PRELOAD", "LD_LIBRARY_PATH"):
        del config.environment[name]
config.environment["LC_ALL"] = "C"
config.environment["HOME"] = config.test_exec_root
config.environment["BSAN_SYMBOLIZER_PATH"] = config.symbolizer
# Reports read the same whether libc6-dbg is installed, whose compressed sections
# every symbolizer would unpack.
config.environment["LLVM_SYMBOLIZER_OPTS"] = "--debug-file-directory=/nowhere"
if compiler != family(compiler):
    config.environment["BSAN_CC"] = real_cc

#--- Features ----------------------------------------------------------------#

config.available_features |= {compiler, family(compiler), link, kind,
                              os.uname().machine}
for tool in ("bash", "ctest", "gdb", "git", "node", "objcopy",
             "python3", "setpriv", "strip"):
    if shutil.which(tool):
        config.available_features.add(tool)
if real_cxx:
    config.available_features.add("c++")

# Whether the kernel would give a program here the privileges of its file, which
# only root can arrange.
os.makedirs(config.test_exec_root, exist_ok=True)
with open("/proc/self/status", encoding="ascii") as status:
    gives_privileges = "NoNewPrivs:\t1" not in status.read() and \
        not os.statvfs(config.test_exec_root).f_flag & os.ST_NOSUID
if os.geteuid() == 0 and gives_privileges:
    config.available_features.add("set-user-id")
    # The capabilities of a file count for other users, who have to get here.
    folders = [config.test_exec_root, bin_dir]
    folders += [str(folder) for path in folders
                for folder in pathlib.Path(path).parents]
    if shutil.which("setcap") and shutil.which("setpriv") and \
            all(os.stat(folder).st_mode & 1 for folder in folders):
        config.available_features.add("file-capabilities")


def can_link(flag):
    if not shutil.which(real_cc):
        return False
    command = [real_cc, flag, "-x", "c", "-", "-o", os.devnull]
    result = subprocess.run(command, input=b"int main(void) { return 0; }",
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, check=False)
    return result.returncode == 0


for sanitizer in ("address", "thread", "undefined"):
    if can_link("-fsanitize=" + sanitizer):
        config.available_features.add(sanitizer)

# The libraries whose functions have rules (libraries/) or run loops (adapters/),
# by pkg-config's names.
for name, package in [("openssl", "openssl"), ("gnutls", "gnutls"),
                      ("sqlite3", "sqlite3"), ("libpq", "libpq"),
                      ("mariadb", "libmariadb"), ("hiredis", "hiredis"),
                      ("curl", "libcurl"), ("dbus", "dbus-1"),
                      ("libsystemd", "libsystemd"), ("readline", "readline"),
                      ("libuv", "libuv"), ("libevent", "libevent"),
                      ("glib", "glib-2.0"), ("gio", "gio-2.0"),
                      ("tevent", "tevent"), ("gtest", "gtest"),
                      ("liburing", "liburing")]:
    answer = subprocess.run(["pkg-config", "--cflags", package],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            check=False, text=True) \
        if shutil.which("pkg-config") else None
    found = answer is not None and answer.returncode == 0
    config.substitutions.append((f"%{name}_flags",
                                 answer.stdout.strip() if found else ""))
    if found:
        config.available_features.add(name)
for tool, feature in [("redis-server", "redis"), ("dbus-daemon", "dbus-daemon")]:
    if shutil.which(tool):
        config.available_features.add(feature)
# Those have no pkg-config file.
if glob.glob("/usr/include/ev.h"):
    config.available_features.add("libev")
if glob.glob("/usr/include/asio.hpp") and \
        glob.glob("/usr/include/boost/asio.hpp"):
    config.available_features.add("asio")
if glob.glob("/usr/lib/postgresql/*/bin/initdb"):
    config.available_features.add("postgres")

# What the compiler drivers and the command do does not depend on how the
# programs of the other tests are built.
if (link, kind) not in (("static", "plain"), ("static", "fortify")):
    config.excludes.append("driver")

# Nor does what becomes of a call that was found: it is looked at with the runtime
# linked in and preloaded.
if (compiler, link) not in (("gcc", "static"), ("clang", "preload")):
    config.excludes += ["api", "flags", "frameworks", "log", "report", "scripts",
                        "stalls", "suppressions", "threads"]
