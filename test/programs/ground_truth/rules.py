#===-- rules.py - Which system calls may block ----------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
#
# Nothing here knows the runtime: only what strace saw is judged.
#
#   MUST  may block, so a report has to cover it: it counts for the recall.
#   MAY   may block, but cannot be told from one that was known not to (a poll
#         that found something at once, a child that had ended), or is one of
#         those that are reported only when they took long (close, fork). It is
#         not missed when nothing covers it; a report that covers it is right.
#   NO    does not block: a report that covers nothing else is wrong.
#
#===----------------------------------------------------------------------===#

import re

from .descriptors import is_memory_path, kind_of, path_of
from .strace import split_descriptor, unquote

NO, MAY, MUST = 0, 1, 2

# From here on a call did wait. Less is what strace itself and other programs
# on the machine may cost a call that was ready at once.
WAITED_US = 20000

SIMPLE = {
    "sync": MUST,
    "pause": MUST,
    "rt_sigsuspend": MUST,
    "mount": MUST,
    "umount2": MUST,
    "pivot_root": MUST,
    "swapon": MUST,
    "munmap": MAY,
    "fork": MAY,
    "vfork": MAY,
}

# Names of files: (index of the path, index of the directory or None), twice for
# those that take two.
PATHS = {
    "access": [(0, None)],
    "chdir": [(0, None)],
    "chmod": [(0, None)],
    "chown": [(0, None)],
    "creat": [(0, None)],
    "faccessat": [(1, 0)],
    "faccessat2": [(1, 0)],
    "fchmodat": [(1, 0)],
    "fchownat": [(1, 0)],
    "getxattr": [(0, None)],
    "inotify_add_watch": [(1, None)],
    "lchown": [(0, None)],
    "lgetxattr": [(0, None)],
    "link": [(0, None), (1, None)],
    "linkat": [(1, 0), (3, 2)],
    "listxattr": [(0, None)],
    "llistxattr": [(0, None)],
    "lremovexattr": [(0, None)],
    "lsetxattr": [(0, None)],
    "lstat": [(0, None)],
    "mkdir": [(0, None)],
    "mkdirat": [(1, 0)],
    "mknod": [(0, None)],
    "mknodat": [(1, 0)],
    "newfstatat": [(1, 0)],
    "open": [(0, None)],
    "openat": [(1, 0)],
    "openat2": [(1, 0)],
    "readlink": [(0, None)],
    "readlinkat": [(1, 0)],
    "removexattr": [(0, None)],
    "rename": [(0, None), (1, None)],
    "renameat": [(1, 0), (3, 2)],
    "renameat2": [(1, 0), (3, 2)],
    "rmdir": [(0, None)],
    "setxattr": [(0, None)],
    "stat": [(0, None)],
    "statfs": [(0, None)],
    "statx": [(1, 0)],
    "symlink": [(1, None)],
    "symlinkat": [(2, 1)],
    "truncate": [(0, None)],
    "unlink": [(0, None)],
    "unlinkat": [(1, 0)],
    "utime": [(0, None)],
    "utimensat": [(1, 0)],
    "utimes": [(0, None)],
}

# What concerns the disk behind a descriptor, whatever its mode.
DISK = {"fsync", "fdatasync", "syncfs", "sync_file_range", "ftruncate",
        "fallocate", "getdents", "getdents64", "fstat", "fstatfs", "fchmod",
        "fchown", "fchdir", "fgetxattr", "fsetxattr", "flistxattr",
        "fremovexattr"}

READS = {"read", "readv", "pread64", "preadv", "preadv2"}
WRITES = {"write", "writev", "pwrite64", "pwritev", "pwritev2", "vmsplice"}
SOCKET = {"connect", "accept", "accept4", "send", "sendto", "sendmsg",
          "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg"}
# The indices of the descriptors that data move between.
MOVES = {"sendfile": (1, 0), "splice": (0, 2), "tee": (0, 1),
         "copy_file_range": (0, 2)}

# The index of the timeout; None of a timeout that is in a structure.
WAITS = {"epoll_wait": 3, "epoll_pwait": 3, "epoll_pwait2": 3, "poll": 2,
         "ppoll": 2, "select": 4, "pselect6": 4, "io_getevents": 4,
         "io_pgetevents": 4}
EPOLL_WAITS = {"epoll_wait", "epoll_pwait", "epoll_pwait2"}

MESSAGES = {"msgsnd", "msgrcv", "mq_timedsend", "mq_timedreceive", "semop",
            "semtimedop"}
# Such calls were refused before anything could be waited for.
REFUSED = {"EFAULT", "EBADF", "EINVAL", "ENOTSOCK", "ENOSYS", "EOPNOTSUPP"}


def is_zero(timeout):
    return timeout == "0" or bool(
        re.fullmatch(r"\{tv_sec=0, tv_[nu]sec=0\}", timeout))


