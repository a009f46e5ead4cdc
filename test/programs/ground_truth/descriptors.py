#===-- descriptors.py - What each descriptor is, from strace --------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# strace -yy prints what a descriptor is wherever one is used, but not its mode:
# O_NONBLOCK belongs to the open file description, which dup, fork and passing
# it over a socket share. So every call that makes, duplicates, changes or
# closes one is followed, process by process.
#
# A mode that nobody saw being set (inherited, or received from a process that
# was not traced) is None: such a description proves nothing either way.
#
#===----------------------------------------------------------------------===#

import os
import re
import stat

from .strace import find_descriptors, split_descriptor, unquote

# Flags that set the mode of what a call makes; its result is the descriptor.
MAKERS = {
    "accept": None,
    "accept4": "SOCK_NONBLOCK",
    "creat": None,
    "epoll_create": None,
    "epoll_create1": None,
    "eventfd": None,
    "eventfd2": "EFD_NONBLOCK",
    "fanotify_init": "FAN_NONBLOCK",
    "inotify_init": None,
    "inotify_init1": "IN_NONBLOCK",
    "io_uring_setup": None,
    "memfd_create": None,
    "mq_open": "O_NONBLOCK",
    "open": "O_NONBLOCK",
    "openat": "O_NONBLOCK",
    "openat2": "O_NONBLOCK",
    "perf_event_open": None,
    "pidfd_open": "PIDFD_NONBLOCK",
    "signalfd": None,
    "signalfd4": "SFD_NONBLOCK",
    "socket": "SOCK_NONBLOCK",
    "timerfd_create": "TFD_NONBLOCK",
    "userfaultfd": "O_NONBLOCK",
}
# The same with two descriptors in an argument.
PAIR_MAKERS = {"pipe": (0, None), "pipe2": (0, "O_NONBLOCK"),
               "socketpair": (3, "SOCK_NONBLOCK")}

MEMORY_DEVICES = ("1:3", "1:5", "1:7", "1:8", "1:9")  # null zero full [u]random
MEMORY_PATHS = ("/proc", "/sys", "/dev/null", "/dev/zero", "/dev/full",
                "/dev/random", "/dev/urandom")


class Description:
    """An open file description; its identity is what duplicates share."""

    __slots__ = ("nonblocking",)

    def __init__(self, nonblocking):
        self.nonblocking = nonblocking


def is_memory_path(path):
    """Whether a path is in a file system, or names a device, that is memory."""
    return any(path == name or path.startswith(name + "/")
               for name in MEMORY_PATHS)


def kind_of(what):
    """"disk", "memory", "terminal", "mode" (O_NONBLOCK decides) or "path_only"
    of a descriptor, by strace's words for it; None for a bad one."""
    if not what:
        return None
    device = re.search(r"<(char|block) (\d+:\d+)>$", what)
    if device and device[1] == "block":
        return "disk"
    if device and device[2] in MEMORY_DEVICES:
        return "memory"
    if device:
        is_terminal = device[2].split(":")[0] in ("4", "5", "136", "137")
        return "terminal" if is_terminal else "mode"
    if not what.startswith("/"):
        return "mode"  # A socket, a pipe, an anonymous inode.
    if is_memory_path(what):
        return "memory"
    return "mode" if is_fifo(what) else "disk"


def is_fifo(path):
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


class Process:
    """What the threads of a process share."""

    def __init__(self, table=None, ranges=None):
        self.table = table if table is not None else {}
        self.ranges = ranges if ranges is not None else []  # Mapped code.

    def fork(self):
        return Process(dict(self.table), list(self.ranges))

    def description(self, fd):
        if fd not in self.table:
            self.table[fd] = Description(None)
        return self.table[fd]

    def module_at(self, pc):
        """The base name of the file whose code PC is in, or ""."""
        for low, high, name in reversed(self.ranges):
            if low <= pc < high:
                return name
        return ""

    def leave(self, call):
        """CALL has begun: what it ends is over."""
        if call.name == "close":
            self.table.pop(split_descriptor(call.arg(0))[0], None)
        elif call.name == "close_range" and not call.error:
            first, last = int(call.arg(0), 0), int(call.arg(1), 0)
            if "CLOEXEC" not in call.arg(2):
                for fd in [fd for fd in self.table if first <= fd <= last]:
                    del self.table[fd]

    def enter(self, call):
        """CALL has returned: what it made or changed is there."""
        if call.error:
            return
        if call.name in MAKERS:
            flag = MAKERS[call.name]
            is_set = bool(flag) and any(flag in arg for arg in call.args)
            self.table[call.number] = Description(is_set)
        elif call.name in PAIR_MAKERS:
            self.make_pair(call)
        elif call.name in ("dup", "dup2", "dup3"):
            fd = split_descriptor(call.arg(0))[0]
            self.table[call.number] = self.description(fd)
        elif call.name == "fcntl":
            self.enter_fcntl(call)
        elif call.name == "ioctl" and call.arg(1) == "FIONBIO":
            fd = split_descriptor(call.arg(0))[0]
            self.description(fd).nonblocking = "[0]" not in call.arg(2)
        elif call.name == "recvmsg" and "SCM_RIGHTS" in call.arg(1):
            for fd, _ in find_descriptors(call.arg(1).split("SCM_RIGHTS")[1]):
                self.table[fd] = Description(None)
        elif call.name == "mmap" and "PROT_EXEC" in call.arg(2):
            self.enter_mmap(call)

    def make_pair(self, call):
        place, flag = PAIR_MAKERS[call.name]
        is_set = bool(flag) and any(flag in arg for arg in call.args)
        for fd, _ in find_descriptors(call.arg(place)):
            self.table[fd] = Description(is_set)

    def enter_fcntl(self, call):
        fd = split_descriptor(call.arg(0))[0]
        if call.arg(1) == "F_SETFL":
            self.description(fd).nonblocking = "O_NONBLOCK" in call.arg(2)
        elif call.arg(1) in ("F_DUPFD", "F_DUPFD_CLOEXEC"):
            self.table[call.number] = self.description(fd)

    def enter_mmap(self, call):
        path = split_descriptor(call.arg(4))[1]
        if path:
            low = call.number
            name = os.path.basename(path)
            self.ranges.append((low, low + int(call.arg(1), 0), name))


def path_of(call, index, directory=None):
    """The path in argument INDEX, joined to that of the directory descriptor in
    argument DIRECTORY; None for a bad pointer."""
    path = unquote(call.arg(index))
    if path is None or path.startswith("/") or directory is None:
        return path
    return os.path.join(split_descriptor(call.arg(directory))[1], path)
