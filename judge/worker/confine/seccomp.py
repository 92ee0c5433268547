"""Which system calls are refused to learners' code, as a seccomp program.

JAX needs hundreds of calls, and which ones changes with every release, so this is a list of what is refused:
everything by which a process could reach beyond itself and that Landlock doesn't cover on every kernel.
What is newer than this list answers ENOSYS, as on an older kernel. The program is plain BPF, assembled here:
it needs no system library, and the x32 calls, which repeat every number with one more bit, are refused, too.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from .syscall_numbers import MACHINES, NEWEST, NUMBERS

# <linux/bpf_common.h>, <linux/seccomp.h>, <linux/prctl.h>
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
NUMBER_OFFSET, MACHINE_OFFSET, ARGUMENTS_OFFSET = 0, 4, 16
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2

# One process, with as many threads as its limit allows. Where workers share the judge's user, nothing else
# keeps a fork bomb from using up what that user may run, and so from harming the submission beside it.
PROCESSES = "fork vfork execve execveat setsid setpgid"
# Landlock watches over contents and names, not over modes, owners, times and attributes of files.
METADATA = (
    "chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes futimesat utimensat truncate"
    " setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr"
    " link linkat symlink symlinkat mknod mknodat"
)
# No network of any kind, abstract Unix sockets and netlink included. A pair of connected Unix sockets is
# harmless, unless descriptors are posted in it: files that are on their way, nobody counts.
NETWORK = "socket connect bind listen sendmsg sendmmsg"
# Memory that belongs to no process, so that no limit would count it.
HIDDEN_MEMORY = (
    "shmget shmat shmctl shmdt msgget msgsnd msgrcv msgctl semget semop semctl semtimedop"
    " mq_open mq_unlink memfd_create memfd_secret vmsplice splice tee sendfile io_setup"
)
OTHER_PROCESSES = (
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_open pidfd_getfd process_madvise process_mrelease"
    " migrate_pages move_pages setpriority ioprio_set"
)
SYSTEM = (
    "unshare setns chroot pivot_root mount umount2 move_mount fsopen fsconfig fsmount fspick open_tree"
    " mount_setattr statmount listmount name_to_handle_at open_by_handle_at"
    " fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch"
    " bpf perf_event_open userfaultfd keyctl add_key request_key syslog acct quotactl quotactl_fd"
    " lookup_dcookie swapon swapoff reboot kexec_load kexec_file_load init_module finit_module delete_module"
    " settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname personality vhangup"
    " iopl ioperm modify_ldt uselib nfsservctl"
)
# These hand their arguments over in memory, where no filter can look; libraries fall back to older calls.
OPAQUE = "io_uring_setup io_uring_enter io_uring_register clone3 openat2"
SCHEDULING = "prlimit64 sched_setaffinity sched_setscheduler sched_setparam sched_setattr"  # of oneself only
DISK = "fallocate"  # it may go beyond the end of a file, and then beyond the largest size that is allowed
LOCKS = "flock"  # a lock on a file that all workers can read is a bit that all can see
SIGNALS = "tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal"
FORBIDDEN = f"{PROCESSES} {METADATA} {NETWORK} {HIDDEN_MEMORY} {OTHER_PROCESSES} {SYSTEM}".split()

NEW_NAMESPACES = 0x7E020000  # CLONE_NEW… of <linux/sched.h>
# CLONE_THREAD, CLONE_FILES: what a thread with descriptors of its own holds is in no list but its own.
NEW_THREAD, SAME_FILES = 0x10000, 0x400
OWN_FILES = 2  # CLOSE_RANGE_UNSHARE: the same by another call
TERMINAL_INPUT = (0x5412, 0x541C, 0x540E)  # TIOCSTI, TIOCLINUX, TIOCSCTTY: typing into somebody's terminal
# FIOSETOWN, SIOCSPGRP and all else that is asked of a socket: a pair's end tells the machine's addresses.
IOCTL_SOCKETS, IOCTL_FAMILY = 0x8900, 0xFF00
IOCTL_SPACE = (0x40305828, 0x4030582A, 0x40305839)  # FS_IOC_RESVSP, …RESVSP64, …ZERO_RANGE: as fallocate
FCNTL_OWNERS = (8, 15)  # F_SETOWN, F_SETOWN_EX: signals on behalf of a descriptor
FCNTL_OTHERS = (1024, 1026)  # F_SETLEASE, F_NOTIFY: others who open the file wait, or are watched
FCNTL_LOCKS = (5, 6, 7, 36, 37, 38)  # F_GETLK, F_SETLK, F_SETLKW, and those of open files
SHARED_WITHOUT_FILE = 0x21  # MAP_SHARED | MAP_ANONYMOUS: pages given back stay, and nobody counts them
SET_DUMPABLE = 4  # PR_SET_DUMPABLE: what a process holds could then not be looked up any longer
PAGE_OUT = 21  # MADV_PAGEOUT: memory in swap is in no figure that is looked at
SET_PIPE_SIZE = (
    1031  # F_SETPIPE_SZ: what is in pipes and sockets is the kernel's, so there must be little of it
)
BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, …FORCE
PEER_PIDFD = 77  # SO_PEERPIDFD: a handle of the process at the other end, which is the judge
OUT_OF_BAND = 1  # MSG_OOB of Unix sockets: hardly anybody uses it, and it has been a way into the kernel
UNNAMED_FILE = 0o20000000  # __O_TMPFILE: it has no name that could be counted, and changes no folder
UNIX, STREAM = 1, 1
TYPE_MASK = 0xF


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a system call's argument: `argument & mask` equals `value`, or differs where `negated`.

    Only the low 32 bits are looked at: all that are tested here are 32 bits wide.
    """

    argument: int
    value: int
    mask: int = 0xFFFFFFFF
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A call that fails with `error` where all conditions hold."""

    call: str
    error: int = errno.EPERM
    conditions: tuple[Condition, ...] = ()


def rules(*, signals_scoped: bool, pid: int) -> tuple[Rule, ...]:
    """Everything that is refused.

    Args:
        signals_scoped: the kernel itself keeps signals within the sandbox. pid: of this process, which may
            signal itself where it doesn't.
    """
    refused = [Rule(call) for call in FORBIDDEN]
    refused += [Rule(call, errno.ENOSYS) for call in OPAQUE.split()]
    refused += [Rule(call, errno.EOPNOTSUPP) for call in DISK.split()]
    refused += [
        Rule("clone", conditions=(Condition(0, 0, bit, negated=True),)) for bit in _bits(NEW_NAMESPACES)
    ]
    refused += [
        Rule("clone", conditions=(Condition(0, flag, flag, negated=True),))
        for flag in (NEW_THREAD, SAME_FILES)
    ]
    refused.append(Rule("close_range", conditions=(Condition(2, OWN_FILES, OWN_FILES),)))
    refused += [Rule(call, errno.ENOLCK) for call in LOCKS.split()]
    refused += [Rule("fcntl", errno.ENOLCK, (Condition(1, value),)) for value in FCNTL_LOCKS]
    refused += [Rule("ioctl", conditions=(Condition(1, value),)) for value in TERMINAL_INPUT]
    refused.append(Rule("ioctl", conditions=(Condition(1, IOCTL_SOCKETS, IOCTL_FAMILY),)))
    refused += [Rule("ioctl", errno.EOPNOTSUPP, (Condition(1, value),)) for value in IOCTL_SPACE]
    refused += [
        Rule("fcntl", conditions=(Condition(1, value),))
        for value in (*FCNTL_OWNERS, *FCNTL_OTHERS, SET_PIPE_SIZE)
    ]
    refused += _hiding()
    refused.append(Rule("mmap", conditions=(Condition(3, SHARED_WITHOUT_FILE, SHARED_WITHOUT_FILE),)))
    refused.append(Rule("socketpair", conditions=(Condition(0, UNIX, negated=True),)))
    # A datagram socket can name another receiver with every message.
    refused.append(Rule("socketpair", conditions=(Condition(1, STREAM, TYPE_MASK, negated=True),)))
    refused += [Rule(call, conditions=(Condition(0, 0, negated=True),)) for call in SCHEDULING.split()]
    # Landlock before ABI 3 knows no truncation: opening for reading would be enough to empty a file.
    for access in (os.O_RDONLY, os.O_ACCMODE):
        flags = os.O_TRUNC | access
        refused.append(Rule("open", conditions=(Condition(1, flags, os.O_TRUNC | os.O_ACCMODE),)))
        refused.append(Rule("openat", conditions=(Condition(2, flags, os.O_TRUNC | os.O_ACCMODE),)))
    if not signals_scoped:
        refused += [Rule(call) for call in SIGNALS.split()]
        refused += [Rule(call, conditions=(Condition(0, pid, negated=True),)) for call in ("kill", "tgkill")]
    return tuple(refused)


def _hiding() -> list[Rule]:
    """What is refused because things could be kept with it that no limit counts."""
    return [
        Rule("prctl", conditions=(Condition(0, SET_DUMPABLE),)),
        Rule("madvise", errno.EINVAL, (Condition(2, PAGE_OUT),)),
        *(Rule("setsockopt", conditions=(Condition(2, value),)) for value in BUFFER_SIZES),
        Rule("getsockopt", conditions=(Condition(2, PEER_PIDFD),)),
        Rule("sendto", conditions=(Condition(3, OUT_OF_BAND, OUT_OF_BAND),)),
        Rule("open", errno.EOPNOTSUPP, (Condition(1, UNNAMED_FILE, UNNAMED_FILE),)),
        Rule("openat", errno.EOPNOTSUPP, (Condition(2, UNNAMED_FILE, UNNAMED_FILE),)),
    ]


def _bits(mask: int) -> list[int]:
    return [1 << bit for bit in range(32) if mask >> bit & 1]


def assemble(refused: Sequence[Rule], machine: str) -> bytes:
    """The BPF program for this machine, 8 bytes an instruction.

    Raises:
        OSError: there is no table for this machine.
    """
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no system call filter for {machine}")
    audit, column = MACHINES[machine]
    code = [
        _instruction(LOAD, MACHINE_OFFSET),
        _instruction(JUMP_EQUAL, audit, 1, 0),
        _instruction(RETURN, KILL_PROCESS),
        _instruction(LOAD, NUMBER_OFFSET),
        _instruction(JUMP_AT_LEAST, NEWEST + 1, 0, 1),
        _instruction(RETURN, ERRNO | errno.ENOSYS),
    ]
    for rule in refused:
        number = NUMBERS[rule.call][column]
        if number is not None:
            code += _block(number, rule)
    code.append(_instruction(RETURN, ALLOW))
    return b"".join(code)


def _block(number: int, rule: Rule) -> list[bytes]:
    """Instructions that return where the rule fits, and otherwise go on with the number loaded again."""
    inner: list[bytes] = [_instruction(RETURN, ERRNO | rule.error)]
    for condition in reversed(rule.conditions):
        there, elsewhere = (len(inner), 0) if condition.negated else (0, len(inner))
        inner = [
            _instruction(LOAD, ARGUMENTS_OFFSET + 8 * condition.argument),
            _instruction(AND, condition.mask),
            _instruction(JUMP_EQUAL, condition.value, there, elsewhere),
            *inner,
        ]
    if rule.conditions:
        inner.append(_instruction(LOAD, NUMBER_OFFSET))
    return [_instruction(JUMP_EQUAL, number, 0, len(inner)), *inner]


def _instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


class _Program(ctypes.Structure):
    """struct sock_fprog of <linux/filter.h>."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def no_new_privileges() -> None:
    """No program that this process could ever start gains rights by its file's mode.

    Raises:
        OSError: the kernel refuses.
    """
    _prctl(PR_SET_NO_NEW_PRIVS, 1, None)


def refuse_syscalls(*, signals_scoped: bool) -> None:
    """Put this thread and all its children, for good, under the filter.

    Raises:
        OSError: there is no filter for this machine, or the kernel refuses.
    """
    code = assemble(rules(signals_scoped=signals_scoped, pid=os.getpid()), platform.machine())
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program))


def _prctl(option: int, value: int, pointer: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}): {os.strerror(ctypes.get_errno())}")
