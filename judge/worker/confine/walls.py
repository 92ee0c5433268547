"""Put a worker under its limits and behind its walls, before anything of a submission is in it.

Everything here holds for this process and all its children, for good. A wall that was asked for and can't be
put up is an error: a worker that isn't confined as promised never sees a submission.
"""

import importlib
import os
import resource
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from . import readable_paths

MIB = 1 << 20
# Address space beyond the memory limit: libraries, stacks and arenas of threads are mapped, not used.
ADDRESS_SLACK = 3072 * MIB
DESCRIPTORS = 256
SIGNALS_SCOPED_SINCE = 6  # Landlock's ABI
PARTS = ("privileges", "landlock", "seccomp")


def preload() -> None:
    """Import the parts while their files can be read; what isn't here, no worker is asked to use."""
    for part in PARTS:
        with suppress(ImportError, AttributeError):
            importlib.import_module(f"{__package__}.{part}")
    readable_paths.python_files()


def confine(asked: Mapping[str, Any], scratch: str, cache_dir: str | None) -> dict[str, Any]:
    """Confine this process; says what holds: "user_changed", "landlock_abi", "syscalls".

    Args:
        asked: "layers" (of "privileges", "files", "syscalls", "pid_namespace"), "memory_mib", "processes"
            (threads count, too), "file_mib", "user_processes", how many the user runs besides, and "group",
            the folder of a cgroup to join, or None.
        scratch: the only folder that may be written to. cache_dir: compiled programs, to be read.

    Raises:
        OSError: a layer can't be had.
    """
    if asked["group"] is not None:
        with open(f"{asked['group']}/cgroup.procs", "w", encoding="ascii") as file:  # noqa: PTH123 - one word to write
            file.write("0")  # this process
    layers = frozenset(asked["layers"])
    held: dict[str, Any] = {"user_changed": False, "landlock_abi": None, "syscalls": False}
    limit_resources(asked["memory_mib"], asked["file_mib"])
    if layers:
        _check_alone()
    readable = readable_paths.readable(cache_dir) if layers else []
    if "privileges" in layers:
        from .privileges import drop_privileges  # noqa: PLC0415 - finds its calls in Linux's libc only

        held["user_changed"] = drop_privileges(readable, scratch)
    limit_processes(asked["processes"] + (0 if held["user_changed"] else asked["user_processes"]))
    if "files" in layers:
        from .landlock import restrict_files  # noqa: PLC0415 - needs what only Linux has

        held["landlock_abi"] = restrict_files(readable, scratch)
    if "syscalls" in layers:
        _refuse_syscalls(signals_scoped=_signals_scoped(layers, held["landlock_abi"]))
        held["syscalls"] = True
    return held


def _signals_scoped(layers: frozenset[str], abi: int | None) -> bool:
    """Whether other processes can't be signalled anyway."""
    return "pid_namespace" in layers or (abi or 0) >= SIGNALS_SCOPED_SINCE


def _refuse_syscalls(*, signals_scoped: bool) -> None:
    from .seccomp import no_new_privileges, refuse_syscalls  # noqa: PLC0415 - Linux only

    no_new_privileges()
    refuse_syscalls(signals_scoped=signals_scoped)


def _check_alone() -> None:
    """Landlock and the filter bind the calling thread and what it starts later.

    Raises:
        OSError: there are others already.
    """
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a count is all that is wanted
    if threads != 1:
        raise OSError(f"the worker has {threads} threads already and can't be confined")


def limit_resources(memory_mib: int, file_mib: int) -> None:
    """Bound address space, size of a file, descriptors, and what the kernel would keep for the process."""
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": file_mib * MIB,
        "RLIMIT_NOFILE": DESCRIPTORS,
        "RLIMIT_AS": memory_mib * MIB + ADDRESS_SLACK,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in limits.items():
        if hasattr(resource, name):  # not every system has every one
            _lower(getattr(resource, name), value)


def limit_processes(count: int) -> None:
    """Bound what the user of this process may run, threads included; root isn't bound by it."""
    _lower(resource.RLIMIT_NPROC, count)


def no_core_dumps() -> None:
    """All that trusted code is bound by."""
    _lower(resource.RLIMIT_CORE, 0)


def _lower(which: int, value: int) -> None:
    """Set both limits, never above what holds already."""
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