def has_waited(call):
    return call.took >= WAITED_US


def judge_wait(call, index):
    """A wait for events that is not the loop's own: inside of a callback."""
    if is_zero(call.arg(index)):
        return NO
    timed_out = call.number == 0
    return MUST if timed_out or has_waited(call) else MAY


def judge_sleep(call):
    time = call.arg(2 if call.name == "clock_nanosleep" else 0)
    if is_zero(time) or call.error in REFUSED:
        return NO
    is_absolute = "TIMER_ABSTIME" in call.arg(1)
    return MUST if not is_absolute or has_waited(call) else MAY


def judge_futex(call):
    """Locks, conditions and semaphores: the thread was put to sleep when it was
    woken or its time was up, not when the word had changed already."""
    if not re.search(r"FUTEX_(WAIT|LOCK_PI)", call.arg(1)):
        return NO
    if call.error in (None, "ETIMEDOUT") and not is_zero(call.arg(3)):
        return MUST
    return MAY


def judge_child(call):
    if any("WNOHANG" in arg for arg in call.args):
        return NO
    return MUST if has_waited(call) else MAY


def judge_path(call):
    is_empty = True
    for index, directory in PATHS[call.name]:
        path = path_of(call, index, directory)
        if path is None or is_memory_path(path):
            return NO
        is_empty = is_empty and not unquote(call.arg(index))
    if "O_PATH" in "".join(call.args[1:]) or call.error in ("EFAULT", "EBADF"):
        return NO
    if not is_empty:
        return MUST
    # With AT_EMPTY_PATH it is about the descriptor.
    return judge_disk(call) if "AT_EMPTY_PATH" in "".join(call.args) else NO


def judge_mode(call, process, fd):
    """What honours O_NONBLOCK."""
    nonblocking = process.description(fd).nonblocking
    if nonblocking or any("MSG_DONTWAIT" in arg for arg in call.args):
        return NO
    if nonblocking is None or call.error in REFUSED:
        return MAY
    return MUST


def judge_data(call, process, index, is_write):
    """Data to or from the descriptor in argument INDEX."""
    fd, what = split_descriptor(call.arg(index))
    kind = kind_of(what)
    if kind is None or "RWF_NOWAIT" in call.args[-1] or kind == "memory":
        return NO
    if is_write and (fd in (1, 2) or kind == "terminal"):
        return NO
    if kind == "disk":
        return MAY if call.error in REFUSED else MUST
    return judge_mode(call, process, fd)


def judge(call, process):
    """NO, MAY or MUST of CALL, made by PROCESS; of a wait as if it was in a
    callback."""
    name = call.name
    if name in SIMPLE:
        return SIMPLE[name]
    if name == "utimensat" and call.arg(1) == "NULL":
        return judge_disk(call)
    if name in PATHS:
        return judge_path(call)
    if name in DISK:
        return judge_disk(call)
    if name in READS or name in WRITES:
        return judge_data(call, process, 0, name in WRITES)
    if name in MOVES:
        source, target = MOVES[name]
        return max(judge_data(call, process, source, False),
                   judge_data(call, process, target, True))
    if name in SOCKET:
        fd, what = split_descriptor(call.arg(0))
        return judge_mode(call, process, fd) if what else NO
    if name in WAITS:
        return judge_wait(call, WAITS[name])
    return judge_other(call)


def judge_disk(call):
    fd, what = split_descriptor(call.arg(0))
    if kind_of(what) != "disk":
        return NO
    return MAY if fd in (1, 2) else MUST  # printf's first look at its stream.


def judge_other(call):
    name = call.name
    if name in ("nanosleep", "clock_nanosleep"):
        return judge_sleep(call)
    if name == "futex":
        return judge_futex(call)
    if name in ("wait4", "waitid"):
        return judge_child(call)
    if name == "flock":
        return NO if re.search("LOCK_(NB|UN)", call.arg(1)) else MUST
    if name == "fcntl":
        return MUST if call.arg(1) in ("F_SETLKW", "F_OFD_SETLKW") else NO
    if name == "getcwd":
        return MUST
    if name == "msync":
        return MUST if "MS_SYNC" in call.arg(2) else NO
    if name in MESSAGES:
        return NO if "IPC_NOWAIT" in "".join(call.args) else MUST
    if name == "rt_sigtimedwait":
        return judge_wait(call, 2)
    if name == "io_uring_enter":
        return MUST if has_waited(call) else MAY
    if name in ("clone", "clone3"):
        return NO if "CLONE_THREAD" in "".join(call.args) else MAY
    # Reported only when it took long. A socket's or pipe's does not.
    if name == "close":
        return MAY
    if name == "mmap":
        return MAY if "MAP_POPULATE" in call.arg(3) else NO
    return NO
